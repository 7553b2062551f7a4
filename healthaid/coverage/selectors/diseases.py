"""The 28 outpatient diseases: where they are in force, and which of them an illness belongs to."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from healthaid.coverage.selectors.places import Said, said_where
from healthaid.policy import catalogue
from healthaid.policy.catalogue import Disease
from healthaid.policy.domain import Missing
from healthaid.policy.selectors.diseases import PrefixSets
from healthaid.policy.selectors.rules import Rules

UNSTAGED = "I10"  # hypertension whose stage the code does not tell
LIST = "basic.outpatient_special.rate"  # the documents name the 28 where they give their rate (YN-2017-102 (二))


@cache
def outpatient_diseases() -> tuple[Disease, ...]:
    """The 28 in the order of the documents."""
    listed = (disease for disease in catalogue.diseases().values() if disease.outpatient)
    return tuple(sorted(listed, key=lambda disease: disease.outpatient or 0))


def diseases_in_force(rules: Rules) -> tuple[Disease, ...]:
    """The outpatient diseases with a card at the place and day of the rules; none where no document lists them."""
    try:
        rules.resolved(LIST)
    except Missing:
        return ()
    return outpatient_diseases()


def listed_where(on: date) -> list[Said]:
    """Where the 28 are in force on the day. One query."""
    return said_where(LIST, on)


@cache
def card_diseases() -> Mapping[str, str]:
    """The outpatient disease that each disease of the catalogue is, or lies within; others are absent."""
    found = {}
    for code, disease in catalogue.diseases().items():
        if disease.outpatient:
            found[code] = code
        elif disease.within and catalogue.diseases()[disease.within].outpatient:
            found[code] = disease.within
    return MappingProxyType(found)


@cache
def collective_diseases() -> Mapping[str, tuple[Disease, ...]]:
    """For collective names, such as severe mental disorder, the outpatient diseases among which the code tells."""
    return MappingProxyType(
        {
            code: tuple(each for each in outpatient_diseases() if each.group == disease.group)
            for code, disease in catalogue.diseases().items()
            if disease.group and code not in card_diseases()
        }
    )


def card_diseases_by_code(sets: PrefixSets, path: str, day: date) -> dict[str, dict[str, str]]:
    """For each collective name the outpatient disease by ICD-10 prefix, in the branch of this path on the day."""
    return {
        code: {prefix: each.code for each in among for prefix in sets.prefixes(each, path, day) if prefix != UNSTAGED}
        for code, among in collective_diseases().items()
    }


def card_disease(code: str) -> str:
    """The outpatient disease whose card serves for a disease, whatever its ICD-10 code; empty for none."""
    return card_diseases().get(code, "")
