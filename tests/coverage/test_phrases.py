"""What a settlement says to people: every rule with the article that holds for that county on that day."""

from datetime import date

import pytest

from healthaid.coverage.enums import Obstacle
from healthaid.coverage.phrases import OBSTACLES, RESTS_ON, WARNINGS, obstacle_told, warning_told
from healthaid.coverage.selectors.citations import documents_for
from healthaid.policy import catalogue
from tests.coverage.regions import worked_region

WORLD = worked_region

# These tell of papers that differ, of work that waits, or name the rule themselves: a parameter, or that there is none.
NO_RULE = {"stated_differs", "queued", "policy_conflict", "parameter", "referral_rule_not_in_force"}
MANGSHI, LANZHOU, JINGHONG = "533103", "620102", "532801"


def test_every_warning_and_obstacle_rests_on_a_rule_of_the_catalogue():
    told = {*WARNINGS, *OBSTACLES}

    assert told - NO_RULE == set(RESTS_ON)
    assert set(RESTS_ON.values()) <= set(catalogue.parameters())
    assert set(OBSTACLES) == set(Obstacle.values)


@pytest.mark.parametrize(
    ("code", "region", "on", "source"),
    [
        ("unsigned", MANGSHI, date(2018, 6, 10), "云健扶办发〔2018〕2号 七"),
        ("not_covered", MANGSHI, date(2018, 6, 10), "云健扶办发〔2018〕2号 七"),
        ("income_cap_not_applied", MANGSHI, date(2017, 10, 20), "德政办发〔2017〕98号 5"),
        ("disease_not_given", MANGSHI, date(2017, 10, 1), "云政办发〔2017〕102号 （二）"),
        ("enrolment_unknown", LANZHOU, date(2019, 5, 6), "甘卫扶贫函〔2019〕385号 （四）"),
    ],
)
def test_warning_tells_its_article(code, region, on, source):
    assert warning_told(code, documents_for(region, on)) == f"{WARNINGS[code]}（依据：{source}）"


@pytest.mark.parametrize(
    ("code", "region", "on", "source"),
    [
        ("not_poor", MANGSHI, date(2017, 3, 1), "云政办发〔2017〕102号 （一）"),
        ("not_poor", JINGHONG, date(2021, 9, 8), "西卫健发〔2021〕143号 二（七）"),
        ("no_card", MANGSHI, date(2018, 6, 10), "云健扶办发〔2018〕2号 三"),
        ("no_tier", MANGSHI, date(2018, 6, 10), "云健扶办发〔2018〕2号 七"),
    ],
)
def test_obstacle_tells_its_article(code, region, on, source):
    assert obstacle_told({"code": code}, documents_for(region, on)) == f"{OBSTACLES[code]}（依据：{source}）"


def test_warning_of_a_conflict_names_the_number_in_words():
    told = warning_told("policy_conflict:basic.inpatient.rate.county", documents_for(MANGSHI, date(2018, 6, 10)))

    assert told == "当地数值与上级文件不一致：县级（二级）医疗机构住院政策范围内报销比例"


@pytest.mark.parametrize(("code", "on"), [("unsigned", date(2018, 6, 9)), ("stated_differs", date(2018, 6, 10))])
def test_no_article_is_made_up_where_no_rule_is_in_force_or_meant(code, on):
    assert warning_told(code, documents_for(MANGSHI, on)) == WARNINGS[code]
