"""What an insurance office does with bills, by hand on a whole portal: the sheet, the forms, the late bill."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from healthaid.core.money import in_capitals
from tests.browser import workbooks
from tests.browser.forms import choose
from tests.factories.patients import identity_number

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TODAY = date.today()  # noqa: DTZ011 -- the portal is a process of its own, with the clock of this machine
UNSET_YEAR = 2023  # for which the demonstration county has set nothing
NOBODY = identity_number(7, date(1931, 2, 3))
STATED = ("统筹报销金额", "大病报销金额", "民政救助", "临时救助", "自付费用")
HEADER = (
    *("姓名", "证件号码", "住院号", "医院名称", "医疗类别", "入院时间", "出院时间", "疾病诊断", "病种"),
    *("总金额", "医保政策范围内费用", "目录外签字", *STATED),
)


def go_to(page: Page, place: str) -> None:
    page.get_by_role("navigation", name="主导航").get_by_role("link", name=place, exact=True).click()


def patients(page: Page, folder: Path, number: int) -> list[tuple[str, str]]:
    """Name and identity number of people with a settled stay, as the office takes them out of the list.

    The last of them was in the register's care in the year for which nothing is set.
    """
    page.goto("/coverage/bills/?state=settled&setting=inpatient&referral=compliant")
    page.get_by_role("link", name="导出").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出").click()
    file = folder / "bills.xlsx"
    download.value.save_as(file)
    header, *rows = workbooks.rows_of(file)
    people = {(str(row[header.index("姓名")]), str(row[header.index("证件号码")])) for row in rows}
    everybody = sorted(people)
    first = next(person for person in everybody if was_supported(page, person[1], f"{UNSET_YEAR}-05-20"))
    others = [person for person in everybody if person != first]
    return [*others[: number - 1], first]


def was_supported(page: Page, identity: str, on: str) -> bool:
    """Whether the entry of a bill shows the person as poor, or kept in the policy, on a day."""
    page.goto("/coverage/bills/new/")
    page.locator("[name=identity]").fill(identity)
    expect(page.locator(".identity-verdict .standing")).to_contain_text("户编号")
    told = page.locator(".identity-verdict .standing").inner_text()
    return any(first <= on <= last for first, last in re.findall(r"([\d-]{10}) — ([\d-]{10}|今)", told))


def faithful_rows(people: list[tuple[str, str]]) -> workbooks.Rows:
    """Five stays, a month of outpatient care without a card, and a stay of a year that waits for a value."""
    left = TODAY - timedelta(days=1)
    stay = ("芒市人民医院", "住院", left - timedelta(days=9), left)
    old = ("芒市人民医院", "住院", date(UNSET_YEAR, 5, 11), date(UNSET_YEAR, 5, 20))
    month = ("芒市人民医院", "慢特病门诊", "", left)
    bills = (
        (*stay, "脑梗死", "", "25845", "24000", "是", "13828.00", "", "8412.00", "2000.00", "1605.00"),
        (*stay, "社区获得性肺炎", "", "8420.55", "8100", "是", "", "", "", "", ""),
        (*stay, "胆囊结石", "", "12000", "11500.5", "是", "", "", "", "", ""),
        (*stay, "急性阑尾炎", "", "6300", "6000", "是", "", "", "", "", ""),
        (*stay, "股骨颈骨折", "", "31200", "30000", "", "", "", "", "", ""),
        (*month, "系统性红斑狼疮", "系统性红斑狼疮", "640", "600", "是", "", "", "", "", ""),
        (*old, "腰椎间盘突出", "", "9000", "8800", "是", "", "", "", "", ""),
    )
    rows: workbooks.Rows = [
        [*person, f"LC{number:03}", *map(str, bill)]
        for number, (person, bill) in enumerate(zip(people, bills, strict=True), 1)
    ]
    return [[*HEADER], *rows]


MISTAKES = (  # row and column as the spreadsheet has them, what is typed there, what the page says
    (2, "自付费用", "1607.00", "多2.00元"),
    (3, "证件号码", NOBODY, "没有找到此人"),
    (4, "医保政策范围内费用", "12500.5", "政策范围内费用大于总费用"),
    (5, "出院时间", "2026-13-45", "没有这一天"),
    (6, "总金额", "", "没有填写总费用"),
    (7, "住院号", "", "没有填写结算单号"),
)


def upload(page: Page, file: Path) -> None:
    go_to(page, "数据")
    page.locator("article", has_text="医疗费用表").get_by_role("link", name="导入").click()
    page.get_by_label("文件").set_input_files(file)
    page.locator("[data-submit]").click()
    expect(page.locator("#batch")).to_be_visible()


def open_bill(page: Page, number: str) -> None:
    page.goto(f"/coverage/bills/?q={number}")
    page.locator("table.data-table").get_by_role("link", name=number).click()


def follow_job(page: Page) -> None:
    """From the page of a job to its result, as soon as there is one."""
    page.get_by_role("link", name="打开结果").click()


def follow_run(page: Page) -> None:
    """Stay with a run until its job is done."""
    result = page.get_by_role("link", name="打开结果")
    result.or_(page.locator("main h2").first).first.wait_for()
    if result.count():
        result.click()


def amount(text: str) -> Decimal:
    return Decimal(text.replace(",", "").strip())


def check_sum(page: Page) -> Decimal:
    """The parts on the page add up to what stands below them."""
    table = page.locator("table.settlement-table").first
    parts = [amount(text) for text in table.locator("tbody td:nth-child(2)").all_inner_texts()]
    total = amount(table.locator("tfoot td").first.inner_text())
    assert sum(parts) == total
    return total


def text_of(pdf: Path) -> list[str]:
    """The text of each page, without spaces."""
    return ["".join(page.extract_text().split()) for page in PdfReader(pdf).pages]


def test_clerk_imports_bills_with_errors_corrects_settles_and_prints(sign_in, tmp_path, picture):
    clerk = sign_in("insurance")
    faithful = faithful_rows(patients(clerk, tmp_path, 7))
    faulty = [list(row) for row in faithful]
    for row, column, typed, _told in MISTAKES:
        faulty[row - 1][HEADER.index(column)] = typed
    workbooks.write_rows(tmp_path / "bills.xlsx", faulty)

    upload(clerk, tmp_path / "bills.xlsx")
    for row, column, _typed, told in MISTAKES:
        problem = clerk.locator(".problem-table tr", has_text=told)
        expect(problem.locator("td").first).to_have_text(str(row))
        expect(problem).to_contain_text(column)
    picture(clerk, "bills-errors")
    with clerk.expect_download() as download:
        clerk.get_by_role("link", name="下载错误文件").click()
    corrected = tmp_path / "corrected.xlsx"
    download.value.save_as(corrected)
    right = {(row, column): str(faithful[row - 1][HEADER.index(column)]) for row, column, *_rest in MISTAKES}
    workbooks.correct(corrected, right)

    upload(clerk, corrected)
    clerk.get_by_role("button", name="确认导入 7 行").click()
    clerk.get_by_role("link", name="查看结算结果").click()
    follow_job(clerk)
    clerk.goto("/coverage/bills/?q=LC00")
    expect(clerk.get_by_role("row", name=re.compile("已结算"))).to_have_count(5)
    picture(clerk, "bills-settled")

    complete_card(clerk, picture)
    complete_value(clerk, sign_in("county"))

    open_bill(clerk, "LC001")
    assert check_sum(clerk) == Decimal(25845)
    clerk.get_by_text("为什么是这个结果").click()
    expect(clerk.locator(".steps .articles").first).to_contain_text("号")
    picture(clerk, "bill-explained")
    clerk.get_by_role("button", name="开具结算单").click()
    clerk.wait_for_url(re.compile(r"/coverage/forms/\d+/$"))
    check_form(clerk, tmp_path)
    picture(clerk, "form-issued")

    clerk.goto("/coverage/bills/?q=LC00")
    clerk.get_by_role("button", name="批量打印结算单").click()
    with clerk.expect_download() as download:
        follow_job(clerk)
    download.value.save_as(tmp_path / "forms.pdf")
    pages = text_of(tmp_path / "forms.pdf")
    assert len(pages) == 7
    assert all(any(str(row[2]) in page for page in pages) for row in faithful[1:])


def complete_card(clerk: Page, picture) -> None:
    """The month of outpatient care waits for a card: apply, diagnose, enter, settle again."""
    open_bill(clerk, "LC006")
    bill = clerk.url
    expect(clerk.get_by_role("status")).to_contain_text("没有该病种的有效慢特病卡")
    picture(clerk, "bill-waits")
    clerk.get_by_role("link", name="办理慢特病卡").click()
    choose(clerk, "病种", "系统性红斑狼疮")
    clerk.get_by_label("申请日期").fill(str(TODAY - timedelta(days=20)))
    clerk.locator("[data-submit]").click()
    clerk.get_by_role("link", name="登记鉴定").click()
    hospital = clerk.locator("[name=hospital] option", has_text="芒市人民医院").first
    clerk.locator("[name=hospital]").select_option(value=hospital.get_attribute("value"))
    clerk.get_by_label("鉴定日期").fill(str(TODAY - timedelta(days=15)))
    clerk.locator("[data-submit]").click()
    clerk.get_by_role("link", name="录入医保系统").click()
    clerk.get_by_label("卡号").fill("MTB-LC006")
    clerk.get_by_label("生效日期").fill(str(TODAY - timedelta(days=10)))
    clerk.locator("[data-submit]").click()
    expect(clerk.locator(".lead-line")).to_contain_text("有效")
    clerk.goto(bill)
    clerk.get_by_role("button", name="重新结算").click()
    expect(clerk.locator(".lead-line")).to_contain_text("已结算")


def complete_value(clerk: Page, official: Page) -> None:
    """The stay of an earlier year waits for a value: one enters it, another confirms, all that waits is tried again."""
    open_bill(clerk, "LC007")
    expect(clerk.get_by_role("status")).to_contain_text("大病保险其他居民起付线")
    clerk.get_by_role("link", name="录入当地数值").click()
    clerk.locator(".policy-gaps li", has_text="大病保险其他居民起付线").get_by_role("link", name="录入").click()
    clerk.get_by_label("数值").fill("12000")
    clerk.get_by_label("起始日期").fill(f"{UNSET_YEAR}-01-01")
    clerk.get_by_label("截止日期").fill(f"{UNSET_YEAR}-12-31")
    clerk.locator("[data-submit]").click()
    expect(clerk.get_by_text("待复核").first).to_be_visible()
    official.goto("/policy/local/")
    waiting = official.locator("section", has=official.get_by_role("heading", name="等您复核"))
    waiting.locator("tr", has_text="大病保险其他居民起付线").get_by_role("link").first.click()
    official.get_by_role("button", name="复核生效").click()
    clerk.goto("/coverage/bills/?state=waiting")
    clerk.get_by_role("button", name="重新结算全部待补正").click()
    follow_job(clerk)
    open_bill(clerk, "LC007")
    expect(clerk.locator(".lead-line")).to_contain_text("已结算")


def check_form(page: Page, folder: Path) -> None:
    """The form adds up on the page, is one sheet of paper when printed, and says the same as PDF."""
    form, total = page.url, check_sum(page)
    serial = page.get_by_role("heading", level=1).first.inner_text().split()[-1]
    with page.expect_download() as download:
        page.get_by_role("link", name="下载PDF").click()
    download.value.save_as(folder / "form.pdf")
    (text,) = text_of(folder / "form.pdf")
    for expected in (serial, f"{total:,.2f}", in_capitals(int(total * 100)), "流水号"):
        assert expected in text, expected

    page.get_by_role("link", name="打印").click()
    assert check_sum(page) == total
    page.pdf(path=folder / "printed.pdf", prefer_css_page_size=True)
    (printed,) = text_of(folder / "printed.pdf")
    assert serial in printed
    page.get_by_role("link", name="回到结算单").click()
    page.wait_for_url(form)


def enter_late_bill(clerk: Page, left: date) -> None:
    """A dear stay, on the form that a person's page opens."""
    clerk.locator("[name=number]").fill("CD001")
    choose(clerk, "医疗机构", "芒市人民医院")
    clerk.locator("[name=setting][value=inpatient]").check(force=True)
    clerk.locator("[name=admitted_on]").fill(str(left - timedelta(days=11)))
    clerk.locator("[name=served_on]").fill(str(left))
    clerk.locator("[name=diagnosis]").fill("重症肺炎")
    clerk.locator("[name=total]").fill("200000")
    clerk.locator("[name=in_policy]").fill("198000")
    clerk.locator(".field", has_text="目录外费用已签字").get_by_text("是", exact=True).click()
    clerk.locator("[data-submit]").click()
    expect(clerk.locator(".lead-line")).to_contain_text("已结算")


def test_late_bill_arrives_and_the_year_is_replayed(sign_in, picture):
    clerk, official = sign_in("insurance"), sign_in("county")
    clerk.goto("/coverage/bills/?form=issued&q=MS&setting=inpatient&referral=compliant")
    first = clerk.locator("table.data-table tbody a").first
    number = first.inner_text()
    first.click()
    settled, told = clerk.url, clerk.locator(".lead-line").inner_text()
    year, month, day = map(int, re.findall(r"\d+", told)[:3])
    left = date(year, month, day)
    clerk.get_by_role("link", name="打开结算单").click()
    issued, words = clerk.url, clerk.locator(".paper").inner_text()
    serial = clerk.get_by_role("heading", level=1).first.inner_text().split()[-1]
    clerk.get_by_role("link", name="打开费用").click()
    clerk.locator("main").locator("a[href^='/people/']").first.click()

    clerk.get_by_role("link", name="录入费用").click()
    expect(clerk.locator("[name=referral][value=compliant]")).to_be_checked()
    expect(clerk.locator("[name=desk][value=one_stop]")).to_be_checked()
    enter_late_bill(clerk, left - timedelta(days=1))

    clerk.goto(settled)
    expect(clerk.get_by_role("status").filter(has_text="须重算后才是最终结果")).to_be_visible()
    picture(clerk, "bill-late")
    clerk.get_by_role("button", name="重算此人本年").click()
    follow_run(clerk)
    expect(clerk.locator(".lead-line")).to_contain_text("待确认")
    expect(clerk.get_by_role("button", name=re.compile("确认并更正"))).to_have_count(0)
    run = clerk.url

    official.goto(run)
    expect(official.get_by_text("笔有差异")).to_be_visible()
    picture(official, "run-proposed")
    official.get_by_role("button", name=re.compile("确认并更正")).click()
    follow_run(official)
    expect(official.locator(".lead-line")).to_contain_text("已确认")

    clerk.goto(run)
    clerk.get_by_role("link", name="列出须开具更正单的费用").click()
    expect(clerk.get_by_role("link", name=number, exact=True)).to_be_visible()
    clerk.goto(issued)
    assert clerk.locator(".paper").inner_text() == words
    expect(clerk.locator(".lead-line")).to_contain_text("不再有效")
    clerk.get_by_role("link", name="打开费用，开具更正结算单").click()
    expect(clerk.get_by_text("须重算后才是最终结果")).to_have_count(0)
    clerk.get_by_role("button", name="开具更正结算单").click()
    expect(clerk.locator(".paper")).to_contain_text(f"更正并取代结算单 {serial}")
    check_sum(clerk)
    picture(clerk, "form-corrected")
    clerk.locator("main").get_by_role("link", name=serial).click()
    expect(clerk.get_by_role("main")).to_contain_text("已由新的结算单更正")
