"""Setting forms as PDF, with fonts that come with the installation."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

HERE = Path(__file__).parent


def one_stop_forms(contents: Sequence[Any]) -> bytes:
    """The contents of issued forms as one PDF, each form on a page of its own."""
    return typst.compile(
        str(HERE / "onestop.typ"),
        root=str(HERE),
        font_paths=[_fonts()],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(list(contents), ensure_ascii=False)},
    )


@cache
def _fonts() -> str:
    return str(Path(pylopdf_fonts_zh_cn.__file__).parent)
