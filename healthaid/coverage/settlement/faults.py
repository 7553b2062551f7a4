"""What can be wrong with a bill as it is handed in; people read `coverage.words.explain`."""

from enum import StrEnum


class Fault(StrEnum):
    NOT_JSON = "not_json"
    NOT_UTF_8 = "not_utf_8"
    NOT_AN_OBJECT = "not_an_object"
    REPEATED = "repeated"
    MISSING = "missing"
    UNKNOWN_FIELD = "unknown_field"
    NOT_TEXT = "not_text"
    NOT_A_DAY = "not_a_day"
    NOT_ONE_OF = "not_one_of"
    NOT_A_COUNTY = "not_a_county"
    UNKNOWN_DISEASE = "unknown_disease"
    NOT_OUTPATIENT_DISEASE = "not_outpatient_disease"
    NOT_MONEY = "not_money"
    NEGATIVE = "negative"
    TOO_FINE = "too_fine"
    TOO_LARGE = "too_large"
    ABOVE_TOTAL = "above_total"
    ABOVE_REST = "above_rest"
    NOT_ABOVE_ZERO = "not_above_zero"
    UNKNOWN_PARAMETER = "unknown_parameter"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_RATIO = "not_a_ratio"


class BadBill(Exception):  # noqa: N818 -- says what it is about
    """The bill cannot be settled as it is; `field` is the path of the field: "facility.tier"."""

    def __init__(self, field: str, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{field}: {fault} {detail}".rstrip())
        self.field, self.fault, self.detail = field, fault, detail
