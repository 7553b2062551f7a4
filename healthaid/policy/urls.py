"""Addresses of this room."""

from django.urls import path

from healthaid.policy.views import local, reading

app_name = "policy"
urlpatterns = [
    path("", reading.ParameterList.as_view(), name="parameter-list"),
    path("parameters/<str:name>/", reading.ParameterDetail.as_view(), name="parameter-detail"),
    path("documents/", reading.DocumentList.as_view(), name="document-list"),
    path("documents/<str:key>/", reading.DocumentDetail.as_view(), name="document-detail"),
    path("diseases/", reading.DiseaseList.as_view(), name="disease-list"),
    path("conflicts/", reading.ConflictList.as_view(), name="conflict-list"),
    path("places/", reading.PlaceChoices.as_view(), name="place-choices"),
    path("local/", local.LocalList.as_view(), name="local-list"),
    path("local/documents/new/", local.LocalDocumentCreate.as_view(), name="local-document-create"),
    path("local/documents/<int:pk>/", local.LocalDocumentDetail.as_view(), name="local-document"),
    path("local/documents/<int:pk>/change/", local.LocalDocumentUpdate.as_view(), name="local-document-update"),
    path("local/documents/<int:pk>/values/new/", local.LocalValueCreate.as_view(), name="local-value-create"),
    path("local/documents/<int:pk>/prices/new/", local.LocalPriceCreate.as_view(), name="local-price-create"),
    path("local/documents/<int:pk>/prefixes/new/", local.LocalPrefixesCreate.as_view(), name="local-prefixes-create"),
    path("local/values/<int:pk>/", local.LocalValueDetail.as_view(), name="local-value"),
    path("local/values/<int:pk>/confirm/", local.LocalValueConfirm.as_view(), name="local-value-confirm"),
    path("local/values/<int:pk>/return/", local.LocalValueReturn.as_view(), name="local-value-return"),
    path("local/values/<int:pk>/withdraw/", local.LocalValueWithdraw.as_view(), name="local-value-withdraw"),
    path("local/values/<int:pk>/correct/", local.LocalValueCorrect.as_view(), name="local-value-correct"),
]
