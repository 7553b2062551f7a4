"""How often one client address may try something in a while, whichever web process answers."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from healthaid.core.models import Tries


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most so many tries in a window of seconds, which begins with the first of them."""

    name: str
    most: int
    seconds: int

    def is_closed(self, request: HttpRequest) -> bool:
        """Whether the address has used up its tries."""
        since = timezone.now() - timedelta(seconds=self.seconds)
        own = Tries.objects.filter(name=self.name, address=_address(request), began_at__gt=since)
        return own.filter(number__gte=self.most).exists()

    def count(self, request: HttpRequest) -> None:
        """One more try; windows that are over are taken away."""
        now = timezone.now()
        Tries.objects.filter(name=self.name, began_at__lte=now - timedelta(seconds=self.seconds)).delete()
        own, _is_new = Tries.objects.get_or_create(
            name=self.name, address=_address(request), defaults={"began_at": now}
        )
        Tries.objects.filter(pk=own.pk).update(number=F("number") + 1)


def _address(request: HttpRequest) -> str:
    return request.META.get("REMOTE_ADDR", "")
