"""One-stop forms: numbered, verifiable, printable, never rewritten."""

import io

import pytest
from django.urls import reverse
from django.utils.timezone import localdate
from pypdf import PdfReader

from healthaid.core.decisions import Refused
from healthaid.coverage.actions.bills import reverse_bill
from healthaid.coverage.actions.onestop import issue_form, order_batch, pdf_of
from healthaid.coverage.models import OneStopForm
from healthaid.coverage.printing.typesetting import one_stop_forms
from healthaid.exchange import files
from healthaid.exchange.models import StoredFile
from healthaid.jobs.models import Job
from tests.coverage.regions import worked_region
from tests.factories.coverage import entered_bill, local_value

WORLD = worked_region


def pages_of(data):
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def test_form_bears_everything_that_the_paper_asks_for(people, region):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital, number="ZY-77")

    form = issue_form(by=people.insurance, bill_id=bill.pk)

    (text,) = pages_of(pdf_of(by=people.insurance, form=form))
    flat = "".join(text.split())
    for words in (
        "芒坝市建档立卡贫困人口医疗费用“一站式”结算单",
        form.serial,
        form.code,
        "岩罕",
        "建档立卡贫困人口（未脱贫）",
        "县人民医院（县级·二级）",
        "肺炎",
        "起付线0.00元",
        "ZY-77",
        "17,100.00",
        "1,940.00",
        "贰万元整",
        "壹仟玖佰肆拾元整",
        "患者（家属）",
    ):
        assert words in flat, words
    assert region.patient.identity not in flat


def test_form_shows_the_disease_beside_the_typed_diagnosis_and_the_deductible(people, region):
    local_value(people.county, "basic.inpatient.deductible.province", 1200)
    bill = entered_bill(people.insurance, region.patient, region.provincial_hospital, disease="lung_cancer")

    facts = dict(issue_form(by=people.insurance, bill_id=bill.pk).content["facts"])

    assert (facts["疾病诊断"], facts["病种"], facts["起付线"]) == ("肺炎", "肺癌", "1,200.00 元")


def test_form_of_a_hospital_at_fault_says_how_much_moved_why_and_by_which_article(client_of, people, region):
    fault = {"referral": "hospital_fault", "referral_note": "漏办转诊"}
    bill = entered_bill(people.insurance, region.patient, region.prefecture_hospital, **fault)

    form = issue_form(by=people.insurance, bill_id=bill.pk)

    told = "医院未按规定办理转诊（漏办转诊），四重保障应付的17,640.00元转由医院承担，不由患者负担"
    assert form.content["notes"] == [f"{told}。（依据：云健扶办发〔2018〕2号 七）"]
    assert told in client_of(people.insurance).get(bill.get_absolute_url()).content.decode()
    assert told in "".join(pages_of(one_stop_forms([form.content]))[0].split())


@pytest.mark.parametrize(
    ("status", "group"), [("returned", "建档立卡贫困人口"), ("at_risk_of_poverty", "农村低收入人口")]
)
def test_title_of_a_form_names_the_group_of_the_person(people, region, status, group):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)
    region.patient.poverty_spells.update(status=status)

    form = issue_form(by=people.insurance, bill_id=bill.pk)

    assert form.content["title"] == f"芒坝市{group}医疗费用“一站式”结算单"


@pytest.mark.parametrize(
    ("price", "difference", "told"),
    [
        (15000, ["不收取的差额", "5,000.00 元"], "差额5,000.00元不收取"),
        (21000, ["高于账单的差额", "1,000.00 元"], "比账单总费用20,000.00元多1,000.00元"),
    ],
)
def test_form_at_a_single_disease_price_says_what_was_billed_and_by_which_article(
    people, region, price, difference, told
):
    local_value(region.county_hospital.place, "special_treatment.package_price", price, disease="lung_cancer")
    bill = entered_bill(people.insurance, region.patient, region.county_hospital, disease="lung_cancer")

    content = issue_form(by=people.insurance, bill_id=bill.pk).content

    assert content["figures"] == [["账单总费用", "20,000.00 元"], ["单病种价格", f"{price:,}.00 元"], difference]
    assert content["capitals"][0][0] == "单病种价格（大写）"
    assert told in content["notes"][0]
    assert "德政办发〔2017〕98号 6；试点文件" in content["notes"][0]
    (text,) = pages_of(one_stop_forms([content]))
    assert told in "".join(text.split())


def test_page_of_a_bill_at_a_single_disease_price_says_the_same(client_of, people, region):
    local_value(region.county_hospital.place, "special_treatment.package_price", 15000, disease="lung_cancer")
    bill = entered_bill(people.insurance, region.patient, region.county_hospital, disease="lung_cancer")

    page = client_of(people.insurance).get(bill.get_absolute_url()).content.decode()

    assert "合计＝单病种价格" in page
    assert "代替账单总费用20,000.00元，差额5,000.00元不收取" in page


def test_forms_are_numbered_by_county_and_year(people, region):
    bills = [entered_bill(people.insurance, region.patient, region.county_hospital) for _ in range(2)]

    serials = [issue_form(by=people.insurance, bill_id=bill.pk).serial for bill in bills]

    assert [serial[:6] + serial[-7:] for serial in serials] == ["533103-000001", "533103-000002"]


def test_form_is_issued_once(people, region):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)
    issue_form(by=people.insurance, bill_id=bill.pk)

    with pytest.raises(Refused, match="已经开具"):
        issue_form(by=people.insurance, bill_id=bill.pk)


def test_markup_in_data_stays_text(people, region):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital, diagnosis="#eval(1) $x$ *粗* <a> ]")

    form = issue_form(by=people.insurance, bill_id=bill.pk)

    assert "#eval(1)$x$*粗*<a>]" in "".join(pages_of(one_stop_forms([form.content]))[0].split())


@pytest.fixture
def anybody(client):
    """A browser that is not signed in."""
    return client


@pytest.mark.parametrize(
    ("serial", "code", "found"),
    [
        (str, str, True),
        (lambda serial: serial.replace("-", ""), lambda code: code.replace("-", "").lower(), True),
        (lambda serial: f" {serial} ".replace("-", "－"), lambda code: code.replace("-", "  "), True),
        (str, lambda _code: "0000-0000-0000", False),
        (str, lambda code: code[:-1], False),
        (lambda _serial: "X", str, False),
    ],
)
def test_verification_knows_genuine_papers(anybody, people, region, serial, code, found):  # noqa: PLR0917 -- fixtures
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)
    form = issue_form(by=people.insurance, bill_id=bill.pk)

    page = anybody.post(reverse("verify"), {"serial": serial(form.serial), "code": code(form.code)})

    assert bool(page.context["found"]) is found


def test_public_verification_tells_amounts_and_state_and_names_nobody(anybody, people, region):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital, number="ZY-77")
    form = issue_form(by=people.insurance, bill_id=bill.pk)
    asked = {"serial": form.serial, "code": form.code}

    page = anybody.post(reverse("verify"), asked).content.decode()
    bill.refresh_from_db()
    reverse_bill(by=people.insurance, bill_id=bill.pk, version=bill.version, reason="录错")
    void = anybody.post(reverse("verify"), asked).content.decode()

    assert anybody.get(reverse("verify")).status_code == 200
    for words in ("真实", "现在有效", "县人民医院", "20,000.00", "1,940.00", f"{localdate(form.issued_at)}"):
        assert words in page, words
    for words in ("岩罕", region.patient.masked_identity, "ZY-77", "肺炎", form.get_absolute_url()):
        assert words not in page, words
    assert "不再有效" in void


def test_wrong_pairs_from_one_address_are_stopped(anybody, people, region):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)
    form = issue_form(by=people.insurance, bill_id=bill.pk)
    wrong = {"serial": form.serial, "code": "0000-0000-0000"}

    statuses = [anybody.post(reverse("verify"), wrong).status_code for _try in range(21)]

    assert statuses == [200] * 20 + [429]
    closed = anybody.post(reverse("verify"), {"serial": form.serial, "code": form.code})
    assert (closed.status_code, closed.context["found"]) == (429, None)
    elsewhere = anybody.post(reverse("verify"), {"serial": form.serial, "code": form.code}, REMOTE_ADDR="10.0.0.9")
    assert elsewhere.context["found"] == form


def test_changed_amounts_are_told_by_the_code(anybody, people, region):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)
    form = issue_form(by=people.insurance, bill_id=bill.pk)
    form.settlement.personal += 10
    form.settlement.total += 10
    form.settlement.save()

    asked = {"serial": form.serial, "code": form.code}
    page = anybody.post(reverse("verify"), asked)

    assert page.context["found"] is None


def test_many_forms_become_one_file(people, region, django_capture_on_commit_callbacks):
    bills = [entered_bill(people.insurance, region.patient, region.county_hospital) for _ in range(3)]
    early = issue_form(by=people.insurance, bill_id=bills[1].pk)

    with django_capture_on_commit_callbacks(execute=True):
        job = order_batch(by=people.insurance, bill_ids=[bill.pk for bill in bills])

    job = Job.objects.get(pk=job.pk)
    assert job.state == "done", job.error
    assert OneStopForm.objects.count() == 3
    pages = pages_of(files.read(StoredFile.objects.get(pk=job.result["file"])))
    assert len(pages) == 3
    assert early.serial in "".join(pages)


def test_labels_of_the_page_follow_the_reader_and_the_paper_stays_chinese(client_of, people, region):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)
    form = issue_form(by=people.insurance, bill_id=bill.pk)
    client = client_of(people.insurance)
    client.cookies["django_language"] = "en"

    page = client.get(form.get_absolute_url()).content.decode()
    paper = client.get(reverse("coverage:form-print", args=[form.pk])).content.decode()

    assert "Medical assistance" in page
    assert form.content["title"] in page
    assert "Medical assistance" not in paper
    assert f"流水号：{form.serial}" in paper


def test_form_of_an_earlier_settlement_leads_to_its_correction(client_of, people, region):
    bill = entered_bill(people.insurance, region.patient, region.county_hospital)
    form = issue_form(by=people.insurance, bill_id=bill.pk)
    old = form.settlement
    client, listed = client_of(people.insurance), reverse("coverage:bill-list") + "?form=outdated"
    assert "开具更正结算单" not in client.get(form.get_absolute_url()).content.decode()
    assert bill.number not in client.get(listed).content.decode()

    type(old).objects.filter(pk=old.pk).update(is_current=False)
    old.pk, old.is_current = None, True
    old.save()

    assert "开具更正结算单" in client.get(form.get_absolute_url()).content.decode()
    assert bill.number in client.get(listed).content.decode()
    corrected = issue_form(by=people.insurance, bill_id=bill.pk)
    assert corrected.corrects == form
    assert bill.number not in client.get(listed).content.decode()
