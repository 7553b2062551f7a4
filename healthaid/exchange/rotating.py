"""What this room seals besides model attributes, for key rotation: pieces of files, and rows as they were."""

import json

from django.apps import apps
from django.db import models, transaction
from django.db.models import BinaryField, QuerySet
from django.db.models.functions import Substr

from healthaid.core.rotation import older, resealed, sealed_of
from healthaid.core.vault import vault
from healthaid.exchange.applying import IMAGE_CONTEXT
from healthaid.exchange.files import reseal
from healthaid.exchange.models import AppliedRow, FilePiece


class Pieces:
    """The pieces of stored files."""

    name = "exchange.filepiece"

    def left(self) -> int:
        return self._old().count()

    @transaction.atomic
    def reseal(self, limit: int) -> int:  # noqa: ARG002 -- a file at a time, as it is opened and sealed whole
        piece = self._old().order_by("pk").select_related("file").first()
        if piece is None:
            return 0
        reseal(piece.file)
        return piece.file.pieces.count()

    def _old(self) -> QuerySet[FilePiece]:
        mark = f"{vault().current}:".encode()
        start = Substr("sealed", 1, len(mark), output_field=BinaryField())
        return FilePiece.objects.annotate(key=start).exclude(key=mark)


class Images:
    """Rows as they stood before a batch; the sealed columns inside an image are sealed values too."""

    name = "exchange.appliedrow"

    def left(self) -> int:
        return self._old().count()

    @transaction.atomic
    def reseal(self, limit: int) -> int:
        rows = list(self._old().select_for_update().order_by("pk")[:limit])
        for row in rows:
            context = f"{IMAGE_CONTEXT}{row.batch_id}:{row.model}:{row.row_id}"
            image = json.loads(vault().open(row.before, context))
            _reseal_inside(image, apps.get_model(row.model), row.row_id)
            row.before = vault().seal(json.dumps(image, ensure_ascii=False), context)
            row.save(update_fields=("before",))
        return len(rows)

    def _old(self) -> QuerySet[AppliedRow]:
        return older(AppliedRow.objects.all(), "before")


def _reseal_inside(image: dict[str, str | None], model: type[models.Model], pk: int) -> None:
    for attribute in sealed_of(model):
        if sealed := image.get(attribute.column):
            seal_id = image.get("seal_id") or model._base_manager.values_list("seal_id", flat=True).get(pk=pk)  # noqa: SLF001
            image[attribute.column] = resealed(sealed, attribute.context_of(model._meta.db_table, seal_id))  # noqa: SLF001
