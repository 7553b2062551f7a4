"""Addresses of this room."""

from django.urls import path

from healthaid.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.JobList.as_view(), name="job-list"),
    path("health/", views.Health.as_view(), name="health"),
    path("<int:pk>/", views.JobDetail.as_view(), name="job-detail"),
    path("<int:pk>/progress/", views.JobProgress.as_view(), name="job-progress"),
    path("<int:pk>/retry/", views.JobRetry.as_view(), name="job-retry"),
]
