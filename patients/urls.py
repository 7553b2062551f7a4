"""Addresses of this room."""

app_name = "patients"
urlpatterns: list = []
