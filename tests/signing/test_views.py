from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from signing.models import Contract
from signing.views import tab
from tests.factories.conditions import person_in
from tests.factories.facilities import CareTeamFactory, FacilityFactory
from tests.factories.signing import ContractFactory


def url(name, *args):
    return reverse(f"signing:{name}", args=args)


@pytest.mark.parametrize("rows", [1, 3])
def test_contract_list_has_a_fixed_number_of_queries(coded, team, client_of, rows, django_assert_num_queries):
    for _ in range(rows):
        ContractFactory(person=person_in(coded.here), team=team)
    client = client_of(coded.worker)
    client.get(url("contract-list"))  # the first page of a session also writes the session

    with django_assert_num_queries(7):  # session, user, postings, places and teams of the filter, rows, count
        page = client.get(url("contract-list"))

    assert page.context["count"].number == rows


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"岩一", "岩二", "岩三", "岩四"}),
        ("due=soon", {"岩一", "岩二"}),
        ("state=ended", {"岩四"}),
        ("state=active", {"岩一", "岩二", "岩三"}),
        ("package=chronic", {"岩二"}),
        ("q=岩三", {"岩三"}),
        ("q=NO-4", {"岩四"}),
        ("team=0", set()),
    ],
)
def test_contract_list_filters(coded, team, client_of, query, names):
    today = timezone.localdate()
    for name, days, fields in (
        ("岩一", 30, {}),
        ("岩二", -1, {"package": "chronic"}),
        ("岩三", 31, {}),
        ("岩四", 1, {"state": "ended", "number": "NO-4"}),
    ):
        ContractFactory(person=person_in(coded.here, name=name), team=team, ends_on=today + timedelta(days), **fields)

    page = client_of(coded.worker).get(f"{url('contract-list')}?{query}")

    assert {row.person.name for row in page.context["page"].rows} == names


def test_contract_list_filters_by_team_and_place(coded, team, client_of):
    other = CareTeamFactory(facility=FacilityFactory(parent=coded.elsewhere))
    here = ContractFactory(person=person_in(coded.here), team=team)
    ContractFactory(person=person_in(coded.elsewhere), team=other)
    client = client_of(coded.official)

    assert client.get(url("contract-list"), {"team": team.pk}).context["page"].rows == [here]
    assert client.get(url("contract-list"), {"place": coded.township.pk}).context["page"].rows == [here]


@pytest.mark.parametrize("name", ["contract-detail", "contract-print"])
def test_contract_page_is_for_those_who_see_the_person(coded, person, team, client_of, name):
    contract = ContractFactory(person=person, team=team, starts_on=date(2018, 7, 1), ends_on=date(2019, 6, 30))

    page = client_of(coded.reader).get(url(name, contract.pk))

    assert page.status_code == 200
    assert "芒坝镇卫生院" in page.content.decode()
    assert client_of(coded.outsider).get(url(name, contract.pk)).status_code == 404
    assert client_of(coded.admin).get(url(name, contract.pk)).status_code == 403


def test_agreement_promises_what_the_policy_of_its_day_says(coded, person, team, client_of):
    later = ContractFactory(person=person, team=team, starts_on=date(2018, 7, 1), ends_on=date(2019, 6, 30))
    early = ContractFactory(
        person=person_in(coded.here), team=team, starts_on=date(2018, 1, 1), ends_on=date(2018, 12, 31)
    )
    client = client_of(coded.signer)

    assert "不少于4次面对面随访" in client.get(url("contract-print", later.pk)).content.decode()
    assert "面对面随访" not in client.get(url("contract-print", early.pk)).content.decode()


def test_contract_is_signed_once_by_a_double_click(coded, person, team, client_of):
    client = client_of(coded.signer)
    data = {
        "form_key": "k1",
        "team": team.pk,
        "package": "basic",
        "starts_on": "2018年7月1日",
        "ends_on": "",
        "number": "",
    }

    answers = [client.post(url("contract-create", person.pk), data) for _ in range(2)]

    contract = Contract.objects.get()
    assert {answer.headers["Location"] for answer in answers} == {contract.get_absolute_url()}
    assert (contract.starts_on, contract.ends_on) == (date(2018, 7, 1), date(2019, 6, 30))


def test_contract_form_says_why_another_one_is_not_possible(coded, person, team, client_of):
    ContractFactory(person=person, team=team)
    data = {"team": team.pk, "package": "basic", "starts_on": "2018-07-01"}

    page = client_of(coded.signer).post(url("contract-create", person.pk), data)

    assert page.status_code == 422
    assert "此人已有履约中的签约" in page.content.decode()


@pytest.mark.parametrize("name", ["contract-update", "contract-renew", "contract-end"])
def test_contract_form_is_refused_to_readers(coded, person, team, client_of, name):
    contract = ContractFactory(person=person, team=team)

    assert client_of(coded.signer).get(url(name, contract.pk)).status_code == 200
    refused = client_of(coded.reader).get(url(name, contract.pk))
    assert refused.status_code == 403
    assert "没有签约岗位" in refused.content.decode()
    assert client_of(coded.outsider).get(url(name, contract.pk)).status_code == 404


def test_contract_is_renewed_and_ended_on_pages(coded, person, team, client_of):
    contract, client = ContractFactory(person=person, team=team), client_of(coded.signer)

    client.post(url("contract-renew", contract.pk), {"team": team.pk, "version": "1"})
    renewed = Contract.objects.get(renewed_from=contract)
    assert contract.number in client.get(url("contract-detail", renewed.pk)).content.decode()

    client.post(url("contract-end", renewed.pk), {"reason": "外出务工", "version": "1"})
    renewed.refresh_from_db()
    assert (renewed.state, renewed.ended_reason) == ("ended", "外出务工")


def test_contract_update_asks_when_somebody_was_faster(coded, person, team, client_of):
    contract = ContractFactory(person=person, team=team, number="A-1")
    data = {
        "team": team.pk, "package": "chronic", "starts_on": "2018-01-01", "ends_on": "2018-12-31", "number": "A-1",
        "version": "1",
    }  # fmt: skip
    assert client_of(coded.worker).post(url("contract-update", contract.pk), data).status_code == 302

    page = client_of(coded.signer).post(url("contract-update", contract.pk), data | {"package": "elderly"})

    assert page.status_code == 409
    assert [(item["mine"], item["theirs"]) for item in page.context["conflict"]] == [("老年人服务包", "慢病服务包")]


def test_tab_of_a_person_shows_contracts(coded, person, team, client_of):
    assert tab(coded.signer, person)["may_sign"]
    ContractFactory(person=person, team=team)

    shown = tab(coded.signer, person)

    assert [contract.person for contract in shown["contracts"].rows] == [person]
    assert shown["may_sign"] is None
    assert not tab(coded.outsider, person)["contracts"]
