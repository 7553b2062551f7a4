"""Who did what to which row: append-only, hash-chained, in the same transaction as the write itself."""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from healthaid.core.fields import CodeField
from healthaid.core.scoping import ScopedQuerySet


class Entry(models.Model):
    """One act. Database triggers refuse to change or delete it; `audit.actions.record` is the only writer."""

    scope_paths = ("place_path",)
    read_ability = "read_audit"

    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("操作人")
    )
    actor_name = models.CharField(_("操作人"), max_length=100)
    verb = CodeField(_("动作"), max_length=60)  # room.noun.past_participle
    subject_kind = CodeField(_("对象类型"), max_length=50)  # "patients.person"
    subject_id = models.BigIntegerField(_("对象编号"), null=True)
    place_path = CodeField(_("地方路径"), max_length=120, default="")
    changes_json = models.TextField(_("变更"), default="{}")  # {"field": [old, new]}, exactly as hashed
    previous = models.CharField(_("前一条摘要"), max_length=64)
    digest = models.CharField(_("摘要"), max_length=64)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("操作记录")
        ordering = ("-pk",)
        indexes = (
            models.Index(fields=("subject_kind", "subject_id", "-id"), name="audit_entry_of_subject"),
            models.Index(fields=("actor", "-id"), name="audit_entry_of_actor"),
            models.Index(fields=("at",), name="audit_entry_at"),
        )

    @property
    def changes(self) -> dict[str, Any]:
        """Old and new value by field; of an identity number only its beginning."""
        return json.loads(self.changes_json)


class Head(models.Model):
    """The end of the chain, one row: locked while an entry is added, and proof that none was cut off the tail."""

    scope_exempt = "holds no data of any place"

    digest = models.CharField(max_length=64, default="")
    count = models.BigIntegerField(default=0)
    proof = models.CharField(max_length=64, default="")  # keyed digest of the two, so that nobody moves the end back
