"""Addresses of this room."""

from django.urls import path

from facilities import views

app_name = "facilities"
urlpatterns = [
    path("", views.FacilityList.as_view(), name="facility-list"),
    path("new/", views.FacilityCreate.as_view(), name="facility-create"),
    path("<int:pk>/", views.FacilityDetail.as_view(), name="facility-detail"),
    path("<int:pk>/print/", views.FacilityPrint.as_view(), name="facility-print"),
    path("<int:pk>/change/", views.FacilityUpdate.as_view(), name="facility-update"),
    path("<int:pk>/close/", views.FacilityClose.as_view(), name="facility-close"),
    path("<int:pk>/checks/new/", views.ClinicCheckCreate.as_view(), name="clinic-check-create"),
    path("checks/<int:pk>/change/", views.ClinicCheckUpdate.as_view(), name="clinic-check-update"),
    path("<int:pk>/teams/new/", views.TeamCreate.as_view(), name="team-create"),
    path("teams/<int:pk>/change/", views.TeamUpdate.as_view(), name="team-update"),
]
