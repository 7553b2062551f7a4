"""What a settlement reads of the policy."""

from contextlib import suppress
from itertools import product

from healthaid.coverage.settlement.basis import Case, basis_of
from healthaid.coverage.settlement.bill import Level, Referral, Setting
from healthaid.coverage.settlement.questions import Questions
from healthaid.coverage.settlement.rulebook import READ
from healthaid.policy import catalogue
from healthaid.policy.domain import Unresolved, jurisdictions
from tests.coverage.settlement.strategies import PLACES

DISEASES = ("", "lung_cancer", "end_stage_renal_disease", "schizophrenia", "diabetes")


class Seen(dict):
    """The parameters, which keep the names under which they were asked for."""

    def __init__(self, *args):
        super().__init__(*args)
        self.names = set()

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


def test_settlements_read_exactly_the_named_parameters():
    parameters, seen = Seen(catalogue.parameters()), set()
    cases = [Case(*each, has_price=False) for each in product(Setting, Level, (1, 2, 3), list(Referral)[:2], DISEASES)]

    for (region, _first, last, own), case in product(PLACES, cases):
        for local in (own, {}):
            values = Seen({name: worth for name, worth in local.items() if worth is not None})
            with suppress(Unresolved):
                basis_of(case, Questions(parameters, jurisdictions(region), last, values))
            seen |= values.names

    assert parameters.names | seen == READ
