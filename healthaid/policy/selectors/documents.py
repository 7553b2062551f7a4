"""Documents, reviewed ones and those that regions entered."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from healthaid.accounts.models import User
from healthaid.policy import catalogue, domain
from healthaid.policy.domain import Document, Parameter, Value
from healthaid.policy.models import LOCAL, LocalDocument, LocalValue, document_of
from healthaid.policy.selectors.values import PUBLIC
from healthaid.regions.enums import CodeSystem
from healthaid.regions.models import Place, PlaceCode


def articles_of(document: Document) -> dict[str, list[tuple[Parameter, Value]]]:
    """What rests on a reviewed document, by article in the order in which the document numbers them."""
    rows: dict[str, list[tuple[Parameter, Value]]] = defaultdict(list)
    for parameter in catalogue.parameters().values():
        for value in parameter.values:
            if value.source == document.id:
                for article in value.article.split(", "):
                    rows[article].append((parameter, value))
    return dict(sorted(rows.items(), key=lambda item: domain.article_order(item[0])))


def documents_named(sources: Iterable[str]) -> dict[str, Document]:
    """The documents of these ids, reviewed or local; a query only where local ones are asked for."""
    asked = set(sources)
    found = {key: document for key, document in catalogue.documents().items() if key in asked}
    local = [int(source.removeprefix(LOCAL)) for source in asked if source.startswith(LOCAL)]
    if local:
        codes = PlaceCode.objects.filter(place=OuterRef("place"), system=CodeSystem.STATISTICS).order_by("pk")
        rows = LocalDocument.objects.filter(pk__in=local).annotate(code=Subquery(codes.values("code")[:1]))
        found |= {row.source: document_of(row, row.code) for row in rows}
    return found


def documents_readable(user: User) -> QuerySet[LocalDocument]:
    """Documents on which something public rests, and those of the user's places."""
    public = LocalValue.objects.filter(document=OuterRef("pk"), state__in=PUBLIC)
    rows = LocalDocument.objects.filter(Exists(public)) | LocalDocument.objects.visible_to(user)
    return rows.select_related("place", "entered_by")


def document_for_page(user: User, pk: int) -> LocalDocument:
    """One local document. Raises DoesNotExist."""
    return documents_readable(user).get(pk=pk)


def documents_of(user: User, place: Place) -> list[LocalDocument]:
    """The place's own documents, newest first."""
    return list(documents_readable(user).filter(place=place))


def is_in_use(document: LocalDocument) -> bool:
    """Whether something that counts or counted rests on the document."""
    return document.values.filter(state__in=PUBLIC).exists()


def documents_at_places(ids: Collection[int]) -> list[LocalDocument]:
    """The local documents of these places."""
    return list(LocalDocument.objects.filter(place__in=ids))
