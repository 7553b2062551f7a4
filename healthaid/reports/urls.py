"""Addresses of this room. A month is written 2018-06; the number is a place's."""

from django.urls import path

from healthaid.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.Dashboard.as_view(), name="dashboard"),
    path("months/", views.ReportList.as_view(), name="report-list"),
    path("<int:pk>/", views.Dashboard.as_view(), name="place"),
    path("<int:pk>/<str:month>/", views.ReportDetail.as_view(), name="report-detail"),
    path("<int:pk>/<str:month>/print/", views.ReportPrint.as_view(), name="report-print"),
    path("<int:pk>/<str:month>/xlsx/", views.ReportExport.as_view(), name="report-export"),
    path("<int:pk>/<str:month>/build/", views.ReportBuild.as_view(), name="report-build"),
    path("<int:pk>/<str:month>/<slug:indicator>/", views.FigureRows.as_view(), name="figure-rows"),
    path("<int:pk>/<str:month>/<slug:indicator>/sheet/", views.FigureRowsSheet.as_view(), name="figure-rows-sheet"),
]
