"""Addresses of this room."""

app_name = "facilities"
urlpatterns: list = []
