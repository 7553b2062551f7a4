import json
from datetime import date
from decimal import Decimal

import pytest

from healthaid.coverage.settlement.bill import LIMIT, Running
from healthaid.coverage.settlement.faults import BadBill, Fault
from healthaid.coverage.settlement.reading import bill_from_json, read_bill
from tests.coverage.settlement.bills import stay

GONE = object()  # the field is left out


def changed(path, value):
    data = json.loads(json.dumps(stay()))
    *parents, name = path
    at = data
    for parent in parents:
        at = at[parent]
    if value is GONE:
        del at[name]
    else:
        at[name] = value
    return data


def refusal(data):
    with pytest.raises(BadBill) as refused:
        read_bill(data)
    return refused.value.field, refused.value.fault


def test_bill_is_read_whole():
    read = read_bill(
        stay(
            disease="lung_cancer",
            necessary_out_of_catalogue="0.5",
            package_price="123",
            year_to_date={"personal": "4000.07"},
        )
    )

    assert (read.region, read.on, read.level, read.tier) == ("533103", date(2018, 7, 15), "county", 2)
    assert (read.total, read.in_policy, read.necessary, read.package_price) == (2_000_000, 1_900_000, 50, 12_300)
    assert read.before == Running(0, 0, 0, 400_007)
    assert read.local["critical.deductible.ordinary"] == Decimal(10000)


@pytest.mark.parametrize("name", ["disease", "necessary_out_of_catalogue", "package_price", "year_to_date", "local"])
def test_optional_field_may_be_null_or_left_out(name):
    assert read_bill(changed([name], None)) == read_bill(changed([name], GONE))


@pytest.mark.parametrize("name", ["region", "date", "setting", "facility", "referral", "total", "in_policy"])
def test_required_field_is_named(name):
    assert refusal(changed([name], GONE)) == (name, Fault.MISSING)


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (["region"], 533103, Fault.NOT_TEXT),
        (["region"], None, Fault.MISSING),
        (["region"], "533199", Fault.NOT_A_COUNTY),
        (["region"], "533100", Fault.NOT_A_COUNTY),
        (["region"], "530000", Fault.NOT_A_COUNTY),
        (["region"], "533103101", Fault.NOT_A_COUNTY),
        (["region"], " 533103", Fault.NOT_A_COUNTY),
        (["region"], "５３３１０３", Fault.NOT_A_COUNTY),
        (["date"], "2018-02-29", Fault.NOT_A_DAY),
        (["date"], "20180715", Fault.NOT_A_DAY),
        (["date"], "2018-W28-7", Fault.NOT_A_DAY),
        (["date"], "2018-07-15T00:00", Fault.NOT_A_DAY),
        (["date"], "2018/07/15", Fault.NOT_A_DAY),
        (["date"], "2018-7-5", Fault.NOT_A_DAY),
        (["date"], "", Fault.NOT_A_DAY),
        (["date"], 20180715, Fault.NOT_TEXT),
        (["setting"], "outpatient", Fault.NOT_ONE_OF),
        (["setting"], "INPATIENT", Fault.NOT_ONE_OF),
        (["setting"], ["inpatient"], Fault.NOT_TEXT),
        (["facility"], "county", Fault.NOT_AN_OBJECT),
        (["facility"], None, Fault.NOT_AN_OBJECT),
        (["facility", "level"], "city", Fault.NOT_ONE_OF),
        (["facility", "level"], GONE, Fault.MISSING),
        (["facility", "tier"], GONE, Fault.MISSING),
        (["facility", "tier"], 0, Fault.NOT_ONE_OF),
        (["facility", "tier"], 4, Fault.NOT_ONE_OF),
        (["facility", "tier"], "2", Fault.NOT_ONE_OF),
        (["facility", "tier"], True, Fault.NOT_ONE_OF),
        (["facility", "tier"], 2.0, Fault.NOT_ONE_OF),
        (["facility", "name"], "x", Fault.UNKNOWN_FIELD),
        (["referral"], "filed_late", Fault.NOT_ONE_OF),
        (["referral"], None, Fault.MISSING),
        (["disease"], "C34", Fault.UNKNOWN_DISEASE),
        (["disease"], "", Fault.UNKNOWN_DISEASE),
        (["disease"], 12, Fault.NOT_TEXT),
        (["total"], 20000, Fault.NOT_TEXT),
        (["total"], True, Fault.NOT_TEXT),
        (["total"], None, Fault.MISSING),
        (["total"], "", Fault.NOT_MONEY),
        (["total"], "20,000.00", Fault.NOT_MONEY),
        (["total"], "2e4", Fault.NOT_MONEY),
        (["total"], "NaN", Fault.NOT_MONEY),
        (["total"], "Infinity", Fault.NOT_MONEY),
        (["total"], "+1", Fault.NOT_MONEY),
        (["total"], " 1", Fault.NOT_MONEY),
        (["total"], "1\n", Fault.NOT_MONEY),
        (["total"], "1.", Fault.NOT_MONEY),
        (["total"], ".5", Fault.NOT_MONEY),
        (["total"], "１００", Fault.NOT_MONEY),
        (["total"], "一百", Fault.NOT_MONEY),
        (["total"], "20000.001", Fault.TOO_FINE),
        (["total"], "20000.000", Fault.TOO_FINE),
        (["total"], "-1", Fault.NEGATIVE),
        (["total"], "-0.01", Fault.NEGATIVE),
        (["total"], "-0.001", Fault.NEGATIVE),
        (["total"], "10000000000.01", Fault.TOO_LARGE),
        (["total"], "9" * 30, Fault.TOO_LARGE),
        (["total"], "9" * 5000, Fault.NOT_MONEY),
        (["in_policy"], "20000.01", Fault.ABOVE_TOTAL),
        (["in_policy"], 19000, Fault.NOT_TEXT),
        (["necessary_out_of_catalogue"], "1000.01", Fault.ABOVE_REST),
        (["necessary_out_of_catalogue"], "-1", Fault.NEGATIVE),
        (["necessary_out_of_catalogue"], False, Fault.NOT_MONEY),
        (["package_price"], "0", Fault.NOT_ABOVE_ZERO),
        (["package_price"], "-5", Fault.NEGATIVE),
        (["package_price"], "", Fault.NOT_MONEY),
        (["package_price"], {"price": 5}, Fault.NOT_MONEY),
        (["year_to_date"], [], Fault.NOT_AN_OBJECT),
        (["year_to_date", "personal"], "-0.01", Fault.NEGATIVE),
        (["year_to_date", "personal"], None, Fault.NOT_MONEY),
        (["year_to_date", "personal"], True, Fault.NOT_MONEY),
        (["year_to_date", "basic"], "1", Fault.UNKNOWN_FIELD),
        (["local"], "x", Fault.NOT_AN_OBJECT),
        (["local", "critical.deductible"], "1", Fault.UNKNOWN_PARAMETER),
        (["local", "critical.deductible.ordinary"], "-1", Fault.NEGATIVE),
        (["local", "critical.deductible.ordinary"], "1.005", Fault.TOO_FINE),
        (["local", "critical.deductible.ordinary"], None, Fault.NOT_MONEY),
        (["local", "critical.deductible.ordinary"], True, Fault.NOT_MONEY),
        (["local", "basic.inpatient.rate.county"], "85", Fault.NOT_A_RATIO),
        (["local", "basic.inpatient.rate.county"], "1.0001", Fault.NOT_A_RATIO),
        (["local", "basic.inpatient.rate.county"], "-0.1", Fault.NEGATIVE),
        (["local", "basic.inpatient.rate.county"], "85%", Fault.NOT_A_NUMBER),
        (["local", "basic.inpatient.rate.county"], "0.83333", Fault.TOO_FINE),
        (["local", "basic.inpatient.rate.county"], True, Fault.NOT_A_NUMBER),
        (["local", "critical.yearly_limit.factor"], "1.51", Fault.NOT_A_RATIO),
        (["local", "special_treatment.list"], "99Z", Fault.NOT_ONE_OF),
        (["local", "special_treatment.list"], 18, Fault.NOT_TEXT),
        (["local", "clinic.area"], "-1", Fault.NEGATIVE),
        (["hospital"], "x", Fault.UNKNOWN_FIELD),
    ],
)
def test_wrong_field_is_named_with_its_fault(path, value, fault):
    assert refusal(changed(path, value)) == (".".join(path[:1]) + "".join(f".{name}" for name in path[1:]), fault)


@pytest.mark.parametrize("data", [None, [], "bill", 5, True])
def test_what_is_no_object_is_refused(data):
    assert refusal(data) == ("bill", Fault.NOT_AN_OBJECT)


@pytest.mark.parametrize(
    ("content", "field", "fault"),
    [
        (b"", "bill", Fault.NOT_JSON),
        (b"  \n", "bill", Fault.NOT_JSON),
        (b"{", "bill", Fault.NOT_JSON),
        (b"\xff\xfe", "bill", Fault.NOT_UTF_8),
        ("{}{}", "bill", Fault.NOT_JSON),
        ("[" * 100_000, "bill", Fault.NOT_JSON),
        (f'{{"total": {"9" * 5000}}}', "bill", Fault.NOT_JSON),
        ('{"total": "1", "total": "2"}', "total", Fault.REPEATED),
        ("null", "bill", Fault.NOT_AN_OBJECT),
        ("{}", "region", Fault.MISSING),
    ],
)
def test_content_that_is_no_bill_is_refused(content, field, fault):
    with pytest.raises(BadBill) as refused:
        bill_from_json(content)

    assert (refused.value.field, refused.value.fault) == (field, fault)


def test_json_numbers_are_read_exactly():
    content = json.dumps(stay(local={})).replace(
        '"local": {}', '"local": {"basic.inpatient.rate.county": 0.85, "critical.deductible.ordinary": 1e4}'
    )

    read = bill_from_json(content)

    assert read.local == {
        "basic.inpatient.rate.county": Decimal("0.85"),
        "critical.deductible.ordinary": Decimal(10000),
    }


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_json_takes_for_numbers_but_is_none_is_refused_at_its_field(number):
    content = json.dumps(stay(year_to_date={"personal": 0})).replace('"personal": 0', f'"personal": {number}')

    with pytest.raises(BadBill) as refused:
        bill_from_json(content)

    assert (refused.value.field, refused.value.fault) == ("year_to_date.personal", Fault.NOT_MONEY)


@pytest.mark.parametrize("number", ["1e400", "1e-400", "1e99999999", "-1e30", "123456789012345678901234567890123"])
def test_monstrous_numbers_are_refused(number):
    content = json.dumps(stay(year_to_date={"personal": 0})).replace('"personal": 0', f'"personal": {number}')

    with pytest.raises(BadBill) as refused:
        bill_from_json(content)

    assert refused.value.field == "year_to_date.personal"


def test_a_byte_order_mark_is_no_fault():
    assert bill_from_json("\ufeff".encode() + json.dumps(stay()).encode()) == read_bill(stay())


def test_largest_amount_is_ten_billion_yuan():
    assert read_bill(stay(total="10000000000.00")).total == LIMIT
