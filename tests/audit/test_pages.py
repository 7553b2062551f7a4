"""Auditors read the record of their places; everybody's refusals are in it."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from healthaid.accounts.enums import Duty
from healthaid.audit.actions import as_json, record
from healthaid.audit.models import Entry
from healthaid.audit.selectors import entries_for_list, history_of
from healthaid.audit.words import changes_told, item_label, subject_label, verb_label
from tests.factories.accounts import appointed
from tests.factories.coverage import EnrolmentFactory
from tests.factories.facilities import CareTeamFactory, FacilityFactory
from tests.factories.patients import HouseholdFactory, PersonFactory
from tests.factories.signing import ContractFactory

ADDRESS = "/audit/"
RECORDING = {"record", "change"}  # calls that take what an entry says as keywords
NOT_SAID = {"by", "verb", "subject", "place_path"}
SAID = {"facts", "said", "told", "changes", "outcome"}  # what dictionaries of it are called
VERB = re.compile(r'(?:verb=|verb = |return |: )f?"([a-z]+\.[a-z]+\.[a-z_]+)"')


def listed(window, **query):
    return [entry.verb for entry in window.get(ADDRESS, query).context["page"].rows]


def test_entry_list_is_of_the_auditors_places(people, client_of):
    record(by=people.worker, verb="regions.place.changed", subject=people.here)
    record(by=people.far_poverty, verb="regions.place.closed", subject=people.far_away, name=["密", "密"])
    record(by=None, verb="reports.monthlyreport.counted")

    page = client_of(people.auditor).get(ADDRESS)

    assert [entry.verb for entry in page.context["page"].rows] == ["regions.place.changed"]
    assert "邻县扶贫办" not in page.content.decode()


def test_entries_without_a_place_are_for_the_auditor_of_the_whole(people):
    chief = appointed("chief", (Duty.AUDITOR, people.country))
    record(by=people.worker, verb="regions.place.changed", subject=people.here)
    record(by=None, verb="reports.monthlyreport.counted")

    assert entries_for_list(chief).count() == 2
    assert entries_for_list(people.auditor).count() == 1


def test_auditor_sees_which_items_of_a_person_changed_but_not_the_values(people, client_of):
    person, facility = PersonFactory(household__village=people.here), FacilityFactory(parent=people.here)
    for subject in (
        person,
        person.household,
        ContractFactory(person=person, team=CareTeamFactory(facility=facility)),
        EnrolmentFactory(person=person),
    ):
        verb = f"{subject._meta.label_lower}.changed"
        record(by=people.worker, verb=verb, subject=subject, name=["岩温龙", "岩密"], born_on=[None, "1950-03-12"])
    record(by=people.worker, verb="patients.person.opened", subject=person, page="person", reason="随访")
    record(by=people.worker, verb="facilities.facility.changed", subject=facility, name=["旧室", "新室"])

    page = client_of(people.auditor).get(ADDRESS).content.decode()

    assert page.count("出生日期：***") == 1  # the other kinds have no such item
    assert page.count("***") == 8
    assert not [value for value in ("岩温龙", "岩密", "1950-03-12") if value in page]
    assert all(value in page for value in ("旧室", "新室", "随访"))


def test_auditor_who_also_reads_people_there_sees_the_values(people, client_of):
    both = appointed("both", (Duty.AUDITOR, people.county), (Duty.READER, people.township))
    for place in (people.here, people.elsewhere):
        household = HouseholdFactory(village=place)
        record(by=people.worker, verb="patients.household.changed", subject=household, number=["旧号", place.name])

    page = client_of(both).get(ADDRESS).content.decode()

    assert (people.here.name in page, people.elsewhere.name in page) == (True, False)


@pytest.mark.parametrize("who", ["signer", "poverty", "official", "admin", "nobody"])
def test_entry_list_is_refused_to_others(people, client_of, who):
    assert client_of(getattr(people, who)).get(ADDRESS).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"actor": "乡镇专干"}, ["regions.place.changed"]),
        ({"actor": "poverty"}, ["regions.place.closed"]),
        ({"deed": "closed"}, ["regions.place.closed"]),
        ({"since": "2000-01-01"}, ["regions.place.closed", "regions.place.changed"]),
        ({"until": "2000-01-01"}, []),
        ({"until": "2000年1月1日"}, []),
        ({"subject_kind": "regions.place"}, ["regions.place.closed", "regions.place.changed"]),
        ({"subject_id": "0"}, []),
        ({"since": "no day"}, []),
    ],
)
def test_entry_list_filters(people, client_of, query, found):
    record(by=people.worker, verb="regions.place.changed", subject=people.here)
    record(by=people.poverty, verb="regions.place.closed", subject=people.next_door)

    assert listed(client_of(people.auditor), **query) == found


@pytest.mark.parametrize("rows", [1, 3])
def test_entry_list_query_count_does_not_grow(people, client_of, rows, django_assert_num_queries):
    for _number in range(rows):
        record(by=people.worker, verb="regions.place.changed", subject=people.here, name=["旧", "新"])
    window = client_of(people.auditor)
    window.get(ADDRESS)

    with django_assert_num_queries(5):
        page = window.get(ADDRESS)

    assert len(page.context["page"].rows) == rows


def test_entry_list_pages_by_key(people, client_of):
    for number in range(60):
        record(by=people.worker, verb="regions.place.changed", subject=people.here, number=number)
    window = client_of(people.auditor)

    first = window.get(ADDRESS).context["page"]
    second = window.get(ADDRESS, {"after": first.after}).context["page"]

    assert [len(first.rows), len(second.rows)] == [50, 10]
    assert first.rows[-1].pk > second.rows[0].pk


def test_refusal_and_unseen_row_leave_one_entry_each(people, client_of):
    window = client_of(people.admin)

    window.get(ADDRESS)
    window.get(f"/accounts/{people.far_poverty.pk}/")
    window.get("/no/such/address/")

    assert list(Entry.objects.order_by("pk").values_list("verb", "actor")) == [
        ("core.page.refused", people.admin.pk),
        ("core.row.unseen", people.admin.pk),
    ]
    assert Entry.objects.last().changes["page"] == "audit:entry-list"


def test_history_of_a_row_ends_at_the_users_places(people):
    record(by=people.worker, verb="regions.place.changed", subject=people.here, name=["旧", "新"])
    record(by=people.far_poverty, verb="regions.place.closed", subject=people.here, place_path=people.far_away.path)

    assert [entry.verb for entry in history_of(people.signer, people.here)] == ["regions.place.changed"]
    assert not history_of(people.outsider, people.here).exists()


def test_history_tab_pages_by_key(people, client_of):
    facility = FacilityFactory(parent=people.here)
    for number in range(60):
        record(by=people.worker, verb="facilities.facility.changed", subject=facility, number=number)
    window, address = client_of(people.worker), facility.get_absolute_url()

    first = window.get(address, {"tab": "history"})
    second = window.get(address, {"tab": "history", "after": first.context["history"].after})

    assert [len(page.context["history"].rows) for page in (first, second)] == [50, 10]
    assert "?tab=history&amp;after=" in first.content.decode()
    assert window.get(address, {"tab": "history", "after": "forged"}).status_code == 404


def test_history_of_a_facility_has_its_checks_and_teams(people, client_of):
    facility = FacilityFactory(parent=people.here)
    team = CareTeamFactory(facility=facility)
    record(by=people.worker, verb="facilities.facility.changed", subject=facility)
    record(by=people.worker, verb="facilities.team.changed", subject=team)
    record(by=people.worker, verb="facilities.team.changed", subject=CareTeamFactory(facility__parent=people.here))

    page = client_of(people.worker).get(facility.get_absolute_url(), {"tab": "history"})

    assert [entry.subject_id for entry in page.context["history"].rows] == [team.pk, facility.pk]


@pytest.mark.parametrize("is_open", [True, False])
def test_history_is_read_only_for_its_tab(people, client_of, is_open):
    facility = FacilityFactory(parent=people.here)
    query = {"tab": "history"} if is_open else {}

    page = client_of(people.worker).get(facility.get_absolute_url(), query)

    assert (page.context["history"] is not None, "还没有记录。" in page.content.decode()) == (is_open, is_open)


def test_entry_in_words(people):
    record(by=people.worker, verb="accounts.posting.added", subject=people.here, level=["village", None], rows=3)
    entry = Entry.objects.get()

    assert verb_label(entry.verb) == "登记 · 任职"
    assert subject_label(entry) == f"地方 {people.here.pk}"
    assert [(change.label, change.old, change.new) for change in changes_told(entry)] == [
        ("层级", "村", "（空）"),
        ("行数", None, "3"),
    ]


def test_entry_tells_several_codes_in_words(people):
    record(by=people.worker, verb="patients.person.changed", subject=PersonFactory(), health=["1", "2,4"])

    (change,) = changes_told(Entry.objects.get())

    assert (change.label, change.old, change.new) == ("健康状况", "健康", "长期慢性病、残疾")


def sources():
    rooms = ("healthaid", "patients", "facilities", "signing")
    return [path for room in rooms for path in (Path(settings.BASE_DIR) / room).rglob("*.py")]


def test_every_verb_of_the_sources_has_words():
    rooms = {config.label for config in apps.get_app_configs()}
    written = {verb for path in sources() for verb in VERB.findall(path.read_text())}
    verbs = {verb for verb in written if verb.partition(".")[0] in rooms}

    assert len(verbs) > 40
    assert {verb for verb in verbs if verb_label(verb) == verb} == set()


def items_in(tree):
    """Names of what a module puts into entries: keywords of `record`, keys of the dictionaries that it is given."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RECORDING:
            yield from (word.arg for word in node.keywords if word.arg and word.arg not in NOT_SAID)
        elif SAID & set(names_of(node)):
            yield from keys_in(node)


def names_of(node):
    """What a piece of source gives a value to: a function, or names and their items."""
    if isinstance(node, ast.FunctionDef):
        yield node.name.strip("_")
    for target in [getattr(node, "target", None), *getattr(node, "targets", ())]:
        yield getattr(getattr(target, "value", target), "id", "")


def keys_in(node):
    """Keys of the dictionaries in a piece of source, and the names over which one is made."""
    for part in ast.walk(node):
        found = []
        if isinstance(part, ast.Dict):
            found = part.keys
        elif isinstance(part, ast.Subscript) and getattr(part.value, "id", "") in SAID:
            found = [part.slice]
        elif isinstance(part, ast.DictComp):
            found = getattr(part.generators[0].iter, "elts", ())
        yield from (key.value for key in found if isinstance(key, ast.Constant))


def test_every_item_of_the_sources_has_words():
    kinds = [model._meta.label_lower for model in apps.get_models()]
    trees = [ast.parse(text) for text in map(Path.read_text, sources()) if "audit.actions import" in text]
    items = {item for tree in trees for item in items_in(tree)} - {"replay", "ruling"}  # parts of an address

    assert len(items) > 40
    assert {item for item in items if all(item_label(kind, item) == item for kind in kinds)} == set()


@pytest.mark.parametrize(
    ("kind", "item", "value", "told"),
    [
        ("accounts.user", "duty", "cdc", ("职责", None, "疾控中心")),
        ("patients.person", "disability_kind", ["", "4"], ("残疾类别", "（空）", "肢体残疾")),
        ("patients.person", "status", "lifted", ("属性", None, "已脱贫")),
        ("patients.person", "path", ["/1/", "/2/"], ("地方路径", "/1/", "/2/")),
        ("patients.person", "page", "form", ("页面", None, "表单")),
        ("patients.household", "members", ["岩温", "玉香"], ("成员", None, "岩温、玉香")),
        ("patients.condition", "disease", "diabetes", ("病种", None, "糖尿病")),
        ("facilities.cliniccheck", "shortfalls", ["area", "doctors"], ("未达标项", None, "面积不足、村医不足")),
        ("facilities.cliniccheck", "shortfalls", [["area"], []], ("未达标项", "面积不足", "（空）")),
        ("policy.localvalue", "parameter", "clinic.area", ("项目", None, "村卫生室最低建筑面积")),
        ("exchange.importbatch", "sheet", "register", ("表", None, "建档立卡花名册")),
        ("exchange.importbatch", "new", 12, ("新增", None, "12")),
        ("", "sheet", "fund_ledger", ("表", None, "基金拨付台账")),
        ("jobs.job", "kind", "apply_import", ("类型", None, "导入")),
        ("reports.monthlyreport", "contracts", [None, "2/4"], ("家庭医生签约率", "（空）", "2/4")),
        ("coverage.settlementrun", "clinic.area", "60", ("村卫生室最低建筑面积", None, "60")),
    ],
)
def test_codes_that_no_field_tells_are_in_words(kind, item, value, told):
    entry = Entry(subject_kind=kind, changes_json=as_json({item: value}))

    (change,) = changes_told(entry)

    assert (change.label, change.old, change.new) == told


def test_refused_page_is_told_by_its_address():
    refused = {"page": "patients:person-detail", "method": "GET", "arguments": {"pk": 5}}

    told = changes_told(Entry(changes_json=as_json(refused)))
    gone = changes_told(Entry(changes_json=as_json(refused | {"page": "patients:gone"})))

    assert {change.label: change.new for change in told} == {"页面": "/people/5/", "请求方式": "GET"}
    assert {change.label: change.new for change in gone}["页面"] == "patients:gone"
