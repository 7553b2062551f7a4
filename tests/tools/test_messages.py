import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import messages


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A project of its own, with the given files and an empty catalogue."""
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "CATALOGUE", tmp_path / "django.po")
    paths = []
    monkeypatch.setattr(messages, "files", lambda: paths)

    def write(**texts):
        for name, text in texts.items():
            path = tmp_path / name.replace("_", ".")
            path.write_text(text, encoding="utf-8")
            if path not in paths:
                paths.append(path)

    return write


def translate(**translations):
    """Write the catalogue with these translations."""
    messages.update()
    text = messages.CATALOGUE.read_text(encoding="utf-8")
    for source, translation in translations.items():
        text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{translation}"')
    messages.CATALOGUE.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a_py", 'label = _("户")', {(None, "户")}),
        ("a_py", 'label = _now("户")', {(None, "户")}),
        ("a_py", 'label = gettext_lazy("户" "主")', {(None, "户主")}),
        ("a_py", 'label = pgettext("人", "户")', {("人", "户")}),
        ("a_py", 'label = ngettext("%(n)s户", "%(n)s 户", n)', {(None, "%(n)s户")}),
        ("a_py", "label = _(name)", set()),
        ("a_html", '<p>{% translate "户" %}</p>', {(None, "户")}),
        ("a_html", '{% translate "100%" %}', {(None, "100%%")}),
        ("a_html", '{% include "x.html" with text=_("户") only %}', {(None, "户")}),
        ("a_html", "{{ _('户')|safe }}it's", {(None, "户")}),
        ("a_html", "{% blocktranslate trimmed %}\n  共 {{ n }} 户\n{% endblocktranslate %}", {(None, "共 %(n)s 户")}),
        (
            "a_html",
            "{% blocktranslate count n=n %}{{ n }}户{% plural %}{{ n }} 户{% endblocktranslate %}",
            {(None, "%(n)s户")},
        ),
        ("a_html", "{# 户 #}{% comment %}户{% endcomment %}户", set()),
    ],
)
def test_messages_are_found_in_python_and_templates(sources, name, text, found):
    sources(**{name: text})

    assert messages.identities(messages.extracted()) == found


def test_complete_catalogue_has_no_fault(sources):
    sources(a_py='_("户"); _("人")')

    translate(户="household", 人="person")

    assert list(messages.faults()) == []


def test_each_gap_of_the_catalogue_is_named(sources):
    sources(a_py='_("户"); _("人"); _("%(n)s村")')
    translate(户="household", **{"%(n)s村": "%(m)s villages"})

    sources(a_py='_("户"); _("%(n)s村"); _("乡")')

    faults = sorted(messages.faults())
    assert faults[:-1] == ["no longer in the sources: '人'", "not in the catalogue: '乡'", "not translated: '人'"]
    assert faults[-1].endswith("'%(n)s村'")


def test_update_keeps_translations_and_drops_what_is_gone(sources):
    sources(a_py='_("户"); _("人")')
    translate(户="household", 人="person")

    sources(a_py='_("户"); _("乡")')
    messages.update()

    assert {m.id: m.string for m in messages.stored() if m.id} == {"户": "household", "乡": ""}
