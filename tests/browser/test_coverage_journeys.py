"""What insurance offices and officials do with costs, by hand on a whole portal."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.forms import choose

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

YEAR = 2024  # a year for which the demonstration county has set nothing


def enter_local_value(page: Page, label: str, worth: str) -> None:
    """Fill a gap of the year that stands on the page of local policy."""
    page.goto(f"/policy/local/?place=533103&year={YEAR}")
    page.locator(".policy-gaps li", has_text=label).get_by_role("link", name="录入").click()
    page.get_by_label("数值").fill(worth)
    page.get_by_label("起始日期").fill(f"{YEAR}-01-01")
    page.get_by_label("截止日期").fill(f"{YEAR}-12-31")
    page.locator("[data-submit]").click()
    expect(page.get_by_text("待复核").first).to_be_visible()


def confirm_local_value(page: Page, label: str) -> None:
    """Let the value that waits for a second person count."""
    page.goto("/policy/local/")
    waiting = page.locator("section", has=page.get_by_role("heading", name="等您复核"))
    waiting.locator("tr", has_text=label).get_by_role("link").first.click()
    page.get_by_role("button", name="复核生效").click()
    expect(page.get_by_text("已生效").or_(page.get_by_text("已复核")).first).to_be_visible()


def test_county_sets_the_income_figure_and_people_above_it_appear(sign_in, picture):
    clerk, official = sign_in("insurance"), sign_in("county")
    enter_local_value(clerk, "大病保险其他居民起付线", "12000")
    confirm_local_value(official, "大病保险其他居民起付线")

    clerk.goto("/coverage/bills/?state=settled&setting=inpatient")
    clerk.locator("table.data-table tbody a").first.click()
    clerk.locator("main").locator("a[href^='/people/']").first.click()
    name = clerk.get_by_role("heading", level=1).inner_text().split()[0]
    clerk.locator(".tab-row").get_by_role("link", name="费用").click()
    clerk.get_by_role("link", name="录入费用").click()
    clerk.locator("[name=number]").fill("ZY2024-0001")
    choose(clerk, "医疗机构", "芒市人民医院")
    clerk.locator("[name=setting][value=inpatient]").check(force=True)
    clerk.locator("[name=referral][value=compliant]").check(force=True)
    clerk.locator("[name=desk][value=one_stop]").check(force=True)
    clerk.locator("[name=admitted_on]").fill("2024-03-01")
    clerk.locator("[name=served_on]").fill("2024-03-20")
    clerk.locator("[name=diagnosis]").fill("重症肺炎")
    clerk.locator("[name=total]").fill("200000")
    clerk.locator("[name=in_policy]").fill("198000")
    clerk.locator("[data-submit]").click()
    expect(clerk.get_by_text("12,140.00").first).to_be_visible()

    official.goto(f"/coverage/promises/?year={YEAR}")
    expect(official.get_by_text("无法判断个人自付是否超过收入线")).to_be_visible()
    picture(official, "promise-income-missing")

    enter_local_value(clerk, "上年度农村居民人均可支配收入", "10000")
    confirm_local_value(official, "上年度农村居民人均可支配收入")

    official.goto(f"/coverage/promises/?year={YEAR}")
    expect(official.get_by_text("无法判断个人自付是否超过收入线")).to_have_count(0)
    official.get_by_role("link", name=re.compile(r"^1\s*超过收入线")).click()
    expect(official.get_by_role("row", name=re.compile(name))).to_contain_text("12,140.00")
    picture(official, "promise-people")


def pay(page: Page, amount: str, receipt: str) -> None:
    """Record a payment on the page of an agreement."""
    page.get_by_role("link", name="登记付款").click()
    page.locator("[name=amount]").fill(amount)
    page.locator("[name=receipt]").fill(receipt)
    page.locator("[data-submit]").click()


def test_instalments_are_paid_off(sign_in, picture):
    clerk = sign_in("insurance")
    clerk.goto("/coverage/agreements/?state=instalments")
    clerk.locator("table.data-table tbody a").first.click()
    number = re.search(r"XF\d{6}-\d{4}-\d{5}", clerk.locator(".lead-line").inner_text()).group()

    clerk.get_by_role("link", name="分期（延期）").click()
    clerk.locator("[name=number]").fill("2")
    clerk.get_by_role("button", name="按月平均分期").click()
    halves = [clerk.locator(f"[name=amount_{row}]").input_value() for row in range(2)]
    clerk.locator("[name=amount_1]").fill("0.01")
    clerk.locator("[name=reason]").fill("外出务工，年底一次还清")
    clerk.locator("[data-submit]").click()
    expect(clerk.get_by_text("须相等（到分）").first).to_be_visible()
    clerk.locator("[name=amount_1]").fill(halves[1])
    clerk.locator("[data-submit]").click()
    expect(clerk.get_by_text("还款计划已保存")).to_be_visible()
    picture(clerk, "agreement-plan")

    pay(clerk, halves[0], "SJ0001")
    expect(clerk.locator(".lead-line")).to_contain_text(re.compile(f"未付.*{float(halves[1]):,.2f}"))
    pay(clerk, halves[1], "SJ0002")
    expect(clerk.locator(".lead-line")).to_contain_text("已结清")
    picture(clerk, "agreement-paid")

    clerk.goto(f"/coverage/agreements/?state=paid&q={number}")
    expect(clerk.get_by_role("row", name=re.compile(number))).to_contain_text("已结清")
