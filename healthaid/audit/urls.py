"""Addresses of this room."""

from django.urls import path

from healthaid.audit import views

app_name = "audit"
urlpatterns = [path("", views.EntryList.as_view(), name="entry-list")]
