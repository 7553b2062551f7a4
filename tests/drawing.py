"""Pages that are asked for what they are made from, and not drawn."""

from contextlib import contextmanager

import pytest
from django.template.backends.django import Template

DRAWN = Template.render


def reason(template, context=None, request=None):
    """What is drawn of any template meanwhile; badges as ever, for they are remembered."""
    if template.template.name == "components/badge.html":
        return DRAWN(template, context, request)
    return (context or {}).get("reason", "")


@contextmanager
def undrawn():
    """Of pages only the words of a refusal, where status, headers and context tell enough."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "render", reason)
        yield
