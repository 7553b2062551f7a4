"""What every page's frame shows."""

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, object]:
    """The places of the portal that this user's duties open."""
    return {"navigation": []}
