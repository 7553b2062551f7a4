"""One object of every kind on either side: here, and in the other township, where every text holds the sentinel."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from healthaid.accounts.enums import Ability, Duty
from healthaid.accounts.models import User
from healthaid.coverage.actions.agreements import sign_agreement
from healthaid.coverage.actions.funds import record_fund_payment
from healthaid.coverage.actions.onestop import issue_form
from healthaid.coverage.actions.repayments import record_payment
from healthaid.coverage.models import SettlementRun
from healthaid.coverage.selectors.funds import counties_covered
from healthaid.coverage.settling.totals import Totals
from healthaid.coverage.settling.years import Fingerprint, policy_seen
from healthaid.exchange import files
from healthaid.exchange.enums import BatchState
from healthaid.exchange.models import ImportBatch, Problem
from healthaid.exchange.permissions import reach_of
from healthaid.jobs.enums import JobState
from healthaid.regions.models import Place
from tests.factories.accounts import appointed
from tests.factories.conditions import ConditionFactory, CriticalCaseFactory
from tests.factories.coverage import EnrolmentFactory, SpecialCardFactory, discharged, entered_bill, local_value
from tests.factories.facilities import CareTeamFactory, ClinicCheckFactory, FacilityFactory, HospitalFactory
from tests.factories.jobs import JobFactory
from tests.factories.patients import HouseholdFactory, PersonFactory, PovertySpellFactory
from tests.factories.policy import LocalDocumentFactory, LocalValueFactory
from tests.factories.regions import PlaceCodeFactory, line_of_places
from tests.factories.reports import counted
from tests.factories.signing import ContractFactory

SENTINEL = "密探"  # of the other township
FAR = "邻探"  # of the other county
BEYOND = "远探"  # of the other prefecture
MARKS = {"here": "本探", "township": SENTINEL, "county": FAR, "prefecture": BEYOND}
# The nearest side of which a duty sees nothing; the rows of it and of those behind it are foreign.
NEAREST_FOREIGN = {
    "outsider": "here",
    **dict.fromkeys(("signer", "reader", "worker", "nobody"), "township"),
    **dict.fromkeys(("poverty", "official", "hospital", "cdc", "insurance", "civil", "auditor", "admin"), "county"),
    "prefecture_reader": "prefecture",
}
MONTH = "2018-06"


@dataclass(slots=True)
class Side:
    """The rows of one village, and of the person who works there."""

    place: Place
    person: Any
    spell: Any
    household: Any
    condition: Any
    case: Any
    facility: Any
    check: Any
    team: Any
    contract: Any
    enrolment: Any
    card: Any
    bill: Any
    form: Any
    agreement: Any
    run: Any
    payment: Any
    fund_payment: Any
    batch: ImportBatch
    file: Any
    job: Any
    account: User
    posting: Any
    leaver: User
    local_document: Any
    local_value: Any


def build_side(
    village: Place,
    hospital: Any,
    user: User,
    *,
    mark: str = "",
    county: Place | None = None,
    clerk: User | None = None,
) -> Side:
    """One row of every kind; `mark` goes into every text. `county` sets the local policy, else the village's own.

    A clerk, where one is given, settles a bill of the person and issues its form.
    """
    household = HouseholdFactory(village=village, natural_village=f"{mark}小组", phone="13800001111")
    person = PersonFactory(household=household, name=f"岩{mark}", phone="13800002222")
    spell = PovertySpellFactory(person=person)
    condition = ConditionFactory(person=person, note=f"{mark}备注", diagnosed_at=f"{mark}医院")
    case = CriticalCaseFactory(condition=condition, hospital=hospital)
    facility = FacilityFactory(parent=village, name=f"{mark}卫生室")
    team = CareTeamFactory(facility=facility, name=f"{mark}团队", leader=f"{mark}队长")
    local_document = LocalDocumentFactory(
        place=county or village.parent.parent, title=f"{mark}通知", note=f"{mark}县政府", entered_by=user
    )
    first_day = date(2018, 1, 1) + timedelta(days=village.pk)  # two sides may stand in one county
    bill = settled_bill(clerk, person, hospital, mark) if clerk else None
    agreement = agreement_with_payment(clerk, bill, mark) if clerk else None
    file = files.store(f"{mark}名单.xlsx", files.XLSX, b"nothing")
    batch = ImportBatch.objects.create(
        kind="register",
        uploaded_by=user,
        reach=reach_of(user, Ability.EDIT_REGISTER),
        file=file,
        error_file=file,
        message=f"{mark}说明",
        state=BatchState.CHECKED,
        error_count=1,
    )
    Problem.objects.create(batch=batch, sheet="表", row=3, column="姓名", value=f"{mark}值", reason=f"{mark}理由")
    return Side(
        place=village,
        person=person,
        spell=spell,
        household=household,
        condition=condition,
        case=case,
        facility=facility,
        check=ClinicCheckFactory(clinic=facility, note=f"{mark}检查"),
        team=team,
        contract=ContractFactory(person=person, team=team, number=f"XY-{mark}-{village.pk}"),
        enrolment=EnrolmentFactory(
            person=person, has_basic=False, absence="elsewhere_work", absence_note=f"{mark}务工"
        ),
        card=SpecialCardFactory(person=person, number=f"{mark}卡号"),
        bill=bill,
        form=bill and issue_form(by=clerk, bill_id=bill.pk),
        agreement=agreement,
        run=proposed(county or village.parent.parent, clerk, mark) if clerk else None,
        payment=agreement and agreement.payments.get(),
        fund_payment=bill and payout(clerk, bill, mark),
        batch=batch,
        file=file,
        job=JobFactory(kind="export_sheet", requested_by=user, state=JobState.FAILED, error=f"{mark}错误"),
        account=user,
        posting=user.postings.first(),
        leaver=appointed(f"leaver-{village.pk}", (Duty.READER, village), full_name=f"{mark}离任", is_active=False),
        local_document=local_document,
        local_value=LocalValueFactory(
            document=local_document, article=f"{mark}条", entered_by=user, starts_on=first_day
        ),
    )


def settled_bill(clerk: User, person: Any, hospital: Any, mark: str) -> Any:
    """A settled stay of a year without enrolments, with the mark in every text."""
    return entered_bill(
        clerk,
        person,
        hospital,
        number=f"ZY-{mark}-{person.pk}",
        served_on=date(2019, 3, 1),
        diagnosis=f"{mark}诊断",
        referral="filed_late",
        referral_note=f"{mark}急诊",
    )


def proposed(county: Place, clerk: User, mark: str) -> SettlementRun:
    """A computed proposal for a year of a county."""
    return SettlementRun.objects.create(
        place=county,
        path=county.path,
        region="533103",
        year=2018,
        purpose="year_end",
        state="proposed",
        engine="1",
        reason=f"{mark}原因",
        requested_by=clerk,
        totals=Totals().as_json() | {"bills": 1},
        seen={"bills": Fingerprint().text(), "policy": policy_seen("533103")},
    )


def agreement_with_payment(clerk: User, bill: Any, mark: str) -> Any:
    """The bill's agreement, a part of what is due paid."""
    signed = sign_agreement(
        by=clerk,
        person_id=bill.person_id,
        facility_id=bill.facility_id,
        admitted_on=date(2019, 2, 1),
        referral=f"{mark}转诊",
        today=date(2019, 2, 1),
    )
    left = discharged(clerk, signed, bill)
    return record_payment(
        by=clerk,
        agreement_id=left.pk,
        version=left.version,
        amount=Decimal("10.00"),
        paid_on=date(2019, 3, 1),
        receipt=f"{mark}票据",
        today=date(2019, 3, 1),
    )


def payout(clerk: User, bill: Any, mark: str) -> Any:
    """A part of what the basic fund of the bill's county owes the hospital for this month."""
    today = timezone.localdate()
    return record_fund_payment(
        by=clerk,
        fund="basic",
        county_id=counties_covered(clerk).get().pk,
        facility_id=bill.facility_id,
        month=today,
        amount=Decimal("1.00"),
        paid_on=today,
        voucher=f"{mark}凭证",
    )


def build_world(people: Any, *, own_mark: str = "") -> tuple[Side, Side]:
    """The own side and the foreign one, and a counted month of the county."""
    PlaceCodeFactory(place=people.province, code="530000")  # by which policy finds its parameters
    hospital = covered(people.county, "533103")
    clerk = people.insurance
    own = build_side(people.here, hospital, people.worker, mark=own_mark, clerk=clerk)
    foreign = build_side(
        people.elsewhere, hospital, people.other_worker, mark=SENTINEL, county=people.other_county, clerk=clerk
    )
    counted(people.county, now=timezone.now())
    return own, foreign


def build_sides(people: Any) -> dict[str, Side]:
    """One side of every kind, by how far it is; the marks in their texts are MARKS."""
    here, township = build_world(people, own_mark=MARKS["here"])
    county, prefecture = build_outside(people)
    return {"here": here, "township": township, "county": county, "prefecture": prefecture}


def covered(county: Place, code: str) -> Any:
    """The hospital of a county whose bills can be settled."""
    PlaceCodeFactory(place=county, code=code)
    for name, number in (("critical.deductible.ordinary", 10_000), ("income.rural_per_capita.previous_year", 9_000)):
        local_value(county, name, number)
    return HospitalFactory(parent=county)


def build_outside(people: Any) -> tuple[Side, Side]:
    """The side of the other county, and that of a county in another prefecture."""
    _prefecture, beyond, _township, village = line_of_places(
        "邻州", "远坝市", "远坝镇", "远坝村", parent=people.province
    )
    return (
        side_of_county(people.other_county, people.far_away, people.far_poverty, code="533102", mark=FAR),
        side_of_county(beyond, village, appointed("beyond", (Duty.POVERTY_OFFICE, beyond)), code="533123", mark=BEYOND),
    )


def side_of_county(county: Place, village: Place, user: User, *, code: str, mark: str) -> Side:
    """The side of a village in a county with a hospital and an insurance office of its own."""
    hospital = covered(county, code)
    hospital.name = f"{mark}医院"
    hospital.save()
    clerk = appointed(f"clerk-{code}", (Duty.INSURANCE, county), full_name=f"{mark}经办")
    return build_side(village, hospital, user, mark=mark, county=county, clerk=clerk)


# The rows that stand in an address, by the beginning of its name; the longest one that fits counts.
ARGUMENTS = {
    "accounts:account-": lambda side: [side.account.pk],
    "accounts:account-enable": lambda side: [side.leaver.pk],
    "accounts:posting-create": lambda side: [side.account.pk],
    "accounts:posting-end": lambda side: [side.posting.pk],
    "accounts:session-end": lambda _side: [7],
    "coverage:agreement-": lambda side: [side.agreement.pk],
    "coverage:agreement-create": lambda side: [side.person.pk],
    "coverage:payment-": lambda side: [side.payment.pk],
    "coverage:fund-month": lambda _side: [MONTH],
    "coverage:fund-bills": lambda _side: [MONTH],
    "coverage:fund-payment": lambda side: [side.fund_payment.pk],
    "coverage:bill-": lambda side: [side.bill.pk],
    "coverage:bill-create-for": lambda side: [side.person.pk],
    "coverage:form-": lambda side: [side.form.pk],
    "coverage:form-issue": lambda side: [side.bill.pk],
    "coverage:card-": lambda side: [side.card.pk],
    "coverage:card-create": lambda side: [side.person.pk],
    "coverage:check-": lambda side: [side.place.pk],
    "coverage:enrolment-": lambda side: [side.enrolment.pk],
    "coverage:enrolment-carry": lambda side: [side.place.pk],
    "coverage:enrolment-create": lambda side: [side.person.pk],
    "coverage:premium-": lambda side: [side.place.pk],
    "coverage:replay-county": lambda side: [side.run.place_id, 2018],
    "coverage:replay-person": lambda side: [side.person.pk, 2018],
    "coverage:run-": lambda side: [side.run.pk],
    "coverage:promise-": lambda side: [side.place.pk],
    "coverage:promise-bills": lambda side: [side.place.pk, "signature"],
    "exchange:batch-": lambda side: [side.batch.pk],
    "exchange:export": lambda _side: ["register"],
    "exchange:file": lambda side: [side.file.pk],
    "exchange:template": lambda _side: ["register"],
    "exchange:upload": lambda _side: ["register"],
    "facilities:clinic-check-create": lambda side: [side.facility.pk],
    "facilities:clinic-check-update": lambda side: [side.check.pk],
    "facilities:facility-": lambda side: [side.facility.pk],
    "facilities:team-create": lambda side: [side.facility.pk],
    "facilities:team-update": lambda side: [side.team.pk],
    "jobs:job-": lambda side: [side.job.pk],
    "patients:case-": lambda side: [side.case.pk],
    "patients:case-create": lambda side: [side.condition.pk],
    "patients:condition-": lambda side: [side.condition.pk],
    "patients:condition-create": lambda side: [side.person.pk],
    "patients:household-": lambda side: [side.household.pk],
    "patients:person-": lambda side: [side.person.pk],
    "patients:person-create": lambda side: [side.household.pk],
    "patients:person-reveal": lambda side: [side.person.pk, "identity"],
    "patients:person-tab": lambda side: [side.person.pk, "conditions"],
    "patients:standing-create": lambda side: [side.person.pk],
    "patients:standing-withdraw": lambda side: [side.person.pk, side.spell.pk],
    "policy:document-detail": lambda _side: ["YN-2018-2"],
    "policy:local-document": lambda side: [side.local_document.pk],
    "policy:local-document-create": lambda _side: [],
    "policy:local-price-create": lambda side: [side.local_document.pk],
    "policy:local-prefixes-create": lambda side: [side.local_document.pk],
    "policy:local-value": lambda side: [side.local_value.pk],
    "policy:local-value-create": lambda side: [side.local_document.pk],
    "policy:parameter-detail": lambda _side: ["clinic.area"],
    "regions:place-detail": lambda side: [side.place.pk],
    "reports:figure-rows": lambda side: [side.place.pk, MONTH, "contracts"],
    "reports:place": lambda side: [side.place.pk],
    "reports:report-": lambda side: [side.place.pk, MONTH],
    "reports:report-build": lambda side: [side.place.parent.parent_id, MONTH],  # a county's
    "signing:contract-": lambda side: [side.contract.pk],
    "signing:contract-create": lambda side: [side.person.pk],
}


def arguments(name: str, side: Side) -> list[Any]:
    """What stands in the address of this name for the rows of one side."""
    fitting = [beginning for beginning in ARGUMENTS if name.startswith(beginning)]
    return ARGUMENTS[max(fitting, key=len)](side) if fitting else []


def named_urls(patterns: Any = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the portal with its full name, an unnamed one with the name of its view."""
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_urls(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name or pattern.callback.__name__}", pattern


def has_row(pattern: URLPattern) -> bool:
    """Whether a row's number stands in the address."""
    return "pk" in pattern.pattern.converters
