from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from healthaid.core.decisions import Refused
from healthaid.policy import catalogue
from healthaid.policy.actions import Ruling, confirm_value, correct_value, enter_value, return_value
from healthaid.policy.domain import icd10_prefixes
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalValue
from healthaid.policy.selectors.diseases import ICD10, prefix_sets
from healthaid.policy.selectors.rules import local_values
from tests.factories.policy import ConfirmedValueFactory, LocalDocumentFactory

NEW_YEAR = date(2018, 1, 1)
DAY = date(2018, 7, 15)
GASTRIC = catalogue.diseases()["gastric_cancer"]


@pytest.fixture
def document(coded):
    return LocalDocumentFactory(place=coded.county)


def ruling(word, disease="gastric_cancer", **more):
    return Ruling(ICD10, NEW_YEAR, word=word, disease=disease, **more)


def propose(coded, document, word="c16，D37.1", **more):
    return enter_value(by=coded.insurance, document_id=document.pk, ruling=ruling(word, **more))


def local_set(place, word, disease="gastric_cancer", **more):
    document = LocalDocumentFactory(place=place)
    about = {"document": document, "place": place, "path": place.path, "number": None, "starts_on": NEW_YEAR}
    return ConfirmedValueFactory(**(about | {"parameter": ICD10, "word": word, "disease": disease} | more))


@pytest.mark.parametrize(
    ("text", "prefixes"),
    [("C16", ("C16",)), ("c16、C16.9; C16", ("C16", "C16.9")), ("Ｃ１６，I11.90", ("C16", "I11.90")), ("  ", ())],
)
def test_prefixes_are_read_as_people_type_them(text, prefixes):
    assert icd10_prefixes(text) == prefixes


def test_set_counts_once_another_person_has_confirmed_it(coded, document):
    entered = propose(coded, document)
    assert entered.word == "C16 D37.1"
    assert prefix_sets().prefixes(GASTRIC, coded.county.path, DAY) == GASTRIC.icd10

    with pytest.raises(Refused):
        confirm_value(by=coded.insurance, value_id=entered.pk, version=1)
    confirm_value(by=coded.official, value_id=entered.pk, version=1)

    assert prefix_sets().prefixes(GASTRIC, coded.here.path, DAY) == ("C16", "D37.1")
    assert prefix_sets().prefixes(GASTRIC, coded.here.path, date(2017, 12, 31)) == GASTRIC.icd10
    assert prefix_sets().prefixes(GASTRIC, coded.other_county.path, DAY) == GASTRIC.icd10
    assert local_values("533103", DAY) == {}


def test_returned_set_never_counts(coded, document):
    entered = propose(coded, document)

    return_value(by=coded.official, value_id=entered.pk, version=1, reason="请附文件")

    assert prefix_sets().prefixes(GASTRIC, coded.county.path, DAY) == GASTRIC.icd10


def test_correction_takes_the_place_of_a_set_that_stays_readable(coded, document):
    old = confirm_value(by=coded.official, value_id=propose(coded, document).pk, version=1)

    new = correct_value(by=coded.insurance, value_id=old.pk, version=old.version, ruling=ruling("C16"))
    confirm_value(by=coded.official, value_id=new.pk, version=1)

    old.refresh_from_db()
    assert (old.state, old.word) == (ValueState.SUPERSEDED, "C16 D37.1")
    assert prefix_sets().prefixes(GASTRIC, coded.county.path, DAY) == ("C16",)


@pytest.mark.parametrize(
    ("wide", "narrow", "prevailing"),
    [
        (NEW_YEAR, NEW_YEAR, "C16 D00"),  # of the same day the more specific
        (date(2018, 3, 1), NEW_YEAR, "C16 D01"),  # the latest
    ],
)
def test_latest_set_prevails_then_the_most_specific(coded, wide, narrow, prevailing):
    local_set(coded.prefecture, "C16 D01", starts_on=wide)
    local_set(coded.county, "C16 D00", starts_on=narrow)

    assert " ".join(prefix_sets().prefixes(GASTRIC, coded.county.path, DAY)) == prevailing


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("16C", "“16C”不是ICD-10编码"),
        ("C16-C18", "不是ICD-10编码"),
        (" ", "至少一个"),
        ("C16 C34.1", "C34.1同时属于“胃癌”和“肺癌”"),
    ],
)
def test_set_is_refused_with_its_reason(coded, document, word, message):
    with pytest.raises(ValidationError, match=message):
        propose(coded, document, word)

    assert not LocalValue.objects.exists()


def test_two_waiting_sets_cannot_both_claim_a_prefix(coded, document):
    first = propose(coded, document, "C16 D37.1")
    second = propose(coded, document, "C34 D37", disease="lung_cancer")
    confirm_value(by=coded.official, value_id=first.pk, version=1)

    with pytest.raises(ValidationError, match="D37同时属于“肺癌”和“胃癌”"):
        confirm_value(by=coded.official, value_id=second.pk, version=1)


@pytest.mark.parametrize(
    ("place", "days"),
    [
        ("county", {"starts_on": date(2018, 7, 1)}),  # begins later
        ("village", {"starts_on": NEW_YEAR}),  # counts below only
        ("village", {"starts_on": date(2019, 1, 1), "ends_on": date(2019, 12, 31)}),
    ],
)
def test_prefix_that_is_claimed_below_or_later_is_refused(coded, document, place, days):
    where = {"county": coded.county, "village": coded.here}[place]
    local_set(where, "C34 D37", disease="lung_cancer", **days)

    with pytest.raises(ValidationError, match=r"D37\.1同时属于“胃癌”和“肺癌”"):
        propose(coded, document, "C16 D37.1")


@pytest.mark.parametrize(
    ("place", "days"),
    [
        ("other_county", {"starts_on": NEW_YEAR}),
        ("county", {"starts_on": date(2017, 1, 1), "ends_on": date(2017, 12, 31)}),
    ],
)
def test_prefix_that_is_claimed_elsewhere_or_was_before_is_taken(coded, document, place, days):
    where = {"county": coded.county, "other_county": coded.other_county}[place]
    local_set(where, "C34 D37", disease="lung_cancer", **days)

    assert propose(coded, document, "C16 D37.1").word == "C16 D37.1"


def test_default_prefix_that_another_disease_has_taken_over_is_refused(coded, document):
    local_set(coded.county, "D00", starts_on=date(2017, 6, 1))  # gastric cancer gave its C16 away
    local_set(coded.county, "C34 C16", disease="lung_cancer", starts_on=date(2017, 7, 1))

    with pytest.raises(ValidationError, match="C16同时属于“胃癌”和“肺癌”"):
        propose(coded, document, "C16")


@pytest.mark.parametrize(("disease", "hospital"), [("", None), ("gastric_cancer", 1)])
def test_set_names_a_disease_and_no_hospital(coded, document, disease, hospital):
    with pytest.raises(ValidationError, match="须写明病种"):
        propose(coded, document, disease=disease, hospital_id=hospital)


def test_form_begins_with_the_default_and_the_page_marks_what_is_local(coded, client_of, document):
    clerk = client_of(coded.insurance)
    url = reverse("policy:local-prefixes-create", args=[document.pk])
    assert clerk.get(url, {"disease": "gastric_cancer"}).context["form"].initial["worth"] == "C16"
    form = {"disease": "gastric_cancer", "worth": "C16 D37.1", "starts_on": "2018-01-01", "article": "3"}
    assert clerk.post(url, form | {"worth": "胃", "form_key": "a"}).status_code == 422
    assert clerk.post(url, form | {"form_key": "b"}).status_code == 302
    value = LocalValue.objects.get()
    confirm_value(by=coded.official, value_id=value.pk, version=1)

    assert "胃癌（ICD-10编码）" in clerk.get(value.get_absolute_url()).content.decode()
    asked = {"place": "533103", "on": "2018-07-15"}
    lines = {line.disease.code: line for line in diseases_page(clerk, asked).context["diseases"]}
    assert (lines["gastric_cancer"].prefixes, lines["gastric_cancer"].local) == (("C16", "D37.1"), value)
    assert lines["lung_cancer"].local is None
    elsewhere = diseases_page(clerk, asked | {"place": "533102"})
    assert value.get_absolute_url() not in elsewhere.content.decode()


def test_correction_form_begins_with_the_set(coded, client_of):
    value = local_set(coded.county, "C16 D37.1")
    clerk = client_of(coded.insurance)
    url = reverse("policy:local-value-correct", args=[value.pk])
    assert clerk.get(url).context["form"].initial["worth"] == "C16 D37.1"

    form = {"worth": "C16", "starts_on": "2018-01-01", "version": 1, "form_key": "c"}

    assert clerk.post(url, form).status_code == 302
    assert LocalValue.objects.get(corrects=value).word == "C16"


def diseases_page(client, asked):
    return client.get(reverse("policy:disease-list"), asked)
