"""Addresses of this room."""

from django.urls import path

from healthaid.policy import views

app_name = "policy"
urlpatterns = [
    path("", views.ParameterList.as_view(), name="parameter-list"),
    path("documents/", views.DocumentList.as_view(), name="document-list"),
    path("diseases/", views.DiseaseList.as_view(), name="disease-list"),
    path("conflicts/", views.ConflictList.as_view(), name="conflict-list"),
]
