from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from healthaid.accounts.enums import Duty
from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused, Stale
from patients.actions.cases import change_case, end_cases_of, move_case, open_case
from patients.domain.cases import NEEDS_REASON, WAYS, Step, next_states, problems_of
from patients.enums import CaseState
from patients.followers import Leaving
from patients.models import Condition, CriticalCase
from patients.selectors import cases as selectors
from patients.views.cases import tab
from tests.factories.accounts import appointed
from tests.factories.conditions import ConditionFactory, CriticalCaseFactory, person_in
from tests.factories.facilities import HospitalFactory

TODAY = date(2018, 7, 1)
MENTAL = "severe_mental_disorder"
TREATED = Step("treated", outcome="improved", treated_on=date(2018, 6, 20))


def url(name, *args):
    return reverse(f"patients:{name}", args=args)


@pytest.fixture
def hospital(people):
    return HospitalFactory(parent=people.county, name="芒坝市人民医院")


@pytest.fixture
def condition(people):
    return ConditionFactory(person=person_in(people.here))


@pytest.fixture
def case(condition, hospital):
    return CriticalCaseFactory(condition=condition, hospital=hospital, state="treating")


def opened(by, condition, hospital, **values):
    return open_case(by=by, condition_id=condition.pk, hospital_id=hospital.pk, today=TODAY, **values)


def test_ways_lead_only_between_known_states():
    states = set(CaseState.values)

    assert set(WAYS) == states
    assert set().union(*WAYS.values()) <= states
    assert all(state not in ways for state, ways in WAYS.items())
    assert not next_states("died")


def test_every_state_can_be_reached():
    reached, edge = {"untreated"}, {"untreated"}
    while edge:
        edge = set().union(*(WAYS[state] for state in edge)) - reached
        reached |= edge

    assert reached == set(CaseState.values)


@pytest.mark.parametrize("state", CaseState.values)
@pytest.mark.parametrize("to", CaseState.values)
def test_step_is_allowed_exactly_along_the_ways(state, to):
    step = Step(to, reason="说明", outcome="cured", treated_on=TODAY)

    found = problems_of(step, state=state, opened_on=date(2018, 6, 1), today=TODAY)

    assert found == ([] if to in WAYS[state] else ["no_way"])


@pytest.mark.parametrize(
    ("step", "found"),
    [
        *((Step(state, reason=" "), ["reason"]) for state in sorted(NEEDS_REASON)),
        (Step("treated"), ["outcome", "treated_on"]),
        (Step("treated", outcome="cured", treated_on=date(2018, 5, 31)), ["too_early"]),
        (Step("treated", outcome="cured", treated_on=date(2018, 7, 2)), ["in_future"]),
        (Step("treated", outcome="cured", treated_on=date(2018, 6, 1)), []),
    ],
)
def test_step_needs_what_the_ledger_asks(step, found):
    assert problems_of(step, state="treating", opened_on=date(2018, 6, 1), today=TODAY) == found


def test_leaving_excluded_needs_a_reason():
    assert problems_of(Step("untreated"), state="excluded", opened_on=TODAY, today=TODAY) == ["reason"]


def test_open_case_for_a_verified_critical_illness(people, condition, hospital):
    case = opened(people.hospital, condition, hospital, doctor="李医生", plan="手术后化疗六次")

    assert (case.state, case.opened_on, case.person, case.path) == (
        "untreated",
        TODAY,
        condition.person,
        condition.path,
    )
    assert Entry.objects.get(verb="patients.case.opened").subject_id == case.pk


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"state": "suspected"}, "核实后"),
        ({"state": "excluded"}, "核实后"),
        ({"disease": "hypertension"}, "只有大病"),
        ({"disease": "systemic_lupus"}, "只有大病"),
    ],
)
def test_open_case_needs_a_verified_critical_illness(people, hospital, fields, reason):
    condition = ConditionFactory(person=person_in(people.here), **fields)

    with pytest.raises(Refused, match=reason):
        opened(people.hospital, condition, hospital)


def test_open_case_once_an_illness(people, condition, hospital):
    opened(people.hospital, condition, hospital)

    with pytest.raises(Refused, match="已建档"):
        opened(people.hospital, condition, hospital)


def test_open_case_names_a_hospital_of_the_county_or_above(people, condition):
    far = HospitalFactory(parent=people.other_county)

    with pytest.raises(ValidationError, match="本县市及上级"):
        opened(people.hospital, condition, far)
    assert opened(people.hospital, condition, HospitalFactory(parent=people.prefecture)).pk


@pytest.mark.parametrize(
    ("who", "disease", "problem"),
    [
        ("hospital", "gastric_cancer", None),
        ("worker", "gastric_cancer", None),
        ("cdc", "gastric_cancer", None),
        ("signer", "gastric_cancer", Refused),  # a village doctor screens and tracks
        ("reader", "gastric_cancer", Refused),
        ("outsider", "gastric_cancer", Condition.DoesNotExist),
        ("cdc", MENTAL, None),
        ("hospital", MENTAL, Refused),
        ("worker", MENTAL, Refused),
        ("reader", MENTAL, Condition.DoesNotExist),  # may not even know of it
    ],
)
def test_mental_files_are_kept_by_the_cdc_and_others_by_hospitals(people, hospital, who, disease, problem):
    condition = ConditionFactory(person=person_in(people.here), disease=disease)

    if problem:
        with pytest.raises(problem):
            opened(getattr(people, who), condition, hospital)
        assert not CriticalCase.objects.exists()
    else:
        assert opened(getattr(people, who), condition, hospital).pk


def test_move_case_through_a_treatment(people, case):
    moved = move_case(by=people.hospital, case_id=case.pk, version=1, step=TREATED, today=TODAY)

    assert (moved.state, moved.outcome, moved.treated_on, moved.version) == (
        "treated",
        "improved",
        date(2018, 6, 20),
        2,
    )
    again = move_case(by=people.hospital, case_id=case.pk, version=2, step=Step("treating"), today=TODAY)
    assert (again.state, again.outcome, again.treated_on) == ("treating", "", date(2018, 6, 20))
    with pytest.raises(ValidationError, match="不能从现在的状态"):
        move_case(by=people.hospital, case_id=case.pk, version=3, step=Step("untreated"), today=TODAY)


def test_move_case_is_refused_and_never_stale(people, case):
    with pytest.raises(Refused):
        move_case(by=people.signer, case_id=case.pk, version=1, step=TREATED, today=TODAY)
    change_case(by=people.hospital, case_id=case.pk, version=1, doctor="李医生")
    with pytest.raises(Stale):
        move_case(by=people.hospital, case_id=case.pk, version=1, step=TREATED, today=TODAY)


def test_record_of_a_mental_file_keeps_its_secrets(people, hospital):
    condition = ConditionFactory(person=person_in(people.here), disease=MENTAL)
    case = opened(people.cdc, condition, hospital)

    change_case(by=people.cdc, case_id=case.pk, version=1, plan="奥氮平")

    assert Entry.objects.get(verb="patients.case.changed").changes == {"plan": "***"}


def test_death_closes_open_files_and_moving_does_not(people, case):
    assert end_cases_of(people.worker, Leaving(case.person_id, TODAY, is_death=False, reason="迁出")) == 0
    assert end_cases_of(people.worker, Leaving(case.person_id, TODAY, is_death=True, reason="死亡")) == 1

    case.refresh_from_db()
    assert (case.state, case.state_reason) == ("died", "死亡 2018-07-01")


def test_file_is_reached_through_the_village_or_the_hospital(people, case, hospital):
    at_hospital = appointed("ward", (Duty.CASE_MANAGER, hospital.place))
    elsewhere = appointed("other_ward", (Duty.CASE_MANAGER, HospitalFactory(parent=people.county).place))

    assert list(selectors.cases_for_list(at_hospital)) == [case]
    assert list(selectors.cases_for_list(people.signer)) == [case]
    assert list(selectors.cases_for_list(elsewhere)) == []
    assert change_case(by=at_hospital, case_id=case.pk, version=1, doctor="李医生").doctor == "李医生"


def test_files_by_state_count_only_what_may_be_known(people, case, hospital):
    mental = ConditionFactory(person=person_in(people.here), disease=MENTAL)
    CriticalCaseFactory(condition=mental, hospital=hospital)

    assert dict(selectors.cases_by_state(people.worker))[CaseState.UNTREATED] == 1
    assert dict(selectors.cases_by_state(people.reader))[CaseState.UNTREATED] == 0
    assert dict(selectors.cases_by_state(people.reader))[CaseState.TREATING] == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_case_list_has_a_fixed_number_of_queries(people, hospital, client_of, rows, django_assert_num_queries):
    for _ in range(rows):
        CriticalCaseFactory(condition=ConditionFactory(person=person_in(people.here)), hospital=hospital)
    client = client_of(people.worker)
    client.get(url("case-list"))  # the first page of a session also writes the session

    # session, user, postings, hospitals and places of the filter, rows, count, counts by state
    with django_assert_num_queries(8):
        page = client.get(url("case-list"))

    assert page.context["count"].number == rows


def test_case_list_filters(people, case, hospital, client_of):
    other = CriticalCaseFactory(
        condition=ConditionFactory(person=person_in(people.elsewhere, name="波岩"), disease="lung_cancer"),
        hospital=HospitalFactory(parent=people.county),
    )
    client = client_of(people.official)

    for query, rows in (
        ({"state": "treating"}, [case]),
        ({"disease": "lung_cancer"}, [other]),
        ({"hospital": hospital.pk}, [case]),
        ({"place": people.township.pk}, [case]),
        ({"q": "波"}, [other]),
    ):
        assert client.get(url("case-list"), query).context["page"].rows == rows


def test_case_is_opened_changed_and_moved_on_pages(people, condition, hospital, client_of):
    client = client_of(people.hospital)
    data = {"form_key": "k", "opened_on": "2018-06-01", "hospital": hospital.pk, "doctor": "", "plan": "化疗"}
    for _ in range(2):
        assert client.post(url("case-create", condition.pk), data).status_code == 302
    case = CriticalCase.objects.get()

    change = {"version": "1", "hospital": hospital.pk, "doctor": "李医生", "plan": "化疗"}
    assert client.post(url("case-update", case.pk), change).status_code == 302
    stale = client.post(url("case-update", case.pk), change | {"doctor": "王医生"})
    assert stale.status_code == 409
    assert [(item["mine"], item["theirs"]) for item in stale.context["conflict"]] == [("王医生", "李医生")]

    assert client.post(url("case-move", case.pk), {"version": "2", "state": "declined"}).status_code == 422
    moved = {"version": "2", "state": "declined", "state_reason": "家属签字放弃"}
    assert client.post(url("case-move", case.pk), moved).status_code == 302
    assert "放弃治疗" in client.get(url("case-detail", case.pk)).content.decode()
    assert client.get(url("case-print", case.pk)).status_code == 200


@pytest.mark.parametrize("name", ["case-update", "case-move"])
def test_case_form_is_refused_to_who_only_reads(people, case, client_of, name):
    assert client_of(people.hospital).get(url(name, case.pk)).status_code == 200
    assert client_of(people.signer).get(url(name, case.pk)).status_code == 403
    assert client_of(people.outsider).get(url(name, case.pk)).status_code == 404


def test_opening_a_mental_file_leaves_a_trace(people, hospital, client_of):
    secret = ConditionFactory(person=person_in(people.here), disease=MENTAL)
    case = CriticalCaseFactory(condition=secret, hospital=hospital)

    client_of(people.cdc).get(url("case-detail", case.pk))
    tab(people.worker, case.person)

    traces = Entry.objects.filter(verb="patients.condition.opened").order_by("pk")
    assert [(trace.actor, trace.changes["page"]) for trace in traces] == [
        (people.cdc, "case"),
        (people.worker, "person"),
    ]
    assert not tab(people.reader, case.person)["cases"]


@pytest.mark.parametrize("name", ["case-create", "case-update", "case-move"])
def test_form_about_a_mental_file_leaves_a_trace(people, hospital, client_of, name):
    secret = ConditionFactory(person=person_in(people.here), disease=MENTAL)
    row = secret if name == "case-create" else CriticalCaseFactory(condition=secret, hospital=hospital)

    assert client_of(people.cdc).get(url(name, row.pk)).status_code == 200

    [trace] = Entry.objects.filter(verb="patients.condition.opened")
    assert (trace.actor, trace.subject_id, trace.changes) == (people.cdc, secret.pk, {"page": "form"})
