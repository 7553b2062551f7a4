"""What a result says about itself: steps, articles, promises."""

import pytest

from healthaid.coverage.settlement.engine import settle
from healthaid.coverage.settlement.result import as_json
from healthaid.policy import catalogue
from tests.coverage.settlement.bills import LOCAL, SERIOUS, bill
from tests.coverage.settlement.strategies import GANSU


def result(**changes):
    return as_json(settle(bill(**changes)))


def articles(step):
    return [(entry["document"], entry["article"], entry["parameter"]) for entry in step["articles"]]


def test_steps_stand_in_the_order_of_computing_and_add_up():
    steps = result(**SERIOUS)["steps"]

    assert [step["layer"] for step in steps] == [
        "hospital",
        "basic",
        "critical",
        "assistance",
        "safety_net",
        "personal",
    ]
    assert sum(int(step["amount"].replace(".", "")) for step in steps) == 8_654_321


def test_steps_name_every_value_with_document_and_article():
    by_layer = {step["layer"]: articles(step) for step in result(**SERIOUS)["steps"]}

    assert by_layer == {
        "hospital": [("YN-2018-2", "七", "out_of_catalogue.limit.tier3")],
        "basic": [
            ("DH-2017-98", "2", "basic.inpatient.rate.prefecture"),
            ("DH-2017-98", "2", "basic.inpatient.deductible.prefecture"),
        ],
        "critical": [
            ("DH-2017-98", "3", "critical.rate.below_50000"),
            ("DH-2017-98", "3", "critical.rate.from_50000"),
            ("local", "", "critical.deductible.ordinary"),
            ("DH-2017-98", "3", "critical.deductible.factor"),
            ("DH-2017-98", "3", "critical.segment.mark"),
            ("YN-2018-2", "四", "special_treatment.list"),
            ("DH-2017-98", "6", "special_treatment.rate"),
        ],
        "assistance": [
            ("YN-2018-2", "四", "special_treatment.list"),
            ("DH-2017-98", "4", "assistance.rate.major"),
            ("DH-2017-98", "4", "assistance.target"),
            ("DH-2017-98", "4", "assistance.cap.major"),
            ("DH-2017-98", "4", "assistance.out_of_catalogue.rate"),
        ],
        "safety_net": [
            ("DH-2017-98", "5", "safety_net.target"),
            ("local", "", "income.rural_per_capita.previous_year"),
            ("YN-2018-2", "三", "safety_net.above_income.rate"),
            ("YN-2018-2", "三", "safety_net.income_year"),
        ],
        "personal": [],
    }


def test_every_cited_value_is_a_parameter_with_its_first_day():
    entries = [entry for step in result(**SERIOUS)["steps"] for entry in step["articles"]]

    assert all(entry["parameter"] in catalogue.parameters() for entry in entries)
    assert all((entry["from"] is None) == (entry["document"] == "local") for entry in entries)
    assert {"document": "YN-2018-2", "article": "四", "parameter": "special_treatment.list", "value": "18Y",
            "from": "2018-06-10"} in entries  # fmt: skip


def test_figures_of_assistance_show_how_it_came_about():
    (step,) = [step for step in result(**SERIOUS)["steps"] if step["layer"] == "assistance"]

    assert step["figures"] == {
        "kind": "major",
        "remaining": "9500.00",
        "rate": "0.6",
        "gap": "1500.00",
        "cap": "150000.00",
        "drawn": "0.00",
        "cap_left": "150000.00",
        "necessary": "2000.00",
        "necessary_rate": "0.5",
    }


def test_one_rate_along_the_running_sum_needs_no_mark():
    yunnan = {**LOCAL, "basic.inpatient.rate.county": "0.8", "basic.inpatient.deductible.county": "0"}

    figures = {step["layer"]: step["figures"] for step in result(region="532801", local=yunnan)["steps"]}["critical"]

    assert "mark" not in figures
    assert figures["rate_below_mark"] == "0.7"


def test_package_price_is_a_step_of_its_own():
    step = result(disease="end_stage_renal_disease", package_price="8000")["steps"][0]

    assert (step["layer"], step["amount"]) == ("package_price", "8000.00")
    assert step["figures"] == {"billed_total": "20000.00", "billed_in_policy": "19000.00", "price": "8000.00"}
    assert articles(step) == [
        ("YN-2018-2", "四", "special_treatment.list"),
        ("DH-2017-98", "6", "special_treatment.payment"),
    ]


def test_hospital_fault_keeps_what_was_due_and_says_what_moved():
    faulty = result(referral="hospital_fault", facility=SERIOUS["facility"])
    amounts = {step["layer"]: step["amount"] for step in faulty["steps"]}

    assert (faulty["basic"], amounts["basic"]) == ("0.00", "14250.00")
    assert amounts["hospital_fault"] == "17640.00"
    assert articles(faulty["steps"][-2]) == [("YN-2018-2", "七", "referral.hospital_fault")]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, ["county_stay_actual_rate", "in_policy_rate", "actual_rate", "income_cap"]),
        (
            SERIOUS,
            ["outside_stay_in_policy_rate", "special_treatment_rate", "in_policy_rate", "actual_rate", "income_cap"],
        ),
        ({"setting": "outpatient_special", "disease": "diabetes"}, ["outpatient_special_rate", "income_cap"]),
        ({"setting": "outpatient_general"}, ["income_cap"]),
        ({"setting": "outpatient_general", "local": {}}, []),
        ({"referral": "patient_fault"}, []),
    ],
)
def test_bill_is_held_against_the_promises_made_for_it(changes, codes):
    assert [promise["guarantee"] for promise in result(**changes)["guarantees"]] == codes


def test_promise_tells_what_was_promised_and_reached():
    kept, _, _, missed = result(year_to_date={"personal": "10000"})["guarantees"]

    assert kept == {
        "guarantee": "county_stay_actual_rate",
        "promised": "0.70",
        "actual": "1.0000",
        "met": True,
        "document": "DH-2017-98",
        "article": "2",
        "parameter": "guarantee.county_stay.actual_rate",
    }
    assert (missed["promised"], missed["actual"], missed["met"]) == ("9000.00", "10000.00", False)


def test_outpatient_care_rests_on_the_income_line_alone():
    (net,) = [step for step in result(setting="outpatient_general")["steps"] if step["layer"] == "safety_net"]

    assert [parameter for _, _, parameter in articles(net)] == [
        "income.rural_per_capita.previous_year",
        "safety_net.above_income.rate",
        "safety_net.income_year",
    ]


def test_what_is_not_covered_names_its_article():
    (own,) = [step for step in result(referral="patient_fault")["steps"] if step["layer"] == "personal"]

    assert articles(own) == [("YN-2018-2", "七", "referral.patient_fault")]


def test_special_treatment_beyond_the_in_policy_costs_counts_no_further_for_their_promise():
    promised = result(date="2018-01-01", disease="gastric_cancer", in_policy="5000.00")["guarantees"]

    assert {each["guarantee"]: each["actual"] for each in promised}["in_policy_rate"] == "1.0000"


def test_promise_of_a_share_of_nothing_is_kept():
    assert {promise["actual"] for promise in result(total="0", in_policy="0")["guarantees"]} == {None, "0.00"}
    assert all(promise["met"] for promise in result(total="0", in_policy="0")["guarantees"])


@pytest.mark.parametrize(("rate", "warned"), [("0.75", False), ("0.69", True)])
def test_region_that_pays_more_than_the_least_is_no_conflict(rate, warned):
    local = {name: str(worth) for name, worth in GANSU.items()} | {"assistance.rate.ordinary": rate}

    found = result(region="620102", date="2019-07-15", local=local)

    assert ("policy_conflict:assistance.rate.ordinary" in found["warnings"]) is warned


def test_result_names_the_engine():
    assert result()["engine"] == "2"
