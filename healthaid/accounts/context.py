"""What every page's frame shows."""

from django.http import HttpRequest
from django.urls import reverse

from healthaid.accounts.navigation import destinations_of


def navigation(request: HttpRequest) -> dict[str, object]:
    """The parts of the portal that this user's duties open: {name, url, label, icon, active}."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    here = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "navigation": [
            {
                "name": one.name,
                "url": reverse(one.name),
                "label": one.label,
                "icon": one.icon,
                "active": here.startswith(one.pages),
            }
            for one in destinations_of(user)
        ]
    }
