"""Writes: one file and one plan for each critical illness, and where its treatment stands (一人一档一方案)."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from facilities.models import Facility
from facilities.selectors import hospitals_serving
from healthaid.accounts.models import User
from healthaid.audit.actions import record
from healthaid.core.decisions import require, require_version
from healthaid.core.versions import assign, save_next
from patients.actions.conditions import locked_condition, open_facts
from patients.domain.cases import OPEN_STATES, Problem, Step, problems_of
from patients.enums import CaseState
from patients.followers import Leaving
from patients.models import CriticalCase
from patients.permissions.cases import may_change_case, may_open_case
from patients.selectors.cases import readable_cases

PROBLEMS: dict[Problem, tuple[str, Any]] = {
    "no_way": ("state", gettext_lazy("不能从现在的状态转到该状态。")),
    "reason": ("state_reason", gettext_lazy("请写明原因。")),
    "outcome": ("outcome", gettext_lazy("请选择转归。")),
    "treated_on": ("treated_on", gettext_lazy("请填写救治日期。")),
    "too_early": ("treated_on", gettext_lazy("救治日期不能早于建档日期。")),
    "in_future": ("treated_on", gettext_lazy("救治日期不能晚于今天。")),
}


@transaction.atomic
def open_case(
    *,
    by: User,
    condition_id: int,
    hospital_id: int,
    doctor: str = "",
    plan: str = "",
    opened_on: date | None = None,
    today: date | None = None,
) -> CriticalCase:
    """A file for a verified critical illness at its designated hospital; one for each illness."""
    condition = locked_condition(by, condition_id)
    require(may_open_case(by, condition))
    today = today or timezone.localdate()
    if opened_on and opened_on > today:
        raise ValidationError({"opened_on": _("建档日期不能晚于今天。")})
    case = CriticalCase(
        condition=condition,
        person=condition.person,
        path=condition.path,
        hospital=hospital_for(condition.path, hospital_id),
        doctor=doctor,
        plan=plan,
        opened_on=opened_on or today,
    )
    case.full_clean()
    case.save()
    record(by=by, verb="patients.case.opened", subject=case, person=case.person_id, hospital=case.hospital_id)
    return case


@transaction.atomic
def change_case(*, by: User, case_id: int, version: int, **values: Any) -> CriticalCase:
    """Change the plan, the doctor or the designated hospital (`hospital_id`). Raises Stale."""
    case = locked_case(by, case_id)
    require(may_change_case(by, case))
    require_version(case, version)
    wanted: dict[str, Any] = {name: values[name] for name in ("doctor", "plan") if name in values}
    if values.get("hospital_id", case.hospital_id) != case.hospital_id:
        wanted["hospital"] = hospital_for(case.path, values["hospital_id"])
    changes = assign(case, wanted)
    if changes:
        save_next(case)
        record(by=by, verb="patients.case.changed", subject=case, **open_facts(case.condition, **changes))
    return case


@transaction.atomic
def move_case(*, by: User, case_id: int, version: int, step: Step, today: date | None = None) -> CriticalCase:
    """Take the treatment to another state, as far as the states allow. Raises Stale and ValidationError."""
    case = locked_case(by, case_id)
    require(may_change_case(by, case))
    require_version(case, version)
    found = problems_of(step, state=case.state, opened_on=case.opened_on, today=today or timezone.localdate())
    if found:
        raise ValidationError({PROBLEMS[problem][0]: str(PROBLEMS[problem][1]) for problem in found})
    is_treated = step.state == CaseState.TREATED
    changes = assign(
        case,
        {
            "state": step.state,
            "state_reason": step.reason.strip(),
            "outcome": step.outcome if is_treated else "",
            "treated_on": step.treated_on if is_treated else case.treated_on,
        },
    )
    save_next(case)
    record(by=by, verb="patients.case.moved", subject=case, **open_facts(case.condition, **changes))
    return case


def locked_case(by: User, pk: int) -> CriticalCase:
    """The file, if the user may know of it, locked until the end of the transaction. Raises DoesNotExist."""
    seen = readable_cases(by).get(pk=pk)
    rows = CriticalCase.objects.select_for_update(of=("self",)).select_related("condition", "person", "hospital")
    return rows.get(pk=seen.pk)


def hospital_for(path: str, hospital_id: int) -> Facility:
    """A hospital that may be designated for a village. Raises ValidationError for any other."""
    hospital = hospitals_serving(path).filter(pk=hospital_id).first()
    if hospital is None:
        raise ValidationError({"hospital": _("只能指定本县市及上级的在用医院。")})
    return hospital


def end_cases_of(by: User, leaving: Leaving) -> int:
    """Close the open files of a person who died; one who moved out is treated on. How many files were closed."""
    if not leaving.is_death:
        return 0
    rows = CriticalCase.objects.select_for_update(of=("self",)).select_related("condition")
    closed = list(rows.filter(person=leaving.person_id, state__in=OPEN_STATES))
    for case in closed:
        changes = assign(case, {"state": CaseState.DIED, "state_reason": f"{leaving.reason} {leaving.on}"})
        save_next(case)
        record(by=by, verb="patients.case.moved", subject=case, **open_facts(case.condition, **changes))
    return len(closed)


def open_cases(person_id: int) -> int:
    """How many files of a person are still open."""
    return CriticalCase.objects.filter(person=person_id, state__in=OPEN_STATES).count()
