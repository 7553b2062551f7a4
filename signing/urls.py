"""Addresses of this room."""

app_name = "signing"
urlpatterns: list = []
