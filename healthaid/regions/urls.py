"""Addresses of this room."""

from django.urls import path

from healthaid.regions import views

app_name = "regions"
urlpatterns = [
    path("", views.PlaceList.as_view(), name="place-list"),
    path("choices/", views.PlaceChoices.as_view(), name="place-choices"),
    path("<int:pk>/", views.PlaceDetail.as_view(), name="place-detail"),
]
