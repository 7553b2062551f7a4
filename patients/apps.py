from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatientsConfig(AppConfig):
    name = "patients"
    verbose_name = _("群众")

    def ready(self) -> None:
        from healthaid.accounts.enums import Ability
        from healthaid.accounts.navigation import Destination, register
        from healthaid.audit.words import tell_codes
        from healthaid.core.tables import label
        from healthaid.exchange import registry
        from patients import enums, followers, tabs
        from patients.actions.cases import end_cases_of, open_cases
        from patients.models import Condition, CriticalCase
        from patients.resources.conditions import ConditionSheet
        from patients.resources.register import RegisterSheet
        from patients.views import cases, conditions, person_tabs

        tell_codes(partial(label, enums.DisabilityKind), "patients.person.disability_kind")
        tell_codes(partial(label, enums.PovertyStatus), "patients.person.status")
        registry.register(RegisterSheet)
        registry.register(ConditionSheet)
        followers.register(followers.Follower(Condition))
        followers.register(followers.Follower(CriticalCase, end=end_cases_of, running=open_cases))
        for tab in person_tabs.TABS:
            tabs.register(tab)
        tabs.register(tabs.Tab("conditions", _("病情"), "patients/_condition_tab.html", conditions.tab, order=40))
        tabs.register(tabs.Tab("cases", _("救治"), "patients/_case_tab.html", cases.tab, order=50))
        readers = (Ability.READ_PEOPLE,)
        people = ("patients:person", "patients:household", "patients:condition")
        register(Destination("patients:person-list", _("群众"), "people", 20, people, readers))
        register(Destination("patients:case-list", _("救治"), "hospital", 30, ("patients:case",), readers))
