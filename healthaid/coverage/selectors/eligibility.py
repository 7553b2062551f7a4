"""Whether a patient may be treated first and pay later: the place's target group, and the hospital."""

from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from facilities.enums import FacilityKind
from facilities.models import Facility
from facilities.selectors import hospitals_serving
from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.core.scoping import under
from healthaid.coverage.selectors.citations import cited_words
from healthaid.coverage.selectors.groups import statuses_in
from healthaid.policy.selectors.rules import Rules, rules_at
from healthaid.regions.domain import ids_of
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from patients.models import Person
from patients.selectors.persons import status_on

GROUP, PREFECTURE, DEFERRAL = "pay_later.group", "pay_later.prefecture_hospitals", "pay_later.deferral"
ALLOWED_WORD = "allowed"
TREATING = (FacilityKind.HOSPITAL, FacilityKind.TOWNSHIP_CENTRE)


def rules_for(person: Person, on: date) -> Rules:
    """What holds where the patient lives. Raises ValueError outside every coded place."""
    return rules_at(person.household.village, on)


def hospitals_to_treat(user: User, person: Person) -> QuerySet[Facility]:
    """Where the patient may be treated, as far as the user keeps agreements there or for the patient."""
    county = county_of(person.path)
    centres = Facility.objects.filter(under("path", county.path), kind=FacilityKind.TOWNSHIP_CENTRE, is_open=True)
    rows = hospitals_serving(person.path) | centres
    scope = user.scope(Ability.KEEP_INSTALMENTS)
    if not scope.covers_path(person.path):
        rows = scope.narrow(rows)
    return rows.select_related("place__parent").order_by("kind", "path")


def county_of(path: str) -> Place:
    """The county that a village's path lies in. Raises DoesNotExist."""
    return Place.objects.get(pk__in=ids_of(path), level=Level.COUNTY)


def obstacles(person: Person, facility: Facility, on: date, *, referral: str) -> dict[str, str]:
    """What stands in the way of an agreement, by the field it is about; each reason with its article."""
    rules = rules_for(person, on)
    words, article = cited_words(rules, GROUP)
    if not words:
        return {"admitted_on": _("入院当日，当地还没有先诊疗后付费的文件规定。")}
    if status_on(person, on) not in statuses_in(words):
        reason = _("此人入院当日不属于当地先诊疗后付费的对象（%(article)s）。")
        return {"admitted_on": reason % {"article": article}}
    return _hospital_obstacles(person, facility, rules, referral=referral, article=article)


def _hospital_obstacles(
    person: Person, facility: Facility, rules: Rules, *, referral: str, article: str
) -> dict[str, str]:
    county = county_of(person.path)
    if facility.path.startswith(county.path):
        return {}
    above = facility.place.parent
    if above is None or above.level != Level.PREFECTURE or not county.path.startswith(above.path):
        reason = _("先诊疗后付费限县域内定点医疗机构（%(article)s）。")
        return {"facility": reason % {"article": article}}
    allowed, written = cited_words(rules, PREFECTURE)
    if ALLOWED_WORD not in allowed:
        reason = _("当地没有文件把先诊疗后付费扩大到州级医院；限县域内定点医疗机构（%(article)s）。")
        return {"facility": reason % {"article": article}}
    if not referral.strip():
        reason = _("州级医院须经县级转诊，请写明转诊情况（%(article)s）。")
        return {"referral": reason % {"article": written}}
    return {}


def refusal_of_deferral(person: Person, on: date) -> str:
    """Why what is due may not be paid later than at discharge; empty where the place allows it."""
    words, article = cited_words(rules_for(person, on), DEFERRAL)
    if ALLOWED_WORD in words:
        return ""
    return _("当地没有允许出院后延期（分期）还款的文件规定。%(article)s") % {"article": article}
