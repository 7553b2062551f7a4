"""Files that come and go, and the batches that a file becomes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from healthaid.core.fields import CodeField
from healthaid.core.vault import new_seal_id
from healthaid.exchange.enums import BatchState


class StoredFile(models.Model):
    """A file kept sealed in the database, in pieces, so that several web servers need no shared disk."""

    scope_exempt = "a file is handed out only through the batch, job or report that owns it"

    name = models.CharField(_("文件名"), max_length=200)
    content_type = models.CharField(max_length=100, default="application/octet-stream")
    size = models.PositiveBigIntegerField(_("大小"), default=0)  # bytes in clear
    seal_id = models.CharField(max_length=16, default=new_seal_id, editable=False)
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("文件")


class FilePiece(models.Model):
    """A sealed piece of at most one mebibyte in clear."""

    scope_exempt = "reached only through its file"

    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        ordering = ("file", "number")
        constraints = (models.UniqueConstraint(fields=("file", "number"), name="exchange_filepiece_once"),)


class ImportBatch(models.Model):
    """One uploaded sheet on its way: checked, confirmed by a person, applied whole or not at all."""

    scope_exempt = "a batch is seen by who uploaded it while `reach` holds; it is applied under the postings of the day"

    kind = CodeField(_("表"), max_length=40)
    state = models.CharField(_("状态"), max_length=12, choices=BatchState, default=BatchState.UPLOADED)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="import_batches", verbose_name=_("上传人")
    )
    reach = models.JSONField(default=dict, editable=False)  # {ability: path prefixes} of the uploader on that day
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", verbose_name=_("文件"))
    staged = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")  # the checked columns
    error_file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    listing = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")  # every row's state, masked
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+")
    row_count = models.PositiveIntegerField(_("行数"), default=0)
    new_count = models.PositiveIntegerField(_("新增"), default=0)
    changed_count = models.PositiveIntegerField(_("变更"), default=0)
    unchanged_count = models.PositiveIntegerField(_("未变"), default=0)
    error_count = models.PositiveIntegerField(_("错误行"), default=0)
    problem_count = models.PositiveIntegerField(_("问题"), default=0)
    unused_columns = models.JSONField(_("未使用的列"), default=list)  # headers of the file that mean no column
    message = models.TextField(_("说明"), default="")
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    applied_at = models.DateTimeField(_("导入时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导入批次")
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="exchange_batch_state_known"),
        )
        indexes = (models.Index(fields=("uploaded_by", "-id"), name="exchange_batch_of_user"),)


class Problem(models.Model):
    """One bad cell: where it stands in the file, what it says (no whole number), what is wrong, what to do."""

    scope_exempt = "reached only through its batch"

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="problems")
    sheet = models.CharField(_("工作表"), max_length=100)
    row = models.PositiveIntegerField(_("行号"))  # as the spreadsheet numbers it
    letter = models.CharField(_("列"), max_length=3, default="")  # as the spreadsheet names it; none: not in the file
    column = models.CharField(_("列名"), max_length=200)
    value = models.CharField(_("原值"), max_length=200)
    reason = models.CharField(_("问题"), max_length=300)
    suggestion = models.CharField(_("建议"), max_length=300, default="")
    is_warning = models.BooleanField(_("提示"), default=False)  # told, but the row is taken

    class Meta:
        verbose_name = verbose_name_plural = _("问题")
        ordering = ("batch", "row", "pk")
        indexes = (models.Index(fields=("batch", "row"), name="exchange_problem_of_batch"),)

    @property
    def cell_name(self) -> str:
        """The column as the spreadsheet shows it: D列「证件号码」."""
        if not self.letter:
            return self.column
        return gettext("%(letter)s列「%(header)s」") % {"letter": self.letter, "header": self.column}


class AppliedRow(models.Model):
    """A row that a batch wrote, its version after, and sealed, what stood there before: what taking back needs."""

    scope_exempt = "reached only through its batch"

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="applied_rows")
    model = CodeField(max_length=50)  # "patients.person"
    row_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    before = models.TextField(default="")  # sealed JSON of the columns; empty for a new row

    class Meta:
        ordering = ("batch", "pk")
