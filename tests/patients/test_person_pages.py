import pytest
from django.urls import reverse

from healthaid.audit.models import Entry
from patients.actions import persons
from patients.enums import Relation
from patients.models import Household, Person, PovertySpell
from tests.factories.conditions import ConditionFactory
from tests.factories.patients import (
    HouseholdFactory,
    PersonFactory,
    PovertySpellFactory,
    identity_number,
)

HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name, *args):
    return reverse(f"patients:{name}", args=args)


def in_use(client):
    """The first page of a session also writes the session."""
    client.get(url("person-list"))
    return client


# Lists


@pytest.mark.parametrize("rows", [1, 3])
def test_person_list_query_count_does_not_grow(people, client_of, rows, django_assert_num_queries):
    for _ in range(rows):
        PersonFactory(household=HouseholdFactory(village=people.here))
    client = in_use(client_of(people.worker))

    with django_assert_num_queries(6):  # session, user, postings, rows, count, places of the filter
        page = client.get(url("person-list"))

    assert len(page.context["page"].rows) == rows
    assert all(f'href="{row.get_absolute_url()}"' in page.content.decode() for row in page.context["page"].rows)


@pytest.mark.parametrize("rows", [1, 3])
def test_household_list_query_count_does_not_grow(people, client_of, rows, django_assert_num_queries):
    for _ in range(rows):
        PersonFactory(household=HouseholdFactory(village=people.here))
    client = in_use(client_of(people.worker))

    with django_assert_num_queries(7):  # as above, and the members
        page = client.get(url("household-list"))

    assert len(page.context["page"].rows) == rows
    assert all(f'href="{row.get_absolute_url()}"' in page.content.decode() for row in page.context["page"].rows)


@pytest.mark.parametrize("members", [1, 3])
def test_person_page_query_count_does_not_grow(people, client_of, members, django_assert_num_queries):
    household = HouseholdFactory(village=people.here)
    head, *_others = [
        PersonFactory(household=household, relation=Relation.OTHER if number else Relation.HEAD)
        for number in range(members)
    ]
    client = in_use(client_of(people.worker))

    with django_assert_num_queries(4):  # session, user, postings, person
        client.get(url("person-detail", head.pk))
    with django_assert_num_queries(5):  # and the members
        client.get(url("person-tab", head.pk, "household"))


@pytest.mark.parametrize("slug", ["overview", "household", "standing", "conditions", "cases", "contracts", "history"])
def test_person_tabs_are_pages_and_fragments(people, client_of, family, slug):
    client = client_of(people.worker)
    address = url("person-tab", family[1].pk, slug)

    page = client.get(address).content.decode()
    part = client.get(address, **HTMX).content.decode()

    assert "<html" in page
    assert "<html" not in part
    assert 'aria-current="page"' in part


def test_person_tab_unknown_is_404(people, client_of, family):
    assert client_of(people.worker).get(url("person-tab", family[1].pk, "nothing")).status_code == 404


def test_person_print_has_the_family_and_no_full_number(people, client_of, family):
    page = client_of(people.worker).get(url("person-print", family[1].pk)).content.decode()

    assert "刀玉香" in page
    assert family[1].identity not in page


@pytest.mark.parametrize(
    "name", ["person-detail", "person-update", "person-print", "person-move", "person-death", "person-move-out"]
)
def test_person_pages_of_others_are_404(people, client_of, family, name):
    assert client_of(people.outsider).get(url(name, family[1].pk)).status_code == 404


@pytest.mark.parametrize("name", ["person-update", "person-move", "person-death", "person-move-out", "standing-create"])
def test_person_forms_refuse_readers_with_a_reason(people, client_of, family, name):
    page = client_of(people.reader).get(url(name, family[1].pk))

    assert page.status_code == 403
    assert "维护花名册" in page.content.decode()


@pytest.mark.parametrize("last", ["\ud7ff", "\U0010ffff"])
def test_list_searched_for_a_letter_without_a_successor_finds_nobody(people, client_of, last):
    page = client_of(people.worker).get(url("person-list"), {"q": f"岩{last}"})

    assert (page.status_code, page.context["table"].rows) == (200, [])


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"岩温龙", "刀玉香", "岩叫"}),
        ("sex=2", {"刀玉香"}),
        ("age=65", {"岩温龙", "刀玉香"}),
        ("status=lifted", {"岩叫"}),
        ("health=3", {"岩叫"}),
        ("group=elderly", {"岩温龙"}),
        ("illness=critical", {"岩温龙"}),
        ("illness=none", {"刀玉香", "岩叫"}),
        ("state=dead", {"岩死"}),
        ("ethnicity=01", set()),
        ("away=True", {"刀玉香"}),
        ("away=False", {"岩叫"}),
        ("sex=9", set()),
    ],
)
def test_person_list_filters(people, client_of, family, query, names):
    household, head, wife, son = family
    Person.objects.filter(pk=son.pk).update(poverty_status="lifted", health="2,3", is_away=False)
    Person.objects.filter(pk=wife.pk).update(is_away=True)
    Person.objects.filter(pk=head.pk).update(key_groups="elderly,hypertension")
    ConditionFactory(person=head)
    PersonFactory(household=household, name="岩死", relation=Relation.OTHER, life_state="dead")

    page = client_of(people.worker).get(f"{url('person-list')}?{query}")

    assert {row.name for row in page.context["page"].rows} == names


def test_person_list_filters_by_place_inside_the_scope(people, client_of, family):
    PersonFactory(household=HouseholdFactory(village=people.next_door), name="岩邻")
    client = client_of(people.worker)

    page = client.get(url("person-list"), {"place": people.next_door.pk})
    outside = client.get(url("person-list"), {"place": people.elsewhere.pk})

    assert {row.name for row in page.context["page"].rows} == {"岩邻"}
    assert outside.context["page"].rows == []


def test_empty_register_teaches(people, client_of):
    worker = client_of(people.worker).get(url("person-list")).content.decode()
    reader = client_of(people.reader).get(url("person-list")).content.decode()

    assert "登记第一户" in worker
    assert "登记第一户" not in reader


# Full numbers


def test_reveal_swaps_the_number_and_leaves_a_trace(people, client_of, family):
    head = family[1]
    client = client_of(people.signer)
    assert head.identity not in client.get(url("person-detail", head.pk)).content.decode()

    answer = client.post(url("person-reveal", head.pk, "identity"), **HTMX)

    assert head.identity in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    assert Entry.objects.get().verb == "patients.person.identity_revealed"


def test_reveal_asks_for_the_reason_first(people, client_of, family):
    head = family[1]
    ConditionFactory(person=head, disease="severe_mental_disorder", is_sensitive=True)
    client = client_of(people.signer)

    asked = client.post(url("person-reveal", head.pk, "identity"), **HTMX).content.decode()
    told = client.post(url("person-reveal", head.pk, "identity"), {"reason": "随访"}, **HTMX).content.decode()

    assert "事由" in asked
    assert head.identity not in asked
    assert head.identity in told


@pytest.mark.parametrize(("who", "item"), [("outsider", "identity"), ("signer", "name")])
def test_reveal_of_others_or_other_items_is_404(people, client_of, family, who, item):
    assert client_of(getattr(people, who)).post(url("person-reveal", family[1].pk, item)).status_code == 404
    assert not Entry.objects.filter(subject_kind="patients.person").exists()


def test_person_page_shows_the_card_masked_and_the_household_its_standard(people, client_of, family):
    household, head, *_others = family
    Household.objects.filter(pk=household.pk).update(standard="2")
    person = PersonFactory(household=household, relation=Relation.OTHER, card="6217998880001234567", marriage="30")
    client = client_of(people.reader)

    page = client.get(url("person-detail", person.pk)).content.decode()
    full = client.post(url("person-reveal", person.pk, "card"), **HTMX).content.decode()

    assert "621799*********4567" in page
    assert "丧偶" in page
    assert "6217998880001234567" not in page
    assert "6217998880001234567" in full
    assert "省定标准" in client.get(url("household-print", household.pk)).content.decode()
    assert "省定标准" in client.get(url("person-tab", head.pk, "household")).content.decode()


def test_person_update_keeps_or_drops_the_card(people, client_of, family):
    person = PersonFactory(household=family[0], relation=Relation.OTHER, card="T12345678")
    client = client_of(people.worker)
    form = client.get(url("person-update", person.pk)).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "")}

    client.post(url("person-update", person.pk), typed | {"is_away": "True"})
    kept = Person.objects.get(pk=person.pk)
    client.post(url("person-update", person.pk), typed | {"version": 2, "drop_card": "on"})
    dropped = Person.objects.get(pk=person.pk)

    assert "T12345678" not in str(form)
    assert (kept.card, kept.is_away) == ("T12345678", True)
    assert (dropped.card, dropped.card_sealed) == ("", "")


# Forms

NEW = {
    "document_kind": "01",
    "name": "岩新",
    "sex": "",
    "born_on": "",
    "ethnicity": "18",
    "relation": "03",
    "phone": "",
    "health": ["1"],
    "poverty_status": "not_lifted",
    "identified_on": "2016年1月",
    "has_basic_insurance": "True",
    "form_key": "k1",
}


def test_person_create_by_form_begins_the_timeline(people, client_of, family):
    client = client_of(people.worker)
    new = NEW | {"identity": identity_number(77)}

    answer = client.post(url("person-create", family[0].pk), new)

    person = Person.objects.get(name="岩新")
    assert answer.url == person.get_absolute_url()
    assert (str(person.born_on), person.sex, person.has_basic_insurance) == ("1950-03-12", "1", True)
    assert str(PovertySpell.objects.get(person=person).starts_on) == "2016-01-01"


def test_person_create_twice_by_double_click_makes_one(people, client_of, family):
    client = client_of(people.worker)
    new = NEW | {"identity": identity_number(77)}

    answers = [client.post(url("person-create", family[0].pk), new) for _ in range(2)]

    assert Person.objects.filter(name="岩新").count() == 1
    assert answers[0].url == answers[1].url


def test_person_create_shows_errors_beside_the_fields_and_on_top(people, client_of, family):
    new = NEW | {"identity": identity_number(77), "sex": "2", "born_on": "昨天"}

    answer = client_of(people.worker).post(url("person-create", family[0].pk), new)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert 'href="#id_born_on"' in page
    assert answer.context["form"].errors.keys() == {"born_on"}


def test_person_create_disagreement_from_the_action_is_beside_the_field(people, client_of, family):
    new = NEW | {"identity": identity_number(77), "sex": "2"}

    answer = client_of(people.worker).post(url("person-create", family[0].pk), new)

    assert answer.context["form"].errors["sex"] == ["与身份证号不一致：号码表明性别为男。"]


def test_person_update_keeps_sealed_numbers_that_were_not_typed(people, client_of, family):
    head = family[1]
    client = client_of(people.worker)
    page = client.get(url("person-update", head.pk))
    assert head.identity not in page.content.decode()
    change = {
        "document_kind": "01",
        "name": head.name,
        "relation": "01",
        "sex": "1",
        "born_on": "1950.3.12",
        "ethnicity": "18",
        "education": "2",
        "version": 1,
    }

    answer = client.post(url("person-update", head.pk), change)

    assert answer.status_code == 302
    after = Person.objects.get(pk=head.pk)
    assert (after.identity, after.education, after.version) == (head.identity, "2", 2)


def test_person_update_tells_what_is_stored_but_nothing_of_private_fields(people, client_of, family):
    head = family[1]
    client = client_of(people.worker)
    change = {"document_kind": "01", "name": "岩改", "sex": "2", "born_on": "昨天", "ethnicity": "01", "version": 1}

    asked = client.get(url("person-update", head.pk)).context["stored"]
    refused = client.post(url("person-update", head.pk), change).context["stored"]

    assert asked == refused
    assert (asked["name"], asked["sex"], asked["born_on"], asked["ethnicity"]) == (
        [head.name],
        ["男"],
        ["1950-03-12"],
        ["傣族"],
    )
    assert not {"identity", "phone", "disability_certificate", "drop_identity"} & asked.keys()


@pytest.mark.parametrize("name", ["person-death", "person-move", "standing-create"])
def test_forms_about_nothing_stored_tell_no_previous_values(people, client_of, family, name):
    page = client_of(people.worker).get(url(name, family[1].pk))

    assert (page.context["stored"], "stored-values" in page.content.decode()) == (None, False)


def test_person_update_takes_a_wrong_number_away(people, client_of, family):
    head = family[1]
    client = client_of(people.worker)
    change = {"document_kind": "02", "name": head.name, "relation": "01", "sex": "1", "born_on": "1950-03-12"}
    change |= {"ethnicity": "18", "version": 1, "drop_identity": "on"}

    unexplained = client.post(url("person-update", head.pk), change)
    explained = client.post(url("person-update", head.pk), change | {"reason": "误填"})

    assert (unexplained.status_code, unexplained.context["form"].errors.keys()) == (422, {"reason"})
    assert explained.status_code == 302
    assert Person.objects.get(pk=head.pk).identity == ""
    assert "drop_identity" not in client.get(url("person-update", head.pk)).context["form"].fields


def test_person_update_of_an_older_version_shows_both_values(people, client_of, family):
    head = family[1]
    client = client_of(people.worker)
    Person.objects.filter(pk=head.pk).update(education="3", version=2)
    change = {
        "document_kind": "01",
        "name": head.name,
        "relation": "01",
        "sex": "1",
        "born_on": "1950-03-12",
        "ethnicity": "18",
        "education": "2",
        "version": 1,
    }

    answer = client.post(url("person-update", head.pk), change)

    assert answer.status_code == 409
    assert [(row["name"], row["mine"], row["theirs"]) for row in answer.context["conflict"]] == [
        ("education", "小学", "初中")
    ]
    taken = client.post(url("person-update", head.pk), change | {"version": 2, "choice_education": "theirs"})
    assert taken.status_code == 302
    assert Person.objects.get(pk=head.pk).education == "3"


def test_identity_check_fills_and_warns(people, client_of, family):
    client = client_of(people.worker)
    hidden = PersonFactory(household=HouseholdFactory(village=people.elsewhere), name="岩秘密")

    fresh = client.post(url("identity-check"), {"identity": identity_number(88)}).content.decode()
    known = client.post(url("identity-check"), {"identity": family[1].identity}).content.decode()
    own = client.post(url("identity-check"), {"identity": family[1].identity, "besides": family[1].pk}).content.decode()
    away = client.post(url("identity-check"), {"identity": hidden.identity}).content.decode()
    wrong = client.post(url("identity-check"), {"identity": "533103195003120019"}).content.decode()

    assert 'data-born-on="1950-03-12" data-sex="1"' in fresh
    assert "岩温龙" in known
    assert "岩温龙" not in own
    assert "任职范围以外" in away
    assert "秘密" not in away
    assert "校验码" in wrong
    [trace] = Entry.objects.filter(verb="patients.person.identity_looked_up")
    assert (trace.actor, trace.subject_id, trace.changes) == (people.worker, hidden.pk, {})


def test_identity_check_tells_of_no_end_of_people_out_of_reach(people, client_of, family, monkeypatch):
    monkeypatch.setattr(persons, "REVEALS_AN_HOUR", 2)
    client = client_of(people.worker)
    away = [PersonFactory(household=HouseholdFactory(village=people.elsewhere)).identity for _each in range(3)]

    answers = [client.post(url("identity-check"), {"identity": number}) for number in away]
    own = client.post(url("identity-check"), {"identity": family[1].identity})

    assert [answer.status_code for answer in answers] == [200, 200, 403]
    assert "次数过多" in answers[2].content.decode()
    assert own.status_code == 200
    assert client.post(url("person-reveal", family[1].pk, "identity"), **HTMX).status_code == 403


def test_death_by_form(people, client_of, family):
    client = client_of(people.worker)
    page = client.get(url("person-death", family[1].pk)).content.decode()
    assert "该户将没有户主" in page

    answer = client.post(url("person-death", family[1].pk), {"on": "2018-6-1", "version": 1})

    assert answer.status_code == 302
    assert Person.objects.get(pk=family[1].pk).life_state == "dead"
    assert "没有户主" in client.get(url("household-detail", family[0].pk)).content.decode()


def test_standing_by_form_and_back(people, client_of, family):
    head = family[1]
    PovertySpellFactory(person=head)
    client = client_of(people.worker)
    new = {"status": "lifted", "starts_on": "20180101", "ends_on": "", "source": "", "version": 1}

    answer = client.post(url("standing-create", head.pk), new)
    spell = PovertySpell.objects.get(person=head, status="lifted")
    again = client.post(url("standing-create", head.pk), new | {"version": 2})
    back = client.post(url("standing-withdraw", head.pk, spell.pk), {"version": 2})

    assert answer.url == url("person-tab", head.pk, "standing")
    assert again.context["form"].errors["starts_on"][0].startswith("与已有时段重叠")
    assert back.status_code == 302
    assert PovertySpell.objects.get(person=head).ends_on is None


# Households


def test_household_create_then_member(people, client_of):
    client = client_of(people.worker)
    page = client.get(url("household-create")).content.decode()
    assert "芒坝村" in page
    assert "遮冒村" not in page

    answer = client.post(
        url("household-create"), {"village": people.here.pk, "number": "5331", "other_causes": ["02", "01"]}
    )

    household = Household.objects.get()
    assert answer.url == household.get_absolute_url()
    assert household.other_causes == "01,02"
    assert client.get(url("person-create", household.pk)).context["form"]["relation"].value() == Relation.HEAD


def test_household_split_by_form(people, client_of, family):
    household, head, wife, son = family
    client = client_of(people.worker)
    page = client.get(url("household-split", household.pk)).content.decode()
    assert f"relation_{son.pk}" in page
    assert f"relation_{head.pk}" not in page

    answer = client.post(
        url("household-split", household.pk),
        {"number": "99", f"relation_{son.pk}": "01", f"relation_{wife.pk}": "", "version": 1},
    )

    assert answer.url == Household.objects.get(number="99").get_absolute_url()


def test_household_head_and_move_by_form(people, client_of, family):
    household, head, wife, son = family
    client = client_of(people.worker)

    relations = {f"relation_{head.pk}": "11", f"relation_{wife.pk}": "12", f"relation_{son.pk}": "01"}
    swapped = client.post(url("household-head", household.pk), relations | {"version": 1})
    moved = client.post(url("household-move", household.pk), {"village": people.next_door.pk, "version": 2})
    outside = client.post(url("household-move", household.pk), {"village": people.elsewhere.pk, "version": 3})

    assert (swapped.status_code, moved.status_code, outside.status_code) == (302, 302, 422)
    household.refresh_from_db()
    assert (household.village, household.head.name) == (people.next_door, "岩叫")


@pytest.mark.parametrize(
    "name",
    ["household-detail", "household-update", "household-move", "household-split", "household-head", "household-print"],
)
def test_household_pages_of_others_are_404(people, client_of, family, name):
    assert client_of(people.outsider).get(url(name, family[0].pk)).status_code == 404


def test_household_reveal_leaves_a_trace(people, client_of):
    household = HouseholdFactory(village=people.here, phone="13812345678")
    client = client_of(people.reader)
    assert "138****5678" in client.get(url("household-detail", household.pk)).content.decode()

    assert "13812345678" in client.post(url("household-reveal", household.pk)).content.decode()
    assert Entry.objects.get().verb == "patients.household.phone_revealed"
