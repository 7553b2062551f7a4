"""Addresses of this room."""

from django.urls import path

from signing import views

app_name = "signing"
urlpatterns = [
    path("", views.ContractList.as_view(), name="contract-list"),
    path("people/<int:pk>/new/", views.ContractCreate.as_view(), name="contract-create"),
    path("<int:pk>/", views.ContractDetail.as_view(), name="contract-detail"),
    path("<int:pk>/print/", views.ContractPrint.as_view(), name="contract-print"),
    path("<int:pk>/change/", views.ContractUpdate.as_view(), name="contract-update"),
    path("<int:pk>/renew/", views.ContractRenew.as_view(), name="contract-renew"),
    path("<int:pk>/end/", views.ContractEnd.as_view(), name="contract-end"),
]
