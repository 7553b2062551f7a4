from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from healthaid.audit.models import Entry
from healthaid.core.decisions import Refused, Stale
from healthaid.policy import catalogue
from healthaid.policy.selectors.diseases import ICD10
from patients.actions.conditions import (
    Diagnosis,
    change_condition,
    doubts,
    exclude_condition,
    record_condition,
    verify_condition,
)
from patients.domain.conditions import groups_after, misfits
from patients.enums import LifeState, Sex
from patients.forms.persons import PersonUpdateForm
from patients.models import Condition, Person
from patients.selectors import conditions as selectors
from patients.views.conditions import tab
from tests.factories.conditions import ConditionFactory, CriticalCaseFactory, person_in
from tests.factories.facilities import HospitalFactory
from tests.factories.policy import ConfirmedValueFactory

TODAY = date(2018, 7, 1)
MENTAL = "severe_mental_disorder"


def url(name, *args):
    return reverse(f"patients:{name}", args=args)


def note(by, person, disease="gastric_cancer", **known):
    return record_condition(by=by, person_id=person.pk, disease=disease, diagnosis=Diagnosis(**known), today=TODAY)


@pytest.mark.parametrize(
    ("rule", "known", "found"),
    [
        ({}, {}, []),
        ({"only_sex": "2"}, {"sex": "1"}, ["sex"]),
        ({"only_sex": "2"}, {"sex": "2"}, []),
        ({"only_sex": "2"}, {"sex": "9"}, []),  # unstated
        ({"max_age": 14}, {"born_on": date(2003, 7, 1), "diagnosed_on": TODAY}, ["age"]),  # 15 that day
        ({"max_age": 14}, {"born_on": date(2003, 7, 2), "diagnosed_on": TODAY}, []),  # still 14
        ({"max_age": 14}, {"born_on": date(1999, 7, 2), "diagnosed_on": TODAY}, ["age"]),  # 18
        ({"max_age": 14}, {"born_on": date(1999, 7, 1), "diagnosed_on": TODAY}, ["adult"]),  # 19
        ({"max_age": 14}, {"born_on": date(1990, 1, 1), "diagnosed_on": date(2000, 1, 1)}, []),  # a child then
        ({"prefixes": ("C16",)}, {"icd10": "c16.9"}, []),
        ({"prefixes": ("C16",)}, {"icd10": "C15"}, ["icd10"]),
        ({}, {"diagnosed_on": date(2018, 7, 2)}, ["in_future"]),
        ({}, {"diagnosed_on": date(1969, 12, 31)}, ["before_birth"]),
    ],
)
def test_misfits_of_an_illness(rule, known, found):
    case = {"only_sex": "", "max_age": None, "prefixes": (), "sex": "1", "born_on": date(1970, 1, 1)}
    case |= {"diagnosed_on": None, "icd10": "", "today": TODAY}

    assert misfits(**(case | rule | known)) == found


@pytest.mark.parametrize(
    ("groups", "group", "verified", "after"),
    [
        ({"elderly"}, "hypertension", {"hypertension"}, {"elderly", "hypertension"}),
        ({"elderly", "hypertension"}, "hypertension", set(), {"elderly"}),
        ({"mental"}, "mental", {"mental", "diabetes"}, {"mental"}),
    ],
)
def test_groups_follow_verified_illnesses(groups, group, verified, after):
    assert groups_after(groups, group, verified) == after


def test_record_condition_takes_kind_and_sensitivity_from_the_catalogue(people):
    person = person_in(people.here)

    condition = note(people.signer, person, MENTAL, diagnosed_on=date(2018, 5, 1), icd10="f20.0")

    assert (condition.kind, condition.is_sensitive, condition.state, condition.path, condition.icd10) == (
        "critical",
        True,
        "suspected",
        person.path,
        "F20.0",
    )


def test_record_never_names_a_sensitive_illness(people):
    note(people.signer, person_in(people.here), MENTAL)
    note(people.signer, person_in(people.here), "gastric_cancer")

    facts = [entry.changes["disease"] for entry in Entry.objects.filter(verb="patients.condition.recorded")]

    assert sorted(facts) == ["***", "gastric_cancer"]


@pytest.mark.parametrize(
    ("disease", "person", "known", "field"),
    [
        ("cervical_cancer", {}, {}, "disease"),
        ("childhood_all", {}, {}, "disease"),
        ("gastric_cancer", {}, {"diagnosed_on": date(2018, 7, 2)}, "diagnosed_on"),
        ("gastric_cancer", {}, {"diagnosed_on": date(1900, 1, 1)}, "diagnosed_on"),
        ("no_such_disease", {}, {}, "disease"),
    ],
)
def test_record_condition_refuses_what_cannot_be(people, disease, person, known, field):
    with pytest.raises(ValidationError) as refused:
        note(people.signer, person_in(people.here, **person), disease, **known)

    assert list(refused.value.error_dict) == [field]
    assert not Condition.objects.exists()


@pytest.mark.parametrize(("diagnosed_on", "doubtful"), [(date(2018, 5, 1), False), (date(2017, 5, 1), True)])
def test_codes_are_held_against_what_the_place_set_for_the_day(people, diagnosed_on, doubtful):
    person = person_in(people.here)
    about = {"parameter": ICD10, "disease": "gastric_cancer", "number": None, "word": "C16 D37.1"}
    ConfirmedValueFactory(document__place=people.county, **about)
    diagnosis = Diagnosis(diagnosed_on=diagnosed_on, icd10="D37.1")

    told = doubts(person, catalogue.diseases()["gastric_cancer"], diagnosis, TODAY)

    assert bool(told) == doubtful


def test_record_condition_takes_doubts_but_tells_them(people):
    girl = person_in(people.here, sex=Sex.FEMALE, born_on=date(2002, 1, 1))

    condition = note(people.signer, girl, "childhood_all", diagnosed_on=date(2018, 5, 1), icd10="C92")

    diagnosis = Diagnosis(diagnosed_on=date(2018, 5, 1), icd10="C92")
    told = doubts(girl, catalogue.diseases()[condition.disease], diagnosis, TODAY)
    assert len(told) == 2


def test_record_condition_once_a_person(people):
    person = person_in(people.here)
    note(people.signer, person)

    with pytest.raises(ValidationError, match="此人已登记该病种"):
        note(people.signer, person)


@pytest.mark.parametrize(
    ("who", "problem"),
    [("reader", Refused), ("neighbour", Refused), ("poverty", Refused), ("outsider", Person.DoesNotExist)],
)
def test_record_condition_is_for_those_who_verify_there(people, who, problem):
    person = person_in(people.here)

    with pytest.raises(problem):
        note(getattr(people, who), person)
    assert note(people.signer, person).pk


def test_record_condition_needs_a_present_person(people):
    with pytest.raises(Refused, match="已死亡或迁出"):
        note(people.signer, person_in(people.here, life_state=LifeState.DEAD))


def test_verifying_the_chronic_four_marks_the_person(people):
    person = person_in(people.here, key_groups="elderly")
    condition = note(people.signer, person, "hypertension")

    verify_condition(by=people.signer, condition_id=condition.pk, version=1)

    person.refresh_from_db()
    assert (person.key_groups, person.version) == ("elderly,hypertension", 2)
    with pytest.raises(Refused, match="已核实"):
        verify_condition(by=people.signer, condition_id=condition.pk, version=2)


def test_excluding_takes_the_mark_back_unless_another_illness_keeps_it(people):
    person = person_in(people.here)
    first, second = (note(people.signer, person, code) for code in ("hypertension", "hypertension_stage_2_3"))
    for condition in (first, second):
        verify_condition(by=people.signer, condition_id=condition.pk, version=1)

    exclude_condition(by=people.signer, condition_id=first.pk, version=2, reason="误诊")
    person.refresh_from_db()
    assert person.key_groups == "hypertension"

    exclude_condition(by=people.signer, condition_id=second.pk, version=2, reason="误诊")
    person.refresh_from_db()
    assert person.key_groups == ""


def test_excluding_needs_a_reason_and_a_closed_file(people):
    condition = ConditionFactory(person=person_in(people.here))
    with pytest.raises(ValidationError, match="排除原因"):
        exclude_condition(by=people.signer, condition_id=condition.pk, version=1, reason="")
    case = CriticalCaseFactory(condition=condition, hospital=HospitalFactory(parent=people.county))
    with pytest.raises(Refused, match="已建救治档案"):
        exclude_condition(by=people.signer, condition_id=condition.pk, version=1, reason="误诊")
    case.state = "excluded"
    case.save()

    excluded = exclude_condition(by=people.signer, condition_id=condition.pk, version=1, reason="误诊")

    assert (excluded.state, excluded.note) == ("excluded", "误诊")


def test_change_condition_never_overwrites_a_newer_version(people):
    condition = ConditionFactory(person=person_in(people.here))
    change_condition(by=people.signer, condition_id=condition.pk, version=1, diagnosis=Diagnosis(note="一"))

    with pytest.raises(Stale):
        change_condition(by=people.worker, condition_id=condition.pk, version=1, diagnosis=Diagnosis(note="二"))
    with pytest.raises(Refused):
        change_condition(by=people.reader, condition_id=condition.pk, version=2, diagnosis=Diagnosis(note="二"))


def test_sensitive_illness_is_neither_listed_counted_nor_found_without_the_right(people, client_of):
    person = person_in(people.here)
    ConditionFactory(person=person, disease=MENTAL)
    open_one = ConditionFactory(person=person, disease="gastric_cancer")
    secret = Condition.objects.get(disease=MENTAL)

    assert selectors.conditions_for_list(people.signer).count() == 2
    assert list(selectors.conditions_for_list(people.reader)) == [open_one]
    assert tab(people.reader, person)["conditions"].rows == [open_one]
    client = client_of(people.reader)
    page = client.get(url("condition-list"))
    assert page.context["count"].number == 1
    assert url("condition-detail", secret.pk) not in page.content.decode()
    assert client.get(url("condition-list"), {"disease": MENTAL}).context["count"].number == 0
    assert client.get(url("condition-detail", secret.pk)).status_code == 404


def test_right_to_the_sensitive_counts_only_where_it_is_held(people):
    for village in (people.here, people.next_door):
        ConditionFactory(person=person_in(village), disease=MENTAL)

    assert [row.path for row in selectors.conditions_for_list(people.neighbour)] == [people.next_door.path]


def test_opening_a_sensitive_illness_leaves_a_trace(people, client_of):
    person = person_in(people.here)
    secret = ConditionFactory(person=person, disease=MENTAL)
    plain = ConditionFactory(person=person)
    client = client_of(people.signer)

    client.get(url("condition-detail", secret.pk))
    client.get(url("condition-detail", plain.pk))
    tab(people.worker, person)

    traces = Entry.objects.filter(verb="patients.condition.opened").order_by("pk")
    assert [(trace.actor, trace.subject_id, trace.changes["page"]) for trace in traces] == [
        (people.signer, secret.pk, "condition"),
        (people.worker, secret.pk, "person"),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_condition_list_has_a_fixed_number_of_queries(people, client_of, rows, django_assert_num_queries):
    for _ in range(rows):
        ConditionFactory(person=person_in(people.here))
    client = client_of(people.worker)
    client.get(url("condition-list"))  # the first page of a session also writes the session

    with django_assert_num_queries(6):  # session, user, postings, places of the filter, rows, count
        page = client.get(url("condition-list"))

    assert page.context["count"].number == rows


@pytest.mark.parametrize(
    ("query", "diseases"),
    [
        ("kind=critical", {"gastric_cancer", "lung_cancer"}),
        ("kind=chronic", {"hypertension"}),
        ("state=suspected", {"lung_cancer"}),
        ("disease=hypertension", {"hypertension"}),
        ("case=none", {"gastric_cancer"}),
        ("case=open", set()),
        ("q=岩温", {"gastric_cancer", "lung_cancer", "hypertension"}),
        ("q=刀", set()),
    ],
)
def test_condition_list_filters(people, client_of, query, diseases):
    person = person_in(people.here, name="岩温")
    ConditionFactory(person=person, disease="gastric_cancer")
    ConditionFactory(person=person, disease="lung_cancer", state="suspected")
    ConditionFactory(person=person, disease="hypertension")

    page = client_of(people.worker).get(f"{url('condition-list')}?{query}")

    assert {row.disease for row in page.context["page"].rows} == diseases


def test_condition_is_recorded_verified_and_corrected_on_pages(people, client_of):
    person, client = person_in(people.here), client_of(people.signer)
    data = {"form_key": "k", "disease": "gastric_cancer", "diagnosed_on": "2018.5.1", "icd10": "C99"}
    for _ in range(2):
        answer = client.post(url("condition-create", person.pk), data)
        assert answer.status_code == 302
    condition = Condition.objects.get()
    assert "ICD-10编码与病种不符" in client.get(answer.headers["Location"]).content.decode()

    verified = {"version": "1", "verified_by": "岩医生", "verified_on": "2018-06-01"}
    assert client.post(url("condition-verify", condition.pk), verified).status_code == 302
    stale = {"version": "1", "icd10": "C16.9"}
    assert client.post(url("condition-update", condition.pk), stale).status_code == 409
    assert client.post(url("condition-update", condition.pk), stale | {"version": "2"}).status_code == 302

    condition.refresh_from_db()
    assert (condition.state, condition.icd10, condition.diagnosed_on) == ("verified", "C16.9", None)


@pytest.mark.parametrize("name", ["condition-update", "condition-exclude"])
def test_condition_form_is_refused_to_readers(people, client_of, name):
    condition = ConditionFactory(person=person_in(people.here))

    assert client_of(people.signer).get(url(name, condition.pk)).status_code == 200
    assert client_of(people.reader).get(url(name, condition.pk)).status_code == 403
    assert client_of(people.outsider).get(url(name, condition.pk)).status_code == 404


@pytest.mark.parametrize("name", ["condition-update", "condition-verify", "condition-exclude"])
def test_form_about_a_sensitive_illness_leaves_a_trace(people, client_of, name):
    person = person_in(people.here)
    secret = ConditionFactory(person=person, disease=MENTAL, state="suspected")
    plain = ConditionFactory(person=person, state="suspected")

    answers = [client_of(people.cdc).get(url(name, condition.pk)).status_code for condition in (secret, plain)]
    refused = client_of(people.outsider).get(url(name, secret.pk)).status_code

    assert (answers, refused) == ([200, 200], 404)
    [trace] = Entry.objects.filter(verb="patients.condition.opened")
    assert (trace.actor, trace.subject_id, trace.changes) == (people.cdc, secret.pk, {"page": "form"})


@pytest.mark.parametrize(
    ("who", "groups", "number"), [("signer", "mental", 1), ("signer", "elderly", 0), ("reader", "mental", 0)]
)
def test_first_tab_leaves_a_trace_where_it_tells_a_sensitive_illness(people, client_of, *, who, groups, number):
    person = person_in(people.here, key_groups=groups)

    client_of(getattr(people, who)).get(url("person-detail", person.pk))

    assert Entry.objects.filter(verb="patients.person.opened", subject_id=person.pk).count() == number


@pytest.mark.parametrize(("who", "count"), [("signer", 1), ("worker", 1), ("reader", 0), ("poverty", 0)])
def test_key_group_that_tells_a_sensitive_illness_is_kept_from_others(people, client_of, who, count):
    person = person_in(people.here, key_groups="elderly,mental")
    client = client_of(getattr(people, who))

    listed = client.get(url("person-list"), {"group": "mental"})
    page = client.get(url("person-detail", person.pk)).content.decode()

    assert listed.context["count"].number == count
    assert client.get(url("person-list"), {"group": "elderly"}).context["count"].number == 1
    assert ("严重精神障碍患者" in page) == bool(count)
    assert "65岁及以上" in page


def test_person_form_neither_shows_nor_drops_what_illnesses_marked(people):
    person = person_in(people.here, key_groups="elderly,mental")
    form = PersonUpdateForm(instance=person)

    bound = PersonUpdateForm({**{name: form[name].value() for name in form.fields}, "key_groups": []}, instance=person)
    bound.is_valid()

    assert form["key_groups"].value() == ["elderly"]
    assert bound.cleaned_data["key_groups"] == "mental"
