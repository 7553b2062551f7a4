"""How often one client address may try something in a while; each web process counts for itself."""

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Throttle:
    """At most so many tries in a window of seconds, which begins with the first of them."""

    name: str
    most: int
    seconds: int

    def is_closed(self, request: HttpRequest) -> bool:
        """Whether the address has used up its tries."""
        return cache.get(self._key(request), 0) >= self.most

    def count(self, request: HttpRequest) -> None:
        """One more try."""
        if not cache.add(self._key(request), 1, self.seconds):
            cache.incr(self._key(request))

    def _key(self, request: HttpRequest) -> str:
        return f"throttle:{self.name}:{request.META.get('REMOTE_ADDR', '')}"
