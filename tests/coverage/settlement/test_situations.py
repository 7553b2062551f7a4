"""Every situation of the reviewed files."""

from pathlib import Path

import pytest
import yaml

from healthaid.coverage.settlement.engine import settle
from healthaid.coverage.settlement.faults import BadBill
from healthaid.coverage.settlement.reading import read_bill
from healthaid.coverage.settlement.result import as_json
from healthaid.policy.domain import Unresolved

FILES = sorted((Path(__file__).parent / "situations").glob("*.yaml"))
PAYERS = ("hospital", "basic", "critical", "assistance", "safety_net", "personal")
SUMS = ("critical_base", "assistance", "major_assistance", "personal")


def situations():
    for file in FILES:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for one in content["situations"]:
            added = one.get("local", {})
            local = {} if added is None else {**content["local"], **added}
            bill = {**content["bill"], **one.get("bill", {}), "local": without_nothing(local)}
            yield pytest.param(bill, one, id=f"{file.stem}: {one['name']}")


def without_nothing(local):
    return {name: worth for name, worth in local.items() if worth is not None}


def yuan(amount):
    return f"{amount:.2f}"


@pytest.mark.parametrize(("bill", "expected"), situations())
def test_situation_is_settled_as_reviewed(bill, expected):
    if "pays" not in expected:
        with pytest.raises((BadBill, Unresolved)) as refused:
            settle(read_bill(bill))
        assert getattr(refused.value, "parameter", None) == expected.get("parameter")
        assert getattr(refused.value, "field", None) == expected.get("field")
        return

    result = as_json(settle(read_bill(bill)))

    assert [result[payer] for payer in PAYERS] == [yuan(amount) for amount in expected["pays"]]
    assert result["warnings"] == expected.get("warnings", [])
    assert {promise["guarantee"] for promise in result["guarantees"] if not promise["met"]} == set(
        expected.get("unmet", [])
    )
    if "after" in expected:
        assert result["year_to_date"] == {name: yuan(expected["after"].get(name, 0)) for name in SUMS}
