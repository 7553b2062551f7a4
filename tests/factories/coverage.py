"""Enrolments, cards, bills and their settlements for tests."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from healthaid.coverage.actions.agreements import discharge_patient, sign_agreement
from healthaid.coverage.actions.bills import enter_bill
from healthaid.coverage.models import Enrolment, Settlement, SpecialCard, YearAccount
from healthaid.policy import catalogue
from healthaid.policy.enums import ValueState
from healthaid.policy.models import LocalDocument, LocalValue
from tests.factories.accounts import UserFactory

NUMBERS = iter(range(1, 1_000_000))


def local_value(place, parameter, number, starts_on=date(2017, 1, 1), **fields):
    """A confirmed value of a place's own document; `disease` makes it the price at a hospital's leaf."""
    document, _made = LocalDocument.objects.get_or_create(
        place=place,
        title="试点文件",
        defaults={"path": place.path, "note": "试点", "entered_by": UserFactory()},
    )
    facts = {"entered_by": document.entered_by, "decided_by": UserFactory(), "state": ValueState.CONFIRMED}
    return LocalValue.objects.create(
        document=document,
        place=place,
        path=place.path,
        parameter=parameter,
        number=Decimal(str(number)),
        starts_on=starts_on,
        **facts | fields,
    )


def entered_bill(by, person, facility, **values):
    """A bill as a clerk enters it: example A of the settlement rules unless told otherwise."""
    facts = {
        "number": f"JS{next(NUMBERS):06}",
        "setting": "inpatient",
        "admitted_on": date(2018, 7, 1) if "served_on" not in values else None,
        "served_on": date(2018, 7, 15),
        "diagnosis": "肺炎",
        "total": Decimal("20000.00"),
        "in_policy": Decimal("19000.00"),
        "is_signed": True,
        "today": date(2020, 1, 1),
    }
    return enter_bill(by=by, person_id=person.pk, facility_id=facility.pk, **facts | values)


class EnrolmentFactory(DjangoModelFactory):
    """All three insurances of 2018; `person` is always given."""

    class Meta:
        model = Enrolment

    path = factory.SelfAttribute("person.path")
    year = 2018
    has_basic = True
    has_critical = True
    has_assistance = True


class SpecialCardFactory(DjangoModelFactory):
    """A card that was applied for; `person` is always given, and a hospital where it was diagnosed."""

    class Meta:
        model = SpecialCard

    path = factory.SelfAttribute("person.path")
    disease = "diabetes"
    is_sensitive = factory.LazyAttribute(lambda row: catalogue.diseases()[row.disease].is_sensitive)
    applied_on = date(2018, 1, 8)


def valid_card(person, hospital, **fields):
    """A card that serves from 2018-02-01 on."""
    facts = {
        "state": "valid",
        "number": "MTB001",
        "diagnosed_by": hospital,
        "diagnosed_level": hospital.level,
        "diagnosed_on": date(2018, 1, 15),
        "entered_on": date(2018, 1, 20),
        "valid_from": date(2018, 2, 1),
    }
    return SpecialCardFactory(person=person, **facts | fields)


def paid(person, personal, year=2018):
    """A person's own payments of a year."""
    return YearAccount.objects.create(
        person=person, path=person.path, region="533103", year=year, personal=Decimal(personal)
    )


def signed_agreement(by, region, *, person=None, facility=None, **values):
    """An agreement signed on the day of admission of example A, at the county hospital unless told otherwise."""
    facts = {"admitted_on": date(2018, 7, 1), "deposit_waived": Decimal("3000.00"), "today": date(2018, 7, 1)}
    return sign_agreement(
        by=by,
        person_id=(person or region.patient).pk,
        facility_id=(facility or region.county_hospital).pk,
        **facts | values,
    )


def discharged(by, agreement, bill=None):
    """The agreement with its bill: example A, whose own part is due at once."""
    bill = bill or entered_bill(by, agreement.person, agreement.facility)
    return discharge_patient(
        by=by, agreement_id=agreement.pk, version=agreement.version, bill_id=bill.pk, today=bill.served_on
    )


def corrected(bill, personal, *, at=None):
    """A correction as re-accounting writes it: the basic fund takes over the difference of the own part."""
    old = Settlement.objects.get(bill=bill, is_current=True)
    Settlement.objects.filter(pk=old.pk).update(is_current=False)
    new = Settlement.objects.get(pk=old.pk)
    new.pk, new.corrects, new.is_current = None, old, True
    new.basic, new.personal = old.basic + old.personal - Decimal(personal), Decimal(personal)
    new.save()
    Settlement.objects.filter(pk=new.pk).update(settled_at=at or new.settled_at)
    return new
