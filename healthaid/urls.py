"""The addresses of the portal, a room a line."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from healthaid.coverage.views.onestop import FormVerify
from healthaid.reports.views import Home

handler500 = "healthaid.core.failing.failed"
urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("verify/", login_not_required(FormVerify.as_view()), name="verify"),
    path("accounts/", include("healthaid.accounts.urls")),
    path("places/", include("healthaid.regions.urls")),
    path("people/", include("patients.urls")),
    path("facilities/", include("facilities.urls")),
    path("coverage/", include("healthaid.coverage.urls")),
    path("signing/", include("signing.urls")),
    path("data/", include("healthaid.exchange.urls")),
    path("jobs/", include("healthaid.jobs.urls")),
    path("audit/", include("healthaid.audit.urls")),
    path("reports/", include("healthaid.reports.urls")),
    path("policy/", include("healthaid.policy.urls")),
]
