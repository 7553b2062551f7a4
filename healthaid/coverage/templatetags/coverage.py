"""What templates of this room show beside their own row."""

from typing import Any

from django import template

from healthaid.coverage.sections import sections_of

register = template.Library()


@register.inclusion_tag("coverage/_sections.html", takes_context=True)
def coverage_sections(context: dict[str, Any]) -> dict[str, Any]:
    """The sub-navigation of the room, with the section of this page marked."""
    request = context["request"]
    here = request.resolver_match.view_name if request.resolver_match else ""
    return {
        "sections": [(section, here.startswith(section.pages)) for section in sections_of(request.user)],
        "is_home": here == "coverage:home",
    }
