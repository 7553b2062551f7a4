"""What a region sets itself: local documents, and the values that rest on them, each entered and confirmed by two."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from healthaid.core.fields import CodeField
from healthaid.core.phrases import noted
from healthaid.core.scoping import ScopedQuerySet
from healthaid.policy import catalogue
from healthaid.policy.domain import Document, Parameter, Value, Worth
from healthaid.policy.enums import ValueState
from healthaid.policy.texts import shown

LOCAL = "LOCAL-"  # begins the ids of local documents


class LocalDocument(models.Model):
    """A document of a county, prefecture or province that the reviewed files do not hold."""

    scope_paths = ("path",)
    read_ability = "read_places"

    place = models.ForeignKey("regions.Place", models.PROTECT, related_name="+", verbose_name=_("适用地方"))
    path = CodeField(max_length=120, editable=False)  # the place's own path
    number = models.CharField(_("文号"), max_length=60, blank=True, default="")
    title = models.CharField(_("标题"), max_length=200)
    issued_on = models.DateField(_("印发日期"), null=True, blank=True)
    note = models.CharField(_("来源说明"), max_length=300)  # who published it, and where it can be read
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("录入人"))
    entered_at = models.DateTimeField(_("录入时间"), auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("地方文件")
        ordering = ("path", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("place", "number", "title"),
                name="policy_localdocument_once",
                violation_error_message=_("该文件已经录入。"),
            ),
        )
        indexes = (models.Index(fields=("path", "id"), name="policy_localdocument_path"),)

    def __str__(self) -> str:
        return self.number or self.title

    def get_absolute_url(self) -> str:
        return reverse("policy:local-document", args=[self.pk])

    @property
    def source(self) -> str:
        """The id under which values name it, beside those of the reviewed files."""
        return source_of(self.pk)


def source_of(document_id: int) -> str:
    """The id of a local document among the documents' ids."""
    return f"{LOCAL}{document_id}"


class LocalValue(models.Model):
    """What a local document says about a parameter, or the price of a disease at a hospital; days are inclusive.

    It counts once another person has confirmed it. A correction takes its place by `corrects`; the old one stays.
    """

    scope_paths = ("path",)
    read_ability = "read_places"

    document = models.ForeignKey(LocalDocument, models.PROTECT, related_name="values", verbose_name=_("依据文件"))
    # Where it holds: the document's place, or the leaf of the hospital that a price is for.
    place = models.ForeignKey("regions.Place", models.PROTECT, related_name="local_values", verbose_name=_("适用地方"))
    path = CodeField(max_length=120, editable=False)  # of the document's place
    parameter = CodeField(_("项目"), max_length=100)  # a name of the catalogue
    disease = CodeField(_("病种"), max_length=60, blank=True, default="")  # of a price or of ICD-10 prefixes
    number = models.DecimalField(_("数值"), max_digits=14, decimal_places=4, null=True, blank=True)
    word = models.CharField(_("规定"), max_length=500, blank=True, default="")  # where the parameter is no number
    starts_on = models.DateField(_("起始日期"))
    ends_on = models.DateField(_("截止日期"), null=True, blank=True)
    article = models.CharField(_("条款"), max_length=60, blank=True, default="")
    state = models.CharField(_("状态"), max_length=10, choices=ValueState, default=ValueState.ENTERED)
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=pgettext_lazy("field", "更正"),
    )
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("录入人"))
    entered_at = models.DateTimeField(_("录入时间"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("复核人")
    )
    decided_at = models.DateTimeField(_("复核时间"), null=True, blank=True)
    reason = models.CharField(_("退回原因"), max_length=200, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("地方数值")
        ordering = ("parameter", "starts_on", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=ValueState.values), name="policy_localvalue_state_known"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="policy_localvalue_ends_after_start",
                violation_error_message=_("截止日期不能早于起始日期。"),
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=False, word="") | (Q(number=None) & ~Q(word="")),
                name="policy_localvalue_number_or_word",
            ),
            models.CheckConstraint(
                condition=~Q(state=ValueState.CONFIRMED)
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("entered_by"))),
                name="policy_localvalue_two_people",
            ),
            models.UniqueConstraint(
                fields=("place", "parameter", "disease", "starts_on"),
                condition=Q(state=ValueState.CONFIRMED),
                name="policy_localvalue_one_confirmed",
            ),
            models.UniqueConstraint(
                fields=("place", "parameter", "disease", "starts_on"),
                condition=Q(state=ValueState.ENTERED),
                name="policy_localvalue_one_entered",
            ),
        )
        indexes = (models.Index(fields=("path", "id"), name="policy_localvalue_path"),)

    def __str__(self) -> str:
        return f"{self.label} {self.text}"

    def get_absolute_url(self) -> str:
        return reverse("policy:local-value", args=[self.pk])

    @property
    def rule(self) -> Parameter:
        """The parameter, as the catalogue describes it."""
        return catalogue.parameters()[self.parameter]

    @property
    def label(self) -> str:
        """What it is about, in words."""
        return noted(self.disease_name, self.rule.label) if self.rule.is_by_disease else self.rule.label

    @property
    def disease_name(self) -> str:
        """The disease of a price or of ICD-10 prefixes; empty for other values."""
        return catalogue.diseases()[self.disease].name if self.disease else ""

    @property
    def worth(self) -> Worth:
        """The number or the word."""
        return self.word if self.number is None else self.number.normalize() + 0

    @property
    def text(self) -> str:
        """The value in words."""
        return self.word if self.rule.is_by_disease else shown(self.worth, self.rule.unit)

    @property
    def is_price(self) -> bool:
        """Whether it is the price of a disease at a hospital."""
        return self.rule.is_price

    @property
    def tone(self) -> str:
        """How its state is shown: good, due, act or plain."""
        return {ValueState.CONFIRMED: "good", ValueState.ENTERED: "due", ValueState.RETURNED: "act"}.get(
            ValueState(self.state), "plain"
        )

    def as_value(self, code: str) -> Value:
        """The value as documents give them, at the place of this code."""
        return Value(code, self.starts_on, self.ends_on, self.worth, source_of(self.document_id), self.article)


def document_of(row: LocalDocument, code: str) -> Document:
    """A local document as the reviewed files describe theirs."""
    return Document(
        id=row.source,
        number=row.number or row.title,
        title=row.title,
        issuer=row.note,
        place=code,
        issued_on=row.issued_on,
        starts_on=row.issued_on or row.entered_at.date(),
        ends_on=None,
    )
