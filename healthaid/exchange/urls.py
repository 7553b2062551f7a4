"""Addresses of this room."""

app_name = "exchange"
urlpatterns: list = []
