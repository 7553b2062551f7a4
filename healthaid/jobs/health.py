"""Signs of life of the system, each with what to do where it is missing; none takes more than a few seconds."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError as BrokerDown

from healthaid.accounts.models import User
from healthaid.core import stamps
from healthaid.core.checks import CLOCKS_APART, database_clock
from healthaid.core.tables import Tone, minute
from healthaid.jobs.enums import JobState
from healthaid.jobs.models import Beat
from healthaid.jobs.selectors import ALIVE_WITHIN, jobs_for_list

ANSWER_WITHIN = 1.0  # seconds in which one worker must answer
WAITED_TOO_LONG = timedelta(minutes=10)
RECENT = timedelta(days=7)  # failures that are news
ANCHOR_WITHIN = timedelta(minutes=15)  # the scheduler moves it on every five
BACKUP_WITHIN, BACKUP_LATE = timedelta(days=2), timedelta(days=7)
VERIFIED_WITHIN, VERIFIED_LATE = timedelta(days=2), timedelta(days=31)
GIB = 1 << 30
DISK_DUE, DISK_ACT = 0.10, 0.03  # free share of the disk
DISK_DUE_GIB, DISK_ACT_GIB = 5, 1
DATABASES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that must be well: what was found, and what to do where it is not; `url` opens the rows counted."""

    name: str
    tone: Tone
    found: str
    remedy: str = ""
    url: str = ""


def signs(user: User, now: datetime) -> list[Sign]:
    """All of them, in the order in which one depends on another."""
    broker = broker_sign()
    return [
        database_sign(now),
        broker,
        worker_sign(is_reachable=broker.tone == "good"),
        scheduler_sign(now),
        *job_signs(user, now),
        disk_sign(),
        backup_sign(now),
        anchor_sign(now),
        verified_sign(now),
    ]


def database_sign(now: datetime) -> Sign:
    """That the database answers shows in the page; it may tell another time."""
    name, kind = _("数据库"), DATABASES[connection.vendor]
    told = database_clock()
    apart = abs(told - now) if told else timedelta()
    if apart <= CLOCKS_APART:
        return Sign(name, "good", _("%(kind)s，有应答") % {"kind": kind})
    found = _("%(kind)s，时钟与本机相差 %(seconds)s 秒") % {"kind": kind, "seconds": round(apart.total_seconds())}
    return Sign(name, "due", found, _("用 NTP 校准两台机器的时钟。"))


def broker_sign() -> Sign:
    """Whether jobs can be called for at once; without it the scheduler's sweep does."""
    name = _("消息服务（Redis 或 Valkey）")
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0.1, timeout=2)
    except (BrokerDown, OSError):
        remedy = _("启动它；内置的随 manage.py serve 启动，日志在 DATA_DIR/broker/log.txt。已排队的任务都在数据库里。")
        return Sign(name, "act", _("连不上"), remedy)
    return Sign(name, "good", _("有应答"))


def worker_sign(*, is_reachable: bool) -> Sign:
    """Whether any worker answers a call."""
    name = _("任务处理程序")
    remedy = _("启动 celery worker，或查看它的日志；没有它，任务一直排队。")
    if not is_reachable:
        return Sign(name, "due", _("消息服务连不上，无法询问"), remedy)
    if current_app.control.ping(timeout=ANSWER_WITHIN, limit=1):
        return Sign(name, "good", _("有应答"))
    return Sign(name, "act", _("没有应答"), remedy)


def scheduler_sign(now: datetime) -> Sign:
    """When the scheduler last gave a sign of life."""
    name, beat = _("定时程序"), Beat.objects.order_by("-at").first()
    if beat and now - beat.at <= ALIVE_WITHIN:
        return Sign(name, "good", _last(beat.at))
    remedy = _("启动 celery beat，全系统只开一个；没有它，中断的任务无人接手，月报不会自动统计。")
    return Sign(name, "act", _last(beat.at if beat else None), remedy)


def job_signs(user: User, now: datetime) -> list[Sign]:
    """The jobs that wait and those that failed, as far as the user's list shows them."""
    queued, failed = Q(state=JobState.QUEUED), Q(state=JobState.FAILED)
    found = jobs_for_list(user).aggregate(
        queued=Count("pk", filter=queued),
        oldest=Min("created_at", filter=queued),
        failed=Count("pk", filter=failed),
        recent=Count("pk", filter=failed & Q(finished_at__gte=now - RECENT)),
    )
    waits = found["oldest"] and now - found["oldest"] > WAITED_TOO_LONG
    address = reverse("jobs:job-list")
    return [
        Sign(
            _("排队的任务"),
            "due" if waits else "good",
            _("%(number)s 个") % {"number": found["queued"]},
            _("最早的一个已等了十分钟以上：看上面的处理程序和定时程序。"),
            f"{address}?state={JobState.QUEUED}",
        ),
        Sign(
            _("失败的任务"),
            "due" if found["recent"] else "good",
            _("%(number)s 个，其中最近七天 %(recent)s 个") % {"number": found["failed"], "recent": found["recent"]},
            _("打开任务看原因，改正后重试。"),
            f"{address}?state={JobState.FAILED}",
        ),
    ]


def disk_sign() -> Sign:
    """How much room there is where this web process keeps its data."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    free, share = usage.free / GIB, usage.free / usage.total
    tone: Tone = "good"
    if free < DISK_DUE_GIB or share < DISK_DUE:
        tone = "act" if free < DISK_ACT_GIB or share < DISK_ACT else "due"
    found = _("可用 %(free)s GiB（%(share)s%%）") % {"free": f"{free:.1f}", "share": round(share * 100)}
    return Sign(_("磁盘（数据目录）"), tone, found, _("清理或扩大 DATA_DIR 所在的磁盘；写满后什么都不能保存。"))


def backup_sign(now: datetime) -> Sign:
    """When the last backup said that it was whole."""
    at = stamps.left_at(stamps.BACKUP)
    remedy = _("每天运行 manage.py backup；用 pg_dump 的，成功后 touch DATA_DIR/backup.done。")
    return Sign(_("备份"), _tone_by_age(at, now, BACKUP_WITHIN, BACKUP_LATE), _last(at), remedy)


def anchor_sign(now: datetime) -> Sign:
    """Since when the record no longer leads through the end that is kept outside the database."""
    at = stamps.changed_at(settings.AUDIT_ANCHOR)
    remedy = _("定时程序正常而它不前移，说明操作记录可能被改过：运行 manage.py verify_audit 查明。")
    return Sign(_("操作记录的锚点"), _tone_by_age(at, now, ANCHOR_WITHIN, ANCHOR_WITHIN), _last(at), remedy)


def verified_sign(now: datetime) -> Sign:
    """When the whole record was last found to be whole."""
    at = stamps.left_at(stamps.AUDIT_VERIFIED)
    remedy = _("每天运行 manage.py verify_audit；它报错时保留现场，按管理员手册处理。")
    return Sign(_("操作记录全文核对"), _tone_by_age(at, now, VERIFIED_WITHIN, VERIFIED_LATE), _last(at), remedy)


def _tone_by_age(at: datetime | None, now: datetime, due: timedelta, act: timedelta) -> Tone:
    if at and now - at <= due:
        return "good"
    return "due" if at and now - at <= act else "act"


def _last(at: datetime | None) -> str:
    return _("最近一次：%(at)s") % {"at": minute(at)} if at else _("还没有过")
