import pytest
from django.urls import reverse

from patients.domain.searches import Kind, readings
from patients.selectors.persons import matching, people_for_list
from tests.factories.patients import HouseholdFactory, PersonFactory, identity_number

LIST = reverse("patients:person-list")
FIND = reverse("patients:person-find")


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("", []),
        ("  ", []),
        ("533103195003120010", ["identity", "household", "person"]),
        ("53310319500312001x", ["identity"]),
        ("５３３１０３１９５００３１２００１０", ["identity", "household", "person"]),
        ("'533103500312001", ["identity", "household", "person"]),
        ("13800001111", ["phone", "household", "person"]),
        ("138 0000 1111", ["phone", "household", "person"]),
        ("0692-2123456", ["phone"]),
        ("120010", ["last6", "household", "person"]),
        ("12001X", ["last6"]),
        ("0010", ["last4", "household", "person"]),
        ("001x", ["last4"]),
        ("5331031", ["household", "person"]),
        ("YN-2018-7", ["household", "person"]),
        ("刀玉香", ["name", "given"]),
        ("阿布都·卡", ["name", "given"]),
        ("dyx", ["initials", "name"]),
        ("DYX", ["initials", "name"]),
    ],
)
def test_readings(text, kinds):
    assert [reading.kind for reading in readings(text)] == kinds


def test_readings_that_tell_who_somebody_is_are_secret():
    secret = {kind for kind in Kind if readings_of(kind).is_secret}

    assert secret == {Kind.IDENTITY, Kind.LAST_SIX, Kind.LAST_FOUR, Kind.PHONE}


def readings_of(kind):
    reading = readings("刀")[0]
    return type(reading)(kind, "刀")


@pytest.fixture
def two(people):
    """Somebody here, and somebody alike elsewhere who must never be found from here."""
    number = identity_number(123, area="533103")
    here = PersonFactory(
        household=HouseholdFactory(village=people.here, number="5331039990001", phone="13811112222"),
        name="刀玉香",
        identity=number,
        phone="13900001111",
        number="P-1",
    )
    PersonFactory(
        household=HouseholdFactory(village=people.elsewhere, number="5331039990002", phone="13811112222"),
        name="刀玉香",
        identity=identity_number(123, area="532822"),
        phone="13900001111",
    )
    PersonFactory(household=HouseholdFactory(village=people.here), name="岩罕")
    return here


def texts_for(person):
    return [
        person.identity,
        person.identity[-6:],
        person.identity[-4:],
        "13900001111",
        "13811112222",
        "533103999",
        "P-1",
        "刀玉",
        "刀",
        "玉香",
        "香",
        "dy",
    ]


def test_search_finds_inside_the_scope_only(people, client_of, two):
    client = client_of(people.worker)
    found = {}
    for text in texts_for(two):
        page = client.post(FIND, {"q": text}, follow=True)
        found[text] = (
            [row.pk for row in page.context["page"].rows] if "page" in page.context else [page.context["person"].pk]
        )

    del found["香"]  # the given name begins with 玉
    assert {text for text, rows in found.items() if rows != [two.pk]} == set()


def test_search_of_the_whole_number_opens_the_person(people, client_of, two):
    assert client_of(people.worker).post(FIND, {"q": two.identity}).url == two.get_absolute_url()


def test_search_of_a_number_elsewhere_finds_nobody_and_says_nothing(people, client_of, two):
    page = client_of(people.other_worker).post(FIND, {"q": two.identity}, follow=True)

    assert page.context["page"].rows == []
    assert two.identity not in page.content.decode()


@pytest.mark.parametrize("text", ["533103195003120028", "13900001111", "1237", "120010"])
def test_search_keeps_numbers_out_of_addresses_and_pages(people, client_of, text):
    answer = client_of(people.worker).post(FIND, {"q": text})

    assert text not in answer.url
    assert answer.url.startswith(f"{LIST}?s=")


def test_search_token_of_somebody_else_is_404(people, client_of):
    token_page = client_of(people.worker).post(FIND, {"q": "1237"}).url

    assert client_of(people.worker).get(token_page).status_code == 200
    assert client_of(people.other_worker).get(token_page).status_code == 404
    assert client_of(people.worker).get(f"{LIST}?s=nonsense").status_code == 404


def test_number_typed_into_the_address_is_not_looked_for(people, client_of, two):
    page = client_of(people.worker).get(LIST, {"q": two.identity})

    assert [chip.label for chip in page.context["chips"]] == ["户编号"]


def test_search_can_be_read_another_way(people, client_of, two):
    PersonFactory(household=HouseholdFactory(village=people.here), name="玉罕")
    client = client_of(people.worker)

    by_name = client.get(LIST, {"q": "玉"})
    by_given = client.get(LIST, {"q": "玉", "by": "given"})

    assert [row.name for row in by_name.context["page"].rows] == ["玉罕"]
    assert [row.name for row in by_given.context["page"].rows] == ["刀玉香"]


def test_search_and_filter_together_and_pages_by_key(people, client_of):
    household = HouseholdFactory(village=people.here)
    for number in range(60):
        PersonFactory(household=household, name=f"岩{number:02}", relation="99", identity="")
    client = client_of(people.worker)

    first = client.get(LIST, {"q": "岩", "sex": "1"})
    second = client.get(LIST, {"q": "岩", "sex": "1", "after": first.context["page"].after})

    names = [row.name for page in (first, second) for row in page.context["page"].rows]
    assert names == [f"岩{number:02}" for number in range(60)]
    assert [chip.label for chip in first.context["chips"]] == ["姓名", "性别"]


def test_matching_of_an_upgraded_number(people, two):
    old = PersonFactory(household=two.household, name="岩老", relation="99", identity="533123195012030020")

    assert list(matching(people_for_list(people.worker), readings("533123501203002")[0])) == [old]
