"""Addresses of this room."""

from django.urls import path

from healthaid.exchange import views

app_name = "exchange"
urlpatterns = [
    path("", views.BatchList.as_view(), name="batch-list"),
    path("sheets/<slug:kind>/template/", views.Template.as_view(), name="template"),
    path("sheets/<slug:kind>/upload/", views.Upload.as_view(), name="upload"),
    path("sheets/<slug:kind>/export/", views.Export.as_view(), name="export"),
    path("batches/<int:pk>/", views.BatchDetail.as_view(), name="batch-detail"),
    path("batches/<int:pk>/progress/", views.BatchProgress.as_view(), name="batch-progress"),
    path("batches/<int:pk>/confirm/", views.BatchConfirm.as_view(), name="batch-confirm"),
    path("batches/<int:pk>/discard/", views.BatchDiscard.as_view(), name="batch-discard"),
    path("batches/<int:pk>/withdraw/", views.BatchWithdraw.as_view(), name="batch-withdraw"),
    path("batches/<int:pk>/errors/", views.BatchErrors.as_view(), name="batch-errors"),
    path("files/<int:pk>/", views.Download.as_view(), name="file"),
]
