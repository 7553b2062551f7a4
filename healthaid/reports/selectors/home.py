"""What is waiting for a user: the counts of the home page, one query each, and each the length of the list it opens."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from facilities.selectors import clinics_not_at_standard
from healthaid.accounts.enums import Ability
from healthaid.accounts.models import User
from healthaid.accounts.selectors import soon_disabled
from healthaid.core.keyset import CappedCount, count_capped
from healthaid.coverage.domain.enrolments import moment_of
from healthaid.coverage.enums import CardState, IncomeSide
from healthaid.coverage.enums import Side as Check
from healthaid.coverage.selectors import cards
from healthaid.coverage.selectors.agreements import agreements_due
from healthaid.coverage.selectors.checks import ALL, people_due, people_on
from healthaid.coverage.selectors.income_line import income_lines, people_by_line
from healthaid.coverage.selectors.places import top_place
from healthaid.coverage.selectors.promises import bills_missing
from healthaid.coverage.selectors.runs import without_year_end
from healthaid.exchange.enums import BatchState
from healthaid.exchange.models import ImportBatch
from healthaid.exchange.selectors import batches_for_list
from healthaid.jobs.enums import JobState
from healthaid.jobs.models import Job
from healthaid.jobs.selectors import is_scheduler_silent, jobs_for_home, jobs_for_list
from healthaid.regions.enums import Level
from healthaid.regions.models import Place
from healthaid.reports.domain import Side, last_day, previous_month
from healthaid.reports.indicators import BY_CODE, HEADLINES
from healthaid.reports.models import MonthlyReport
from healthaid.reports.permissions import opened
from healthaid.reports.selectors.figures import Figure, figures_of, first_place, months_counted, snapshot
from healthaid.reports.selectors.rows import people_behind
from healthaid.reports.selectors.targets import targets
from patients.enums import CaseState, ConditionKind, ConditionState
from patients.selectors.cases import readable_cases
from patients.selectors.conditions import readable_conditions
from signing.models import Contract
from signing.selectors import expiring

BATCHES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Card:
    """One kind of waiting work: how much, and the list that shows exactly that."""

    label: str | Promise
    hint: str | Promise
    icon: str
    count: CappedCount
    url: str


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of work: who does it, which rows wait, and the list that shows them."""

    label: str | Promise
    hint: str | Promise
    icon: str
    ability: str
    rows: Callable[[User, date], QuerySet]
    page: str
    query: dict[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """A way to begin something."""

    label: str | Promise
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class Headlines:
    """The newest month of the place a user reads, for those who have one minute."""

    place: Place
    month: date
    figures: list[Figure]
    opened: frozenset[str]  # codes of the indicators whose rows the user may open


@dataclass(slots=True)
class HomePage:
    """Waiting work, running and failed jobs, batches to decide on, ways to begin, and for readers the newest month."""

    cards: list[Card]
    jobs: list[Job]
    batches: list[ImportBatch]
    links: list[Link]
    headlines: Headlines | None = None
    missing_month: tuple[Place, date] | None = None  # the county whose last month nobody counted
    missing_year_end: tuple[Place, int] | None = None  # in January, the county whose last year was not closed
    is_scheduler_down: bool = False
    is_empty_handed: bool = False  # an account without any posting

    @property
    def waiting(self) -> int:
        """How many kinds of work wait."""
        return sum(card.count.number > 0 for card in self.cards) + bool(self.batches)


def _suspected(user: User, _today: date) -> QuerySet:
    return readable_conditions(user).filter(state=ConditionState.SUSPECTED)


def _unfiled(user: User, _today: date) -> QuerySet:
    rows = readable_conditions(user).filter(kind=ConditionKind.CRITICAL, state=ConditionState.VERIFIED)
    return rows.filter(case=None)


def _untreated(user: User, _today: date) -> QuerySet:
    return readable_cases(user).filter(state=CaseState.UNTREATED)


def _expiring(user: User, today: date) -> QuerySet:
    return Contract.objects.visible_to(user).filter(expiring(today))


def _cards_to_enter(user: User, _today: date) -> QuerySet:
    return cards.readable_cards(user).filter(state=CardState.DIAGNOSED)


def _cards_expiring(user: User, today: date) -> QuerySet:
    return cards.readable_cards(user).filter(cards.expiring(today))


def _without_card(user: User, today: date) -> QuerySet:
    return cards.conditions_without_card(user, today)


def _clinics(user: User, _today: date) -> QuerySet:
    return clinics_not_at_standard(user)


def _idle(user: User, _today: date) -> QuerySet:
    return soon_disabled(user, timezone.now())


def _failed(user: User, _today: date) -> QuerySet:
    return jobs_for_list(user).filter(state=JobState.FAILED)


WORK = (
    Work(
        _("待核实患病"),
        _("核实后才能建档和签约"),
        "clipboard2-pulse",
        Ability.EDIT_CONDITIONS,
        _suspected,
        "patients:condition-list",
        {"state": ConditionState.SUSPECTED},
    ),
    Work(
        _("大病待建档"),
        _("一人一档一方案"),
        "folder-plus",
        Ability.MANAGE_CASES,
        _unfiled,
        "patients:condition-list",
        {"case": "none"},
    ),
    Work(
        _("大病未救治"),
        _("发现一例、救治一例"),
        "hospital",
        Ability.MANAGE_CASES,
        _untreated,
        "patients:case-list",
        {"state": CaseState.UNTREATED},
    ),
    Work(
        _("待还款提醒"),
        _("7天内到期或已逾期"),
        "bell",
        Ability.KEEP_INSTALMENTS,
        agreements_due,
        "coverage:reminder-list",
        {},
    ),
    Work(
        _("签约将到期"),
        _("30天内到期或已过期"),
        "pen",
        Ability.SIGN,
        _expiring,
        "signing:contract-list",
        {"due": "soon"},
    ),
    Work(
        _("慢特病卡待录入"),
        _("已鉴定，录入医保系统后生效"),
        "credit-card",
        Ability.EDIT_ENROLMENT,
        _cards_to_enter,
        "coverage:card-list",
        {"state": CardState.DIAGNOSED},
    ),
    Work(
        _("应办未办慢特病卡"),
        _("病情已核实，还没有卡"),
        "person-plus",
        Ability.EDIT_ENROLMENT,
        _without_card,
        "coverage:card-missing",
        {},
    ),
    Work(
        _("慢特病卡将到期"),
        _("60天内到期或已过期"),
        "clock-history",
        Ability.EDIT_ENROLMENT,
        _cards_expiring,
        "coverage:card-list",
        {"due": "soon"},
    ),
    Work(
        _("村卫生室未达标"),
        _("未达标或未检查"),
        "building-exclamation",
        Ability.EDIT_FACILITIES,
        _clinics,
        "facilities:facility-list",
        {"standard": "not_met"},
    ),
    Work(
        _("久未使用的账号"),
        _("再不登录将自动停用"),
        "hourglass-bottom",
        Ability.ADMINISTER,
        _idle,
        "accounts:account-list",
        {"state": "idle"},
    ),
    Work(
        _("失败的任务"),
        _("可在任务页重试"),
        "exclamation-triangle",
        Ability.ADMINISTER,
        _failed,
        "jobs:job-list",
        {"state": JobState.FAILED},
    ),
)


def home_page(user: User, today: date) -> HomePage:
    """The home of a user, by the abilities of the user's postings."""
    page = HomePage(list(_cards(user, today)), jobs_for_home(user), _batches(user), list(_links(user)))
    page.is_empty_handed = not user.scope()
    if user.can(Ability.ADMINISTER):
        page.is_scheduler_down = is_scheduler_silent()
    if user.can(Ability.READ_REPORTS) and not user.can(Ability.EDIT_CONDITIONS):
        page.headlines = _headlines(user)
    if user.can(Ability.SETTLE_BILLS) and (open_one := without_year_end(user, today).first()):
        page.missing_year_end = (open_one, today.year - 1)
    if user.can(Ability.BUILD_REPORTS):
        page.missing_month = _missing_month(user, today)
    return page


def _cards(user: User, today: date) -> Iterable[Card]:
    for work in WORK:
        if user.can(work.ability):
            url = f"{reverse(work.page)}?{urlencode(work.query)}".rstrip("?")
            yield Card(work.label, work.hint, work.icon, count_capped(work.rows(user, today)), url)
    if user.can(Ability.SIGN):
        yield from _unsigned(user, today)
    if user.can(Ability.EDIT_ENROLMENT):
        yield from _uninsured(user, today)
    if user.can(Ability.CONFIRM_ACCOUNTS):
        yield from _promised(user, today)


def _uninsured(user: User, today: date) -> Iterable[Card]:
    """People of the target group who lack an insurance this year, at the highest place whose enrolments are read."""
    place = top_place(user)
    if place is not None:
        people = people_on(people_due(user, place, moment_of(today.year, today)), ALL, Check.GAP)
        url = reverse("coverage:check-people", args=[place.pk])
        yield Card(_("参保缺口"), _("帮扶对象应保尽保"), "person-exclamation", count_capped(people), url)


def _unsigned(user: User, today: date) -> Iterable[Card]:
    """People due for a contract who have none today, at the highest place with figures."""
    place = first_place(user)
    if place is not None:
        people = people_behind(user, BY_CODE["contracts"], place, today, Side.MISSING)
        rows = reverse("reports:figure-rows", args=[place.pk, f"{today:%Y-%m}", "contracts"])
        url = f"{rows}?side={Side.MISSING}&today=1"
        yield Card(_("未签约群众"), _("在册的帮扶对象都应签约"), "person-plus", count_capped(people), url)


def _promised(user: User, today: date) -> Iterable[Card]:
    """People above their county's income line this year, and bills that missed a promise."""
    place = top_place(user)
    if place is not None:
        people = people_by_line(user, place, today.year, income_lines(place, today), IncomeSide.ABOVE)
        rows = reverse("coverage:promise-people", args=[place.pk])
        url = f"{rows}?year={today.year}&side={IncomeSide.ABOVE}"
        yield Card(_("自付超过收入线"), _("重算后由兜底保障支付"), "graph-up-arrow", count_capped(people), url)
    bills = count_capped(bills_missing(user, today.year))
    url = f"{reverse('coverage:bill-list')}?missed=any&period={today.year}"
    yield Card(_("未兑现承诺的费用"), _("报销比例或自付上限没有达到"), "bullseye", bills, url)


def _batches(user: User) -> list[ImportBatch]:
    """The user's newest batches that wait for a decision."""
    waiting = batches_for_list(user).filter(state__in=(BatchState.CHECKED, BatchState.FAULTY))
    return list(waiting[:BATCHES_SHOWN])


def _links(user: User) -> Iterable[Link]:
    ways = (
        (Ability.READ_PEOPLE, _("查找群众"), "search", "patients:person-list"),
        (Ability.EDIT_REGISTER, _("导入花名册"), "file-earmark-spreadsheet", "exchange:batch-list"),
        (Ability.READ_REPORTS, _("看板"), "bar-chart", "reports:dashboard"),
        (Ability.READ_REPORTS, _("月报"), "calendar3", "reports:report-list"),
        (Ability.ADMINISTER, _("账号与任职"), "person-gear", "accounts:account-list"),
        (Ability.READ_AUDIT, _("操作记录"), "journal-text", "audit:entry-list"),
    )
    return (Link(label, icon, reverse(page)) for ability, label, icon, page in ways if user.can(ability))


def _headlines(user: User) -> Headlines | None:
    place = first_place(user)
    months = months_counted(place)[:1] if place else []
    if place is None or not months:
        return None
    found = snapshot(user, place, months[0])
    goals = targets(place, last_day(months[0]))
    return Headlines(place, months[0], figures_of(HEADLINES, found.values, goals), opened(user, place))


def _missing_month(user: User, today: date) -> tuple[Place, date] | None:
    """The first county of the user whose last full month was not counted."""
    month = previous_month(today.replace(day=1))
    counted = MonthlyReport.objects.filter(month=month).values("place")
    county = Place.objects.visible_to(user, Ability.BUILD_REPORTS).filter(level=Level.COUNTY).exclude(pk__in=counted)
    place = county.order_by("path").first()
    return (place, month) if place else None
