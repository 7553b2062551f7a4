"""What the page of the system's health finds, and what it advises."""

import os
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from healthaid.audit.actions import record
from healthaid.core import stamps
from healthaid.jobs import health
from healthaid.jobs.enums import JobState
from healthaid.jobs.models import Beat
from tests.factories.jobs import JobFactory

PAGE = "/jobs/health/"


@pytest.fixture(autouse=True)
def data(settings, tmp_path, monkeypatch):
    """A data folder of its own, and a broker with a worker."""
    settings.DATA_DIR, settings.AUDIT_ANCHOR = tmp_path, tmp_path / "audit.anchor"
    monkeypatch.setattr(health.current_app.control, "ping", lambda **_: [{"worker": {"ok": "pong"}}])
    monkeypatch.setattr(health.current_app.conf, "broker_url", "memory://")
    return tmp_path


def tones(user):
    return {sign.name: sign.tone for sign in health.signs(user, timezone.now())}


def grown_old(file, **age):
    then = (timezone.now() - timedelta(**age)).timestamp()
    os.utime(file, (then, then))


def test_all_is_well_after_a_backup_a_check_and_signs_of_life(people, client_of, data):
    Beat.objects.create(at=timezone.now())
    (data / "audit.anchor").touch()
    stamps.leave(stamps.BACKUP)
    stamps.leave(stamps.AUDIT_VERIFIED)

    page = client_of(people.admin).get(PAGE)

    assert set(tones(people.admin).values()) == {"good"}
    assert "一切正常" in page.content.decode()


def test_what_is_missing_is_told_with_what_to_do(people, client_of, monkeypatch):
    monkeypatch.setattr(health.current_app.control, "ping", lambda **_: [])

    page = client_of(people.admin).get(PAGE).content.decode()

    bad = {name for name, tone in tones(people.admin).items() if tone == "act"}
    assert bad == {"任务处理程序", "定时程序", "备份", "操作记录的锚点", "操作记录全文核对"}
    assert "有 5 项" in page
    assert "manage.py backup" in page


@pytest.mark.parametrize(("days", "tone"), [(1, "good"), (3, "due"), (8, "act")])
def test_backup_grows_old(people, data, days, tone):
    stamps.leave(stamps.BACKUP)
    grown_old(data / "backup.done", days=days)

    assert tones(people.admin)["备份"] == tone


def test_broker_that_is_gone_is_told_and_the_worker_not_asked(people, monkeypatch, data):
    monkeypatch.setattr(health.current_app, "connection_for_write", refusing)

    found = tones(people.admin)

    assert (found["消息服务（Redis 或 Valkey）"], found["任务处理程序"]) == ("act", "due")


def refusing():
    raise ConnectionRefusedError


@pytest.mark.parametrize(("free", "tone"), [(50, "good"), (4, "due"), (0.5, "act")])
def test_disk_fills(people, monkeypatch, free, tone):
    usage = SimpleNamespace(total=100 * health.GIB, free=free * health.GIB)
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _folder: usage)

    assert tones(people.admin)["磁盘（数据目录）"] == tone


def test_jobs_that_wait_or_failed_lately_are_counted_as_the_list_shows_them(people):
    now = timezone.now()
    for ago in (1, 30):
        JobFactory(state=JobState.FAILED, finished_at=now - timedelta(days=ago), requested_by=None)
    JobFactory(state=JobState.QUEUED, requested_by=None)
    JobFactory(state=JobState.FAILED, finished_at=now, requested_by=people.far_poverty)  # of another's accounts

    queued, failed = health.job_signs(people.admin, now + timedelta(minutes=11))

    assert (queued.tone, queued.found, queued.url) == ("due", "1 个", "/jobs/?state=queued")
    assert (failed.tone, failed.found, failed.url) == ("due", "2 个，其中最近七天 1 个", "/jobs/?state=failed")


def test_verifying_the_record_leaves_its_sign(people, data):
    record(by=people.worker, verb="regions.place.changed", subject=people.here)
    assert stamps.left_at(stamps.AUDIT_VERIFIED) is None

    call_command("verify_audit", "--anchor", str(data / "own.anchor"))

    assert timezone.now() - stamps.left_at(stamps.AUDIT_VERIFIED) < timedelta(minutes=1)


def test_health_is_asked_for_in_few_queries(people, client_of, django_assert_num_queries):
    window = client_of(people.admin)
    window.get(PAGE)

    with django_assert_num_queries(6 if connection.vendor == "postgresql" else 5):  # whose clock is asked for
        window.get(PAGE)
