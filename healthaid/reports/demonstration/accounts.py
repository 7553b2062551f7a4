"""The demonstration's accounts: one a duty, all with the same password."""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password

from healthaid.accounts.enums import Duty
from healthaid.accounts.models import Posting, User
from healthaid.audit.actions import record
from healthaid.regions.models import Place

LOADER = "demo"


@dataclass(frozen=True, slots=True)
class Places:
    """Where the demonstration's people are posted."""

    country: Place
    prefecture: Place
    county: Place
    township: Place
    village: Place


@dataclass(frozen=True, slots=True)
class Post:
    """One of the demonstration's accounts; `place` names one of Places."""

    username: str
    full_name: str
    unit: str
    duty: Duty
    place: str


POSTS = (
    Post("village", "岩温罕", "大湾村卫生室", Duty.VILLAGE_DOCTOR, "village"),
    Post("township", "杨丽芬", "芒市镇卫生院", Duty.TOWNSHIP_WORKER, "township"),
    Post("hospital", "勒木干", "芒市人民医院", Duty.CASE_MANAGER, "county"),
    Post("cdc", "曹家明", "芒市疾病预防控制中心", Duty.CDC, "county"),
    Post("insurance", "方玉团", "芒市医疗保障局", Duty.INSURANCE, "county"),
    Post("civil", "李国华", "芒市民政局", Duty.CIVIL_AFFAIRS, "county"),
    Post("poverty", "段明辉", "芒市扶贫办", Duty.POVERTY_OFFICE, "county"),
    Post("county", "番春梅", "芒市卫生健康局", Duty.COUNTY_OFFICIAL, "county"),
    Post("prefecture", "刀志强", "德宏州卫生健康委员会", Duty.READER, "prefecture"),
    Post("auditor", "赵琼", "芒市卫生健康局审计科", Duty.AUDITOR, "county"),
    Post("admin", "许晨", "德宏州卫生健康信息中心", Duty.ADMINISTRATOR, "country"),
)


def open_accounts(places: Places, password: str, today: date) -> dict[str, User]:
    """The accounts by name. The password need not satisfy the policy: it is the demonstrator's own choice."""
    encoded = make_password(password)  # once for all, as hashing is slow on purpose
    users = {}
    for post in POSTS:
        user = _open(post.username, post.full_name, post.unit, encoded)
        _appoint(user, post.duty, getattr(places, post.place), today)
        users[post.username] = user
    return users


def open_loader(places: Places, today: date) -> User:
    """Who writes what no single duty could write for a whole county; nobody can sign in as it."""
    loader = _open(LOADER, "演示数据", "", make_password(None))
    for duty in (Duty.COUNTY_OFFICIAL, Duty.TOWNSHIP_WORKER, Duty.CDC):
        _appoint(loader, duty, places.prefecture, today)
    return loader


def close_loader(loader: User) -> None:
    """Take the loader's rights away again."""
    loader.is_active = False
    loader.save(update_fields=("is_active",))
    record(by=None, verb="accounts.user.disabled", subject=loader)


def _open(username: str, full_name: str, unit: str, encoded: str) -> User:
    user = User(username=username, full_name=full_name, unit=unit, password=encoded)
    user.full_clean()
    user.save()
    record(by=None, verb="accounts.user.created", subject=user, username=username)
    return user


def _appoint(user: User, duty: Duty, place: Place, today: date) -> None:
    Posting.objects.create(user=user, duty=duty, place=place, starts_on=today)
    record(by=None, verb="accounts.posting.added", subject=user, place_path=place.path, duty=duty, place=str(place))
