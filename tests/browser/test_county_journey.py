"""A county's register goes in, a township works with it, a month's report comes out: the main journey, by hand.

The tests run in this order on one portal, what the first brings in the others work with; parallel runs share out whole
files.
"""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import workbooks
from tests.browser.forms import choose

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # a county of 60,000 goes in on a busy machine

PEOPLE, ERRORS, SEED = 60_000, 25, 7
LONG = 240_000  # milliseconds; two busy cores check and write a county in well under that
TOWNSHIP = "芒市镇"  # where the demonstration's township worker is posted


@pytest.fixture(scope="module")
def county_register(portal, tmp_path_factory):
    """The county's workbook with planted mistakes, and the right text of each cell that has one."""
    file = tmp_path_factory.mktemp("register") / "register.xlsx"
    options = ("--county", "533103", "--people", str(PEOPLE), "--seed", str(SEED), "--errors", str(ERRORS))
    planted = portal.manage("generate_register", str(file), *options)
    assert planted.returncode == 0, planted.stderr
    mistakes = [json.loads(line) for line in planted.stdout.splitlines()]
    return file, {(each["row"], each["column"]): each["right"] for each in mistakes}


def go_to(page: Page, place: str) -> None:
    page.get_by_role("navigation", name="主导航").get_by_role("link", name=place, exact=True).click()


def upload(page: Page, sheet: str, file: Path) -> None:
    go_to(page, "数据")
    page.locator("article", has_text=sheet).get_by_role("link", name="导入").click()
    page.get_by_label("文件").set_input_files(file)
    page.locator("[data-submit]").click()
    expect(page.locator("#batch")).to_be_visible()


def fact(page: Page, label: str):
    return page.locator("#batch dl > div", has=page.get_by_text(label, exact=True)).locator("dd")


def test_poverty_office_brings_in_the_county_and_corrects_it(sign_in, county_register, tmp_path, picture):
    faulty, right = county_register
    page = sign_in("poverty")

    upload(page, "花名册", faulty)
    expect(fact(page, "错误行")).to_have_text(str(ERRORS), timeout=LONG)
    picture(page, "import-errors")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载错误文件").click()
    corrected = tmp_path / "corrected.xlsx"
    download.value.save_as(corrected)
    workbooks.correct(corrected, right)

    upload(page, "花名册", corrected)
    confirm = page.get_by_role("button", name=re.compile("确认导入"))
    expect(confirm).to_have_text("确认导入 60,000 行", timeout=LONG)
    picture(page, "import-checked")
    confirm.click()
    expect(page.locator("#batch .state")).to_contain_text("已导入", timeout=LONG)
    picture(page, "import-applied")


def test_township_worker_is_refused_other_townships_and_looks_after_one_person(
    sign_in, county_register, tmp_path, picture
):
    file, _right = county_register
    header, *people = workbooks.first_rows(file, 1_000)  # before the first mistake
    township, name, identity = (header.index(label) for label in ("乡（镇）", "姓名", "证件号码"))
    foreign = next(row for row in people if row[township] != TOWNSHIP)
    own = next(row for row in people if row[township] == TOWNSHIP)
    page = sign_in("township")

    sheet = tmp_path / "elsewhere.xlsx"
    workbooks.write_rows(sheet, [header, foreign])
    upload(page, "花名册", sheet)
    expect(fact(page, "错误行")).to_have_text("1", timeout=LONG)
    expect(page.get_by_text("不在您的任职范围")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("确认导入"))).to_have_count(0)
    picture(page, "import-elsewhere")

    go_to(page, "群众")
    page.locator("[data-search]").fill(str(foreign[identity]))
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    page.locator("[data-search]").fill(str(own[name]))
    page.keyboard.press("Enter")
    expect(page.locator("table.data-table").get_by_role("link", name=str(own[name])).first).to_be_visible()
    picture(page, "people")
    page.locator("[data-search]").fill(str(own[identity]))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/people/\d+/$"))  # the full number opens the person, and stands in no address
    expect(page.get_by_role("heading", level=1)).to_have_text(str(own[name]))
    picture(page, "person")

    page.locator(".tab-row").get_by_role("link", name="病情").click()
    page.get_by_role("link", name="登记患病").click()
    choose(page, "病种", "胃癌")
    page.get_by_label("确诊时间").fill("2026.5.6")
    page.get_by_label("确诊医院").fill("芒市人民医院")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("胃癌")
    page.get_by_role("link", name="核实", exact=True).click()
    page.get_by_label("核实人").fill("李医生")
    page.locator("[data-submit]").click()

    page.get_by_role("link", name="建救治档案").click()
    page.get_by_label("定点医院").select_option(index=1)
    page.get_by_label("治疗方案").fill("手术后辅助化疗六个周期，每月随访。")
    picture(page, "case-form")
    page.locator("[data-submit]").click()
    expect(page.get_by_text("未救治").first).to_be_visible()
    picture(page, "case")

    page.get_by_role("link", name=str(own[name])).first.click()
    page.locator(".tab-row").get_by_role("link", name="签约").click()
    page.locator(".tab-panel").get_by_role("link", name="签约").click()
    choose(page, "服务团队", page.locator("[name=team] option").nth(1).text_content().strip())
    page.locator("[data-submit]").click()
    expect(page.get_by_text("履约中").first).to_be_visible()
    picture(page, "contract")


def test_county_official_builds_the_month_and_opens_a_figure_down_to_a_person(sign_in, tmp_path, picture):
    page = sign_in("county")

    go_to(page, "看板")
    page.get_by_role("button", name=re.compile("统计")).click()
    expect(page.get_by_role("link", name=re.compile("查看|回到")).or_(page.get_by_text("已完成")).first).to_be_visible(
        timeout=LONG
    )
    go_to(page, "看板")
    expect(page.get_by_role("heading", level=1)).to_contain_text("芒市")
    picture(page, "dashboard")

    figure = page.locator("main a", has_text=re.compile(r"^已签约")).first
    number = re.sub(r"\D", "", figure.inner_text())
    figure.click()
    expect(page.locator(".list-state, .count").first).to_contain_text(re.compile(rf"{int(number):,}|\+"))
    picture(page, "figure")
    page.locator("table.data-table tbody a").first.click()
    expect(page.locator(".tab-row")).to_be_visible()

    go_to(page, "看板")
    with page.expect_download() as download:
        page.get_by_role("link", name="导出").click()
    exported = tmp_path / "month.xlsx"
    download.value.save_as(exported)
    assert any("芒市" in str(cell) for row in workbooks.rows_of(exported) for cell in row)


def test_dashboard_and_person_are_clear_on_a_phone(sign_in, picture):
    page = sign_in("county", width=360, height=740)

    page.goto("/reports/")

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    picture(page, "dashboard-phone")


def test_administrator_sees_that_worker_broker_and_scheduler_are_alive(sign_in):
    page = sign_in("admin")

    page.goto("/jobs/health/")

    for part in ("消息服务", "任务处理程序", "定时程序"):
        expect(page.get_by_role("row", name=re.compile(rf"^{part}.* 正常"))).to_be_visible()
