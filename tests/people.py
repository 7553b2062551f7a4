"""The named people, around one village; written in three statements, since nearly every test begins with them."""

from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import make_password

from healthaid.accounts.enums import Duty
from healthaid.accounts.models import Posting, User
from healthaid.core.bulk import reserve_ids
from healthaid.regions.models import Place
from tests.factories.accounts import PASSWORD, SINCE
from tests.factories.regions import BELOW


@dataclass(slots=True)
class People:
    """Places around the village `here`, and who works where."""

    country: Place
    province: Place
    prefecture: Place
    county: Place
    township: Place
    here: Place  # the village
    next_door: Place  # another village of the same township
    other_township: Place  # of the same county
    elsewhere: Place  # its village
    other_county: Place
    far_township: Place
    far_away: Place  # a village of the other county

    signer: User  # village doctor here
    reader: User  # only reads, here
    neighbour: User  # reads here, signs next door
    outsider: User  # village doctor elsewhere, with every right there that the signer has here
    worker: User  # the township's health worker
    other_worker: User  # the other township's
    poverty: User  # the county's poverty office
    official: User  # the county's official
    hospital: User  # case manager for the county
    cdc: User
    insurance: User
    civil: User
    prefecture_reader: User  # reads the whole prefecture
    far_poverty: User  # the other county's poverty office
    auditor: User  # the county's
    admin: User  # the county's
    nobody: User  # an account without a posting


PLACES = {  # their names, and what they lie in
    "country": ("中国", None),
    "province": ("试点省", "country"),
    "prefecture": ("试点州", "province"),
    "county": ("芒坝市", "prefecture"),
    "township": ("芒坝镇", "county"),
    "here": ("芒坝村", "township"),
    "next_door": ("弄坎村", "township"),
    "other_township": ("遮冒乡", "county"),
    "elsewhere": ("遮冒村", "other_township"),
    "other_county": ("瑞坝市", "prefecture"),
    "far_township": ("姐坝镇", "other_county"),
    "far_away": ("姐坝村", "far_township"),
}
ACCOUNTS = {  # full names, and the duties held
    "signer": ("岩医生", {"here": Duty.VILLAGE_DOCTOR}),
    "reader": ("查阅员", {"here": Duty.READER}),
    "neighbour": ("邻村医生", {"here": Duty.READER, "next_door": Duty.VILLAGE_DOCTOR}),
    "outsider": ("外乡医生", {"elsewhere": Duty.VILLAGE_DOCTOR}),
    "worker": ("乡镇专干", {"township": Duty.TOWNSHIP_WORKER}),
    "other_worker": ("外乡专干", {"other_township": Duty.TOWNSHIP_WORKER}),
    "poverty": ("扶贫办", {"county": Duty.POVERTY_OFFICE}),
    "official": ("县级主管", {"county": Duty.COUNTY_OFFICIAL}),
    "hospital": ("个案管理员", {"county": Duty.CASE_MANAGER}),
    "cdc": ("疾控员", {"county": Duty.CDC}),
    "insurance": ("医保员", {"county": Duty.INSURANCE}),
    "civil": ("民政员", {"county": Duty.CIVIL_AFFAIRS}),
    "prefecture_reader": ("州级查阅员", {"prefecture": Duty.READER}),
    "far_poverty": ("邻县扶贫办", {"other_county": Duty.POVERTY_OFFICE}),
    "auditor": ("审计员", {"county": Duty.AUDITOR}),
    "admin": ("管理员", {"county": Duty.ADMINISTRATOR}),
    "nobody": ("无岗位", {}),
}


def named_people() -> People:
    """One county with two townships, its neighbour county, and a person for every duty."""
    places: dict[str, Place] = {}
    for key, (place, (name, parent)) in zip(reserve_ids(Place, len(PLACES)), PLACES.items(), strict=True):
        above = places.get(parent)
        path = f"{above.path if above else ''}{key}/"
        places[place] = Place(pk=key, parent=above, level=BELOW[above and above.level], name=name, path=path)
    Place.objects.bulk_create(places.values())
    accounts = {
        username: User(username=username, full_name=full_name, password=hashed_password())
        for username, (full_name, _duties) in ACCOUNTS.items()
    }
    User.objects.bulk_create(accounts.values())
    Posting.objects.bulk_create(
        Posting(user=accounts[username], duty=duty, place=places[place], starts_on=SINCE)
        for username, (_full_name, duties) in ACCOUNTS.items()
        for place, duty in duties.items()
    )
    return People(**places, **accounts)


@cache
def hashed_password() -> str:
    return make_password(PASSWORD)
