"""Addresses of this room."""

from django.urls import path

from patients.views import cases, conditions

app_name = "patients"
urlpatterns = [
    path("conditions/", conditions.ConditionList.as_view(), name="condition-list"),
    path("<int:pk>/conditions/new/", conditions.ConditionCreate.as_view(), name="condition-create"),
    path("conditions/<int:pk>/", conditions.ConditionDetail.as_view(), name="condition-detail"),
    path("conditions/<int:pk>/change/", conditions.ConditionUpdate.as_view(), name="condition-update"),
    path("conditions/<int:pk>/verify/", conditions.ConditionVerify.as_view(), name="condition-verify"),
    path("conditions/<int:pk>/exclude/", conditions.ConditionExclude.as_view(), name="condition-exclude"),
    path("conditions/<int:pk>/case/new/", cases.CaseCreate.as_view(), name="case-create"),
    path("cases/", cases.CaseList.as_view(), name="case-list"),
    path("cases/<int:pk>/", cases.CaseDetail.as_view(), name="case-detail"),
    path("cases/<int:pk>/print/", cases.CasePrint.as_view(), name="case-print"),
    path("cases/<int:pk>/change/", cases.CaseUpdate.as_view(), name="case-update"),
    path("cases/<int:pk>/move/", cases.CaseMove.as_view(), name="case-move"),
]
