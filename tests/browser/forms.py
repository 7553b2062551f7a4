"""How a person fills in what is no plain field."""

import re

from playwright.sync_api import Page, expect


def choose(page: Page, label: str, words: str) -> None:
    """Search a long list of choices by keyboard and take what is found."""
    field = page.get_by_role("combobox", name=label)
    field.fill(words)
    page.keyboard.press("Enter")
    expect(field).to_have_value(re.compile(re.escape(words)))
