"""Pages of enrolments: list, page, the forms of a person's year, and carrying a year over into the next."""

from typing import Any

from django.contrib import messages
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.audit.history import WithHistory
from healthaid.core.decisions import Decision
from healthaid.core.tables import label
from healthaid.core.views import FormActionView, ScopedListView
from healthaid.coverage.actions import enrolments as actions
from healthaid.coverage.domain.enrolments import moment_of
from healthaid.coverage.enums import Absence, Insurance
from healthaid.coverage.filters.enrolments import EnrolmentFilter
from healthaid.coverage.forms.enrolments import CarryForm, EnrolmentChangeForm, EnrolmentCreateForm, initial_of
from healthaid.coverage.models import Enrolment
from healthaid.coverage.permissions.enrolments import may_carry, may_change, may_enrol
from healthaid.coverage.selectors import enrolments as selectors
from healthaid.coverage.tables.enrolments import EnrolmentTable
from healthaid.coverage.views.places import PlaceYearMixin
from healthaid.regions.models import Place
from patients.models import Person


class EnrolmentList(ScopedListView):
    template_name = "coverage/enrolment_list.html"
    ability = Ability.READ_COVERAGE
    title = _("年度参保")
    rows = staticmethod(selectors.enrolments_for_list)
    table_class = EnrolmentTable
    filterset_class = EnrolmentFilter
    sheet = "enrolments"
    empty_text = _("这里列出每人每年的参保。在“数据”页导入参保表，或打开一位群众的“参保”登记。")


class EnrolmentDetail(WithHistory):
    template_name = "coverage/enrolment_detail.html"
    ability = Ability.READ_COVERAGE
    row = staticmethod(selectors.enrolment_for_page)
    context_name = "enrolment"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        enrolment: Enrolment = context["enrolment"]
        moment = moment_of(enrolment.year, timezone.localdate())
        reasons, source = selectors.reasons_at(enrolment.person.household.village, moment)
        return context | {
            "title": _now("%(name)s%(year)d年参保") % {"name": enrolment.person.name, "year": enrolment.year},
            "insurances": insurances(enrolment),
            "is_accepted": enrolment.absence in reasons,
            "reasons_source": source,
            "may_change": may_change(self.request.user, enrolment),
        }


class EnrolmentForms(FormActionView):
    """A form about a person's year; an absence that the place's policy does not know is told."""

    ability = Ability.READ_COVERAGE
    template_name = "coverage/enrolment_form.html"

    def told(self, person: Person, year: int) -> dict[str, Any]:
        """Whom the form is about, and which reasons the place's policy knows."""
        moment = moment_of(year, timezone.localdate())
        reasons, source = selectors.reasons_at(person.household.village, moment)
        words = "、".join(label(Absence, reason) for reason in reasons)
        return {"person": person, "reasons": words, "reasons_source": source}

    def warn(self, enrolment: Enrolment) -> None:
        """Say when the reason does not count."""
        if enrolment.absence and not actions.is_accepted(enrolment):
            text = _now("已保存。当地文件没有把“%(reason)s”列为可不参保的原因，核查时仍计为缺口。")
            messages.warning(self.request, text % {"reason": enrolment.get_absence_display()})


class EnrolmentCreate(EnrolmentForms):
    form_class = EnrolmentCreateForm
    title = _("登记参保")
    success_message = _("参保已登记。")

    def load(self) -> Person:
        return selectors.person_to_insure(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_enrol(self.request.user, self.row)

    def get_initial(self) -> dict[str, Any]:
        year = self.request.GET.get("year", "")
        return {"year": int(year) if year.isdecimal() else timezone.localdate().year}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.told(self.row, timezone.localdate().year), **kwargs)

    def run(self, form: EnrolmentCreateForm) -> Enrolment:
        enrolment = actions.record_enrolment(by=self.request.user, person_id=self.kwargs["pk"], **form.values())
        self.warn(enrolment)
        return enrolment


class EnrolmentUpdate(EnrolmentForms):
    form_class = EnrolmentChangeForm
    title = _("更正参保")
    success_message = _("参保已保存。")
    corrects = True

    def load(self) -> Enrolment:
        return selectors.enrolment_for_page(self.request.user, self.kwargs["pk"])

    def decide(self) -> Decision:
        return may_change(self.request.user, self.row)

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | initial_of(self.row)

    def form_for(self, row: Enrolment) -> EnrolmentChangeForm:
        return EnrolmentChangeForm(initial=initial_of(row))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.told(self.row.person, self.row.year), **kwargs)

    def run(self, form: EnrolmentChangeForm) -> Enrolment:
        enrolment = actions.change_enrolment(by=self.request.user, enrolment_id=self.kwargs["pk"], **form.values())
        self.warn(selectors.enrolment_for_page(self.request.user, enrolment.pk))
        return enrolment


class EnrolmentCarry(PlaceYearMixin, FormActionView):  # type: ignore[misc]  # both open the page to the same ability
    """How many of last year's enrolments would go on, and the button that starts it."""

    template_name = "coverage/enrolment_carry.html"
    form_class = CarryForm
    title = _("沿用上年参保")
    submit_label = _("开始沿用")
    success_message = _("已开始沿用，完成后可打开名单核对。")
    back = reverse_lazy("coverage:check")

    def load(self) -> Place:
        return self.place

    def decide(self) -> Decision:
        return may_carry(self.request.user, self.row)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        moment = self.moment
        carried = selectors.enrolments_to_carry(self.row, moment).count()
        last = selectors.last_years(self.row, moment.year).count()
        return super().get_context_data(
            place=self.row,
            year=moment.year,
            last_year=moment.year - 1,
            carried=carried,
            left=last - carried,
            last=last,
            **kwargs,
        )

    def run(self, _form: CarryForm) -> str:
        job = actions.order_carry(by=self.request.user, place=self.row, year=self.moment.year)
        return reverse("jobs:job-detail", args=[job.pk])


def insurances(enrolment: Enrolment) -> list[tuple[Insurance, bool]]:
    """Each kind of insurance and whether the person has it that year."""
    return [(kind, getattr(enrolment, f"has_{kind}")) for kind in Insurance]


def is_open(user: User, person: Person) -> bool:
    """Whether the user may read the insurance of this person."""
    return user.scope(Ability.READ_COVERAGE).covers(person)
