"""Home, dashboard and monthly reports."""

from django.views.generic import TemplateView


class Home(TemplateView):
    template_name = "reports/home.html"
