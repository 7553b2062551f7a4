"""An uploaded sheet as columns of text; scanned and parsed in a limited child process, never in this one."""

import io
import json
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from healthaid.exchange.parsing.layout import column_name

CHILD = Path(__file__).with_name("parsing")
MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 60
WALL_SECONDS = 180

MESSAGES: dict[str, str | Promise] = {
    "empty": gettext_lazy("文件是空的。请选择填好的文件，再上传。"),
    "virus": gettext_lazy(
        "文件含有病毒特征码，已拒绝。请先用杀毒软件检查这台电脑和文件，再把内容复制到下载的模板里上传。"
    ),
    "web_page": gettext_lazy(
        "这是网页或XML格式的文件（只是扩展名为xls）。请用Excel或WPS打开后“另存为”.xlsx工作簿，再上传。"
    ),
    "not_a_sheet": gettext_lazy("这不是Excel工作簿或CSV文本文件。请用Excel或WPS“另存为”.xlsx工作簿，再上传。"),
    "password": gettext_lazy("文件设有打开密码。请去掉密码后保存，再上传。"),
    "macros": gettext_lazy("文件含有宏。请“另存为”不含宏的.xlsx工作簿，再上传。"),
    "external": gettext_lazy("文件引用了其他工作簿。请把引用的单元格“选择性粘贴”为数值后保存，再上传。"),
    "embedded": gettext_lazy("文件嵌有其他对象（文档或控件）。请删除后保存，再上传。"),
    "corrupt": gettext_lazy("文件已损坏或不完整。请用Excel或WPS打开后重新保存，再上传。"),
    "too_many_parts": gettext_lazy("文件内部有%(count)s个部件，不是正常的表格。请把内容复制到下载的模板里，再上传。"),
    "bomb": gettext_lazy("文件解压后过大，不是正常的表格，已拒绝。请把内容复制到下载的模板里，再上传。"),
    "bad_path": gettext_lazy("文件内部的路径不正常，已拒绝。请把内容复制到下载的模板里，再上传。"),
    "dtd": gettext_lazy("文件内部含有不允许的XML声明，已拒绝。请把内容复制到下载的模板里，再上传。"),
    "too_wide": gettext_lazy("表格至少有%(count)s列，最多%(limit)s列。请删除右侧多余的列，再上传。"),
    "too_many_rows": gettext_lazy("表格超过%(limit)s行。请删除下方多余的行，或分成几个文件上传。"),
    "too_many_cells": gettext_lazy("表格的单元格过多。请分成几个文件上传。"),
    "long_text": gettext_lazy("有单元格的文字超过%(limit)s个字符。请缩短后再上传。"),
    "too_big": gettext_lazy("表格过大，读取时超出内存限制。请删除多余的行列，或分成几个文件上传。"),
    "too_slow": gettext_lazy("读取文件用时过长，已停止。请删除多余的行列和格式，或分成几个文件上传。"),
    "encoding": gettext_lazy("文本文件的编码无法识别。请保存为UTF-8或GB18030（ANSI）编码，再上传。"),
    "no_header": gettext_lazy(
        "在工作表“%(sheets)s”的前10行里没有找到表头（至少要有3个已知的列名）。请使用下载的模板。"
    ),
    "two_sheets": gettext_lazy(
        "工作表“%(sheets)s”都有表头和数据行，一次只能导入一张。请合并成一张，或分成几个文件上传；不导入的请隐藏或删除。"
    ),
    "no_results": gettext_lazy(
        "工作表“%(sheet)s”的%(cell)s等%(count)s个单元格是公式，文件里没有保存计算结果。"
        "请用Excel或WPS打开后保存，或把公式“选择性粘贴”为数值，再上传。"
    ),
    "no_rows": gettext_lazy("工作表“%(sheet)s”只有表头，没有数据行。请在表头下面填写后再上传。"),
    "too_large": gettext_lazy("文件大于%(limit)sMB。请删除不需要的行列和图片，或分成几个文件上传。"),
}


class Unreadable(Exception):  # noqa: N818 -- says what the file is
    """The file cannot be taken; the text says why and what to do, for the person who uploaded it."""


@dataclass(frozen=True, slots=True)
class RawSheet:
    """The rows of data of one sheet, every cell as text, under a header whose labels were recognised.

    `frame` has "row" (Int64, as the spreadsheet numbers it) and "c0", "c1", … (String, null where blank), one for each
    column of the file in its order. A number of more than 15 digits, which a spreadsheet has already rounded, reads as
    "5.33103199001011E+17"; an error cell as its code ("#REF!").
    """

    sheet: str
    header: dict[int, str]  # column index -> the header's text; of a header of two levels "group/field"
    columns: dict[int, int]  # index of the label asked for -> column index; labels not in the file are absent
    frame: pl.DataFrame
    head: tuple[tuple[str | None, ...], ...] = ()  # the rows from the first down to the header, for the error file
    hidden: tuple[int, ...] = ()  # rows of data that a spreadsheet does not show


def read_workbook(
    data: bytes,
    file_name: str,
    labels: Sequence[Sequence[str]],
    fill_down: Collection[int] = (),
    keys: Collection[int] = (),
) -> RawSheet:
    """Read the visible sheet that has data under at least three of the labels in its first ten rows; one only.

    Each entry of `labels` is a column's label and its synonyms; a label asked for twice takes the first and the second
    column of that name. `fill_down` names the entries whose merged cells count for every row they span, `keys` those
    whose numbers say whom or what a row is about.
    Raises Unreadable.
    """
    if len(data) > settings.UPLOAD_LIMIT_MB * 1024 * 1024:
        raise unreadable("too_large", {"limit": settings.UPLOAD_LIMIT_MB})
    request = {
        "labels": [list(names) for names in labels],
        "fill_down": list(fill_down),
        "keys": list(keys),
        "memory": MEMORY_BYTES,
        "seconds": CPU_SECONDS,
    }
    answer, rest = ask_child(json.dumps(request).encode() + b"\n" + data)
    if "refused" in answer:
        raise unreadable(answer["refused"], answer["params"], file_name)
    return RawSheet(
        sheet=answer["sheet"],
        header={int(at): text for at, text in answer["header"].items()},
        columns={int(label): at for label, at in answer["columns"].items()},
        frame=pl.concat([pl.read_ipc_stream(io.BytesIO(part)) for part in parts_of(rest)], rechunk=True),
        head=tuple(tuple(row) for row in answer["head"]),
        hidden=tuple(answer["hidden"]),
    )


def ask_child(request: bytes) -> tuple[dict[str, Any], memoryview]:
    """The child's answer to one request, and the bytes behind it. A child that died is an answer too."""
    try:
        child = run_child(request)
    except subprocess.TimeoutExpired:
        return {"refused": "too_slow", "params": {}}, memoryview(b"")
    line, _end, rest = child.stdout.partition(b"\n")
    if child.returncode:
        return {"refused": died(child.returncode, child.stderr), "params": {}}, memoryview(b"")
    return json.loads(line), memoryview(rest)


def run_child(request: bytes) -> subprocess.CompletedProcess[bytes]:
    """Run the child on one request to its end. Raises subprocess.TimeoutExpired."""
    return subprocess.run(  # noqa: S603 -- our own module, without a shell
        [sys.executable, "-I", str(CHILD)],
        input=request,
        capture_output=True,
        env={"LANG": "C.UTF-8"},  # no secrets of this process
        timeout=WALL_SECONDS,
        check=False,
    )


def died(code: int, errors: bytes) -> str:
    """Why the child died: the processor limit, the memory limit, or a file that its reader cannot bear."""
    if code in {-24, -9}:  # SIGXCPU, and the SIGKILL that follows it
        return "too_slow"
    return "too_big" if b"alloc" in errors.lower() or b"MemoryError" in errors else "corrupt"


def parts_of(rest: memoryview) -> Iterator[memoryview]:
    """The Arrow streams behind the answer, each behind its length."""
    while len(rest):
        length = int.from_bytes(rest[:8], "big")
        yield rest[8 : 8 + length]
        rest = rest[8 + length :]


def unreadable(code: str, params: dict[str, Any], file_name: str = "") -> Unreadable:
    """The refusal in words, with the file's name in front."""
    params = {name: "、".join(value) if isinstance(value, list) else value for name, value in params.items()}
    if code == "no_results":
        params["cell"] = f"{column_name(params['column'])}{params['row']}"
    text = str(MESSAGES[code]) % params
    return Unreadable(_("%(file)s：%(text)s") % {"file": file_name, "text": text} if file_name else text)
