"""Addresses of this room."""

app_name = "policy"
urlpatterns: list = []
