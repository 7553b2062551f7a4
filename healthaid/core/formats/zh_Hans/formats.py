"""Numbers on Chinese pages are grouped by thousands, as in the sheets of the offices."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
