"""Reading a bill out of JSON: every field checked, so that the engine meets only bills that make sense.

Money is text in yuan; where plain figures are natural (`local`, `year_to_date` and the two optional amounts) JSON
numbers count too, and are read exactly. Optional fields may be null.
"""

import json
import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from healthaid.coverage.settlement.basis import carded_disease
from healthaid.coverage.settlement.bill import LIMIT, Bill, Level, Local, Referral, Running, Setting
from healthaid.coverage.settlement.faults import BadBill, Fault
from healthaid.policy import catalogue
from healthaid.policy.domain import Parameter, fault_of
from healthaid.regions.divisions import county_codes

WHOLE_BILL = "bill"  # the name of the field when it is the whole that is wrong
REQUIRED = ("region", "date", "setting", "facility", "referral", "total", "in_policy")
OPTIONAL = ("disease", "necessary_out_of_catalogue", "package_price", "year_to_date", "local")
FIELDS = frozenset((*REQUIRED, *OPTIONAL))
TIERS = (1, 2, 3)

_MONEY = re.compile(r"(?P<sign>-?)(?P<yuan>[0-9]{1,30})(\.(?P<decimals>[0-9]{1,30}))?")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def bill_from_json(content: bytes | str) -> Bill:
    """The bill in a JSON text, UTF-8 where it comes as bytes. Raises BadBill."""
    return read_bill(parsed(content))


def parsed(content: bytes | str) -> Any:
    """JSON with exact numbers and no repeated key. Raises BadBill."""
    if isinstance(content, bytes):
        try:
            content = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise BadBill(WHOLE_BILL, Fault.NOT_UTF_8) from None
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=Decimal, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        raise BadBill(WHOLE_BILL, Fault.NOT_JSON) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise BadBill(next(name for name in names if names.count(name) > 1), Fault.REPEATED)
    return found


def read_bill(data: Any) -> Bill:
    """The bill in parsed JSON. Raises BadBill that names the first field that is wrong."""
    fields = _mapping(WHOLE_BILL, data)
    _no_others(fields, FIELDS, "")
    for name in REQUIRED:
        if name not in fields:
            raise BadBill(name, Fault.MISSING)
    facility = _mapping("facility", fields["facility"])
    _no_others(facility, ("level", "tier"), "facility.")
    setting = _choice("setting", fields["setting"], Setting)
    level = _choice("facility.level", facility.get("level"), Level)
    total, in_policy = _text_money("total", fields["total"]), _text_money("in_policy", fields["in_policy"])
    if in_policy > total:
        raise BadBill("in_policy", Fault.ABOVE_TOTAL)
    return Bill(
        region=_region(fields["region"]),
        on=_day(fields["date"]),
        setting=setting,
        level=level,
        tier=_tier(facility.get("tier")),
        referral=_choice("referral", fields["referral"], Referral),
        disease=_disease(fields.get("disease"), setting),
        total=total,
        in_policy=in_policy,
        necessary=_necessary(fields.get("necessary_out_of_catalogue"), total - in_policy),
        package_price=_price(fields.get("package_price")),
        before=_running(fields.get("year_to_date")),
        local=read_local(fields.get("local")),
    )


def _mapping(name: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadBill(name, Fault.NOT_AN_OBJECT)
    return value


def _no_others(fields: Mapping[str, Any], known: Collection[str], prefix: str) -> None:
    for name in fields:
        if name not in known:
            raise BadBill(f"{prefix}{name}", Fault.UNKNOWN_FIELD)


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise BadBill(name, Fault.MISSING if value is None else Fault.NOT_TEXT)
    return value


def _choice(name: str, value: Any, choices: type[Setting | Level | Referral]) -> str:
    text = _text(name, value)
    if text not in choices.__members__.values():
        raise BadBill(name, Fault.NOT_ONE_OF, ", ".join(choices))
    return text


def _tier(value: Any) -> int:
    if value is None:
        raise BadBill("facility.tier", Fault.MISSING)
    if type(value) is not int or value not in TIERS:
        raise BadBill("facility.tier", Fault.NOT_ONE_OF, "1, 2, 3")
    return value


def _region(value: Any) -> str:
    code = _text("region", value)
    if code not in county_codes():
        raise BadBill("region", Fault.NOT_A_COUNTY)
    return code


def _day(value: Any) -> date:
    text = _text("date", value)
    if not _DAY.fullmatch(text):
        raise BadBill("date", Fault.NOT_A_DAY)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadBill("date", Fault.NOT_A_DAY) from None


def _disease(value: Any, setting: str) -> str:
    code = "" if value is None else _text("disease", value)
    if value is not None and code not in catalogue.diseases():
        raise BadBill("disease", Fault.UNKNOWN_DISEASE)
    if code and setting == Setting.OUTPATIENT_SPECIAL and carded_disease(code) is None:
        raise BadBill("disease", Fault.NOT_OUTPATIENT_DISEASE)
    return code


def _text_money(name: str, value: Any) -> int:
    return _money(name, _text(name, value))


def _money(name: str, value: Any) -> int:
    """Fen of an amount in yuan, given as text or as an exact number."""
    text = _plain(value)
    found = _MONEY.fullmatch(text) if text is not None else None
    if found is None:
        raise BadBill(name, Fault.NOT_MONEY)
    decimals = found["decimals"] or ""
    fen = int(found["yuan"]) * 100 + int((decimals + "00")[:2])
    if found["sign"] and (fen or decimals.strip("0")):
        raise BadBill(name, Fault.NEGATIVE)
    if len(decimals) > 2:  # noqa: PLR2004 -- fen
        raise BadBill(name, Fault.TOO_FINE)
    if fen > LIMIT:
        raise BadBill(name, Fault.TOO_LARGE)
    return fen


def _plain(value: Any) -> str | None:
    """A number or text as plain digits; None for anything else and for what no amount is like."""
    if isinstance(value, str):
        return value
    if type(value) is int:
        return str(value) if abs(value) < 10**30 else None
    if isinstance(value, Decimal) and abs(value.adjusted()) < 30:  # noqa: PLR2004 -- as many digits as `_MONEY` reads
        return f"{value:f}"
    return None


def _necessary(value: Any, rest: int) -> int:
    amount = 0 if value is None else _money("necessary_out_of_catalogue", value)
    if amount > rest:
        raise BadBill("necessary_out_of_catalogue", Fault.ABOVE_REST)
    return amount


def _price(value: Any) -> int | None:
    if value is None:
        return None
    price = _money("package_price", value)
    if not price:
        raise BadBill("package_price", Fault.NOT_ABOVE_ZERO)
    return price


def _running(value: Any) -> Running[int]:
    sums = _mapping("year_to_date", {} if value is None else value)
    _no_others(sums, Running._fields, "year_to_date.")
    return Running(*(_money(f"year_to_date.{name}", sums.get(name, 0)) for name in Running._fields))


def read_local(value: Any) -> Local:
    """Values that the region set, by parameter of the catalogue. Raises BadBill that names "local.<parameter>"."""
    rows = _mapping("local", {} if value is None else value)
    return MappingProxyType({name: _local(name, worth) for name, worth in rows.items()}) if rows else rows


def _local(name: str, worth: Any) -> Decimal | str:
    field = f"local.{name}"
    parameter = catalogue.parameters().get(name)
    if parameter is None:
        raise BadBill(field, Fault.UNKNOWN_PARAMETER)
    match parameter.unit:
        case "yuan":
            return Decimal(_money(field, worth)).scaleb(-2)
        case "ratio":
            return _ratio(field, parameter, worth)
        case "list":
            return _list(field, worth)
        case "rule" | "codes":
            return _text(field, worth)
    return _number(field, worth)


def _number(field: str, value: Any) -> Decimal:
    text = _plain(value)
    if text is None or not _NUMBER.fullmatch(text):
        raise BadBill(field, Fault.NOT_A_NUMBER)
    number = Decimal(text)
    if number < 0:
        raise BadBill(field, Fault.NEGATIVE)
    return number


def _ratio(field: str, parameter: Parameter, value: Any) -> Decimal:
    """A share as a local document may set it."""
    number = _number(field, value)
    if fault := fault_of(parameter, number):
        raise BadBill(field, Fault.TOO_FINE if fault == "too_fine" else Fault.NOT_A_RATIO)
    return number


def _list(field: str, value: Any) -> str:
    name = _text(field, value)
    if name not in catalogue.disease_lists():
        raise BadBill(field, Fault.NOT_ONE_OF, ", ".join(catalogue.disease_lists()))
    return name
