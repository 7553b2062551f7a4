import re

import pytest
from django.urls import reverse

from tests.factories.regions import PlaceCodeFactory

LIST = reverse("policy:parameter-list")


def test_parameters_are_shown_with_their_article(people, client_of):
    page = client_of(people.nobody).get(LIST, {"place": "533103", "on": "2018-07-15"}).content.decode()

    assert "德政办发〔2017〕98号</a> 2" in page
    assert "90%" in page
    assert "basic.inpatient.rate.county" in page


def test_parameters_open_with_the_users_own_county(people, client_of):
    PlaceCodeFactory(place=people.county, code="533103")

    page = client_of(people.signer).get(LIST)

    assert page.context["form"]["place"].value() == "533103"
    assert '<option value="533103" selected>芒坝市</option>' in page.content.decode()


def options(page):
    return re.findall(r'<option value="(.*?)"( selected)?>(.*?)</option>', str(page.context["form"]["place"]))


def test_place_is_chosen_by_name_among_the_users_own_and_those_of_the_documents(people, client_of):
    PlaceCodeFactory(place=people.county, code="533103")

    own = options(client_of(people.signer).get(LIST))
    asked = options(client_of(people.signer).get(LIST, {"place": "530102"}))

    others = [
        ("530000", "", "云南省"),
        ("533100", "", "德宏州"),
        ("620000", "", "甘肃省"),
        ("532800", "", "西双版纳州"),
    ]
    assert own == [("533103", " selected", "芒坝市"), *others]
    assert asked == [("533103", "", "芒坝市"), *others, ("530102", " selected", "530102")]  # of no place in the tree


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("芒坝", ["533103"]),
        ("5331", ["533100", "533102", "533103"]),
        ("甘肃", ["620000"]),  # outside the tree, with a document of its own
        ("芒坝村", []),  # below the county: its rules are the county's
        ("x\0", []),
    ],
)
def test_places_of_the_policy_are_found_by_name_or_code_by_everybody(people, coded, client_of, words, found):
    page = client_of(people.nobody).get(reverse("policy:place-choices"), {"q": words}).content.decode()

    assert sorted(re.findall(r"<option value=\"(\d+)\">", page)) == found


@pytest.mark.parametrize(
    "query", [{"place": "53"}, {"place": "533103", "on": "soon"}, {"place": "x" * 13}, {"place": "5\0"}]
)
def test_parameters_ask_again_for_what_is_no_place_or_day(people, client_of, query):
    page = client_of(people.signer).get(LIST, query)

    assert page.status_code == 200
    assert page.context["topics"] == []
    assert page.context["form"].errors


def test_parameters_of_one_topic(people, client_of):
    page = client_of(people.signer).get(LIST, {"place": "533103", "on": "2018.7.15", "topic": "clinic"})

    assert [topic for topic, _lines in page.context["topics"]] == ["村卫生室"]


@pytest.mark.parametrize(
    ("name", "place", "words"),
    [
        ("assistance.rate.ordinary", "620000", ["甘肃省，", "不低于70%"]),
        ("premium.subsidy.fixed", "620000", ["不低于50元"]),
        ("contract.visits.diabetes", "530000", ["云南省，", "不低于4次"]),
    ],
)
def test_page_of_a_parameter_names_the_place_and_says_what_is_the_least(people, client_of, name, place, words):
    address = reverse("policy:parameter-detail", args=[name])

    page = client_of(people.nobody).get(address, {"place": place, "on": "2019-07-15"}).content.decode()

    assert all(word in page for word in words)
    assert f"{place}，" not in page


def test_page_of_a_parameter_names_a_county_of_which_no_document_speaks(people, client_of):
    PlaceCodeFactory(place=people.county, code="532801")
    address = reverse("policy:parameter-detail", args=["clinic.area"])

    assert (
        "芒坝市，2019"
        in client_of(people.nobody).get(address, {"place": "532801", "on": "2019-07-15"}).content.decode()
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("document-list", "云政办发〔2017〕102号"),
        ("disease-list", "法洛四联症"),
        ("conflict-list", "下级规定超出上级幅度"),
    ],
)
def test_page_is_open_to_everybody_signed_in(people, client, client_of, name, words):
    address = reverse(f"policy:{name}")

    assert words in client_of(people.nobody).get(address).content.decode()
    assert client.get(address).status_code == 302


def test_disease_list_shows_one_list(people, client_of):
    page = client_of(people.nobody).get(reverse("policy:disease-list"), {"list": "21X"})

    assert len(page.context["diseases"]) == 36
    assert "名单成员待确认" in page.content.decode()


@pytest.mark.parametrize("topic", ["", "clinic"])
def test_parameter_page_has_a_fixed_number_of_queries(people, client_of, topic, django_assert_num_queries):
    client = client_of(people.signer)
    client.get(LIST)  # the first page of a session also writes the session

    # session, user, postings, own places, local values, names of places, name of the chosen one
    with django_assert_num_queries(7):
        client.get(LIST, {"place": "533103", "on": "2018-07-15", "topic": topic})
