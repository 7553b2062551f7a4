import re
from pathlib import Path

from django.conf import settings

from tools import assets

WRITTEN = re.compile(r"\bbi bi-([a-z0-9-]+)\"")


def test_every_icon_of_the_templates_is_drawn(monkeypatch, tmp_path):
    monkeypatch.setattr(assets, "ICONS", tmp_path / "icons.css")
    templates = (Path(settings.BASE_DIR) / "templates").rglob("*.html")
    written = {name for path in templates for name in WRITTEN.findall(path.read_text(encoding="utf-8"))}

    assets.draw_icons()

    drawn = set(re.findall(r"^\.bi-([a-z0-9-]+)\{--icon:url", (tmp_path / "icons.css").read_text(), flags=re.MULTILINE))
    assert len(written) > 40
    assert written <= drawn


def test_no_template_puts_the_name_of_an_icon_together_from_pieces():
    templates = (Path(settings.BASE_DIR) / "templates").rglob("*.html")
    pieced = [path.name for path in templates if re.search(r"\bbi-[a-z0-9-]+\{", path.read_text(encoding="utf-8"))]

    assert pieced == []
