"""Forms about the spells of a person's poverty status."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from patients.actions import standings
from patients.forms.persons import StandingForm, VersionForm
from patients.models import Person
from patients.selectors import persons as selectors
from patients.views.persons import PersonAction


class StandingCreate(PersonAction):
    form_class = StandingForm
    title = gettext_lazy("登记属性时段")
    success_message = gettext_lazy("属性时段已登记。")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"starts_on": timezone.localdate()}

    def run(self, form: StandingForm) -> str:
        standings.set_poverty_status(by=self.request.user, person_id=self.kwargs["pk"], **form.cleaned_data)
        return reverse("patients:person-tab", args=[self.kwargs["pk"], "standing"])


class StandingWithdraw(PersonAction):
    template_name = "patients/standing_withdraw.html"
    form_class = VersionForm
    title = gettext_lazy("撤销属性时段")
    submit_label = gettext_lazy("确认撤销")
    success_message = gettext_lazy("属性时段已撤销。")
    is_danger = True

    def load(self) -> Person:
        person = super().load()
        self.spell = selectors.spells_of(person).get(pk=self.kwargs["spell"])
        return person

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(spell=self.spell, **kwargs)

    def run(self, form: VersionForm) -> str:
        pk, spell = self.kwargs["pk"], self.kwargs["spell"]
        standings.withdraw_spell(by=self.request.user, person_id=pk, spell_id=spell, **form.cleaned_data)
        return reverse("patients:person-tab", args=[pk, "standing"])
