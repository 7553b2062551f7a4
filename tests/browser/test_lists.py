"""A list as its reader wants it: columns, filters on a phone, paper."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

HOUSEHOLDS = "/people/households/"


def heads(page):
    """The columns that are seen."""
    return page.locator("[data-rows] thead th:visible").all_inner_texts()


def test_hidden_columns_stay_hidden_for_who_hid_them(sign_in):
    page = sign_in("county")
    page.goto(HOUSEHOLDS)
    everything = heads(page)

    page.get_by_text("栏目").press("Enter")
    expect(page.get_by_role("checkbox", name="户编号")).to_have_count(0)  # says what the row is about
    page.get_by_role("checkbox", name="户类型").press("Space")
    left = [name for name in everything if name != "户类型"]
    assert heads(page) == left
    expect(page.locator("[data-rows] tbody tr").first.locator("td:visible")).to_have_count(len(left))

    page.goto("/people/")
    assert "户编号" in heads(page)
    page.goto(HOUSEHOLDS)
    assert heads(page) == left
    expect(page.get_by_text(f"栏目 {len(left)}/{len(everything)}")).to_be_visible()
    page.emulate_media(media="print")
    assert heads(page) == left


def test_choice_of_columns_is_one_persons(sign_in, portal):
    page = sign_in("county")
    page.goto(HOUSEHOLDS)
    page.get_by_text("栏目").click()
    page.get_by_role("checkbox", name="户类型").uncheck()

    page.context.clear_cookies()  # the next person at the same computer
    page.goto("/accounts/sign-in/")
    page.get_by_label("账号").fill("poverty")
    page.get_by_label("密码").fill(portal.password)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("main h1")).to_be_visible()
    page.goto(HOUSEHOLDS)

    assert "户类型" in heads(page)


def test_filters_are_folded_on_a_phone_until_they_are_wanted(sign_in):
    page = sign_in("county", width=360, height=740)
    page.goto(HOUSEHOLDS)
    expect(page.get_by_role("combobox", name="户类型")).to_be_hidden()

    page.get_by_role("button", name="筛选条件").click()
    page.get_by_role("combobox", name="户类型").select_option(index=1)
    page.get_by_role("button", name="筛选", exact=True).click()

    expect(page.get_by_role("combobox", name="户类型")).to_be_visible()  # what is in force is in sight
    expect(page.get_by_role("button", name="筛选条件")).to_have_attribute("aria-expanded", "true")


def test_paper_says_that_it_holds_one_page_only(sign_in):
    page = sign_in("county")
    page.goto(HOUSEHOLDS)
    note = page.get_by_text("只印出本页 50 条，不是全部")
    expect(note).to_be_hidden()

    page.emulate_media(media="print")

    expect(note).to_be_visible()
