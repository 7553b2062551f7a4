"""The addresses of the portal, a room a line."""

from django.urls import include, path

from healthaid.reports.views import Home

urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("accounts/", include("healthaid.accounts.urls")),
    path("places/", include("healthaid.regions.urls")),
    path("people/", include("patients.urls")),
    path("facilities/", include("facilities.urls")),
    path("signing/", include("signing.urls")),
    path("data/", include("healthaid.exchange.urls")),
    path("jobs/", include("healthaid.jobs.urls")),
    path("audit/", include("healthaid.audit.urls")),
    path("reports/", include("healthaid.reports.urls")),
    path("policy/", include("healthaid.policy.urls")),
]
