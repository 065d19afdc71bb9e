"""A real spreadsheet program for the tests: finding it, opening a file in it, and what it then shows.

LibreOffice opens the file without a window and writes it out again: as flat XML, in which a formula, a
number and a text are told apart, and as CSV, which keeps every character. Also the texts to try it with.
"""

import csv
import os
import shutil
import subprocess
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

PROGRAMS: Final = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
# Of the CSV filter: separator, quote, UTF-8, first row, columns as they look, any language, quotes make no
# text, numbers and dates are recognised, three only for writing, sheet, formulas are run.
_MOST_CREDULOUS: Final = (
    "Text - txt - csv (StarCalc):{separator},34,76,1,,0,false,true,false,false,false,0,true"
)
# Every text in quotes, values and not what they look like.
_AS_CSV: Final = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false"

_FORMULAS: Final = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://127.0.0.1/","open")',
    '=WEBSERVICE("http://127.0.0.1/")',
    '=DDE("soffice";"/etc/passwd";"a1")',
    '+1+cmd|" /C calc"!A0',
    "-1+1",
    "-5",
    "@SUM(1+1)",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1+1)",
)
_BEFORE: Final = (
    *("", " ", "  ", "\t", "\n", "\r", "\r\n", "\x00", "\x0b", "\u00a0", "\u200b", "\u202e", "\ufeff"),
    *('"', "'", '""', "'\"", "a;", "a,", "a\n", "a\r", "a\t", 'a;"', "a; '", 'a"\n', "<r>", "]]>", "\ud83d"),
)
_AFTER: Final = ("", '"', ";=1+1", "\n=1+1 😀", " שלום עליכם")
HOSTILE_TEXTS: Final = (
    *("".join(parts) for parts in product(_BEFORE, _FORMULAS, _AFTER)),
    '<r><t>a</t></r></is></c><c r="A2"><f>1+1</f></c><c r="B2" t="inlineStr"><is><r><t>b</t></r>',
    "<f>1+1</f>",
    "_x003D_1+1",
    "_x000D_=1+1",
    "&#61;1+1",
    "\u200fمرحبا\u202c 🤕 𝟙",
    "\ufdd0\uffff\udc00",
    "a" * 40_000,
    "🤕" * 20_000,
)


@dataclass(frozen=True)
class Seen:
    """A cell as the program sees it: string, float, date, boolean or empty, and the formula behind it."""

    kind: str
    formula: str | None


def soffice_path() -> str | None:
    """The program named by SOFFICE, else the first known one that is installed."""
    named = os.environ.get("SOFFICE")
    if named:
        return shutil.which(named)
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


def cells_of(file: Path, folder: Path, *, separator: str = ",") -> list[list[Seen]]:
    """The rows of a CSV or XLSX file as the program has them, a CSV with that separator.

    `folder` takes the program's own profile and what it writes.
    """
    table = next(ElementTree.parse(_converted(file, folder, separator, "fods")).iter(f"{_TABLE}table"))  # noqa: S314
    return [cells for row in table.iter(f"{_TABLE}table-row") if (cells := _row(row))]


def texts_of(file: Path, folder: Path) -> list[list[str]]:
    """What stands in the cells of a CSV or XLSX file, as the program writes it out as CSV again."""
    written = _converted(file, folder, ",", _AS_CSV)
    with written.open(encoding="utf-8", newline="") as source:
        return list(csv.reader(source))


def _converted(file: Path, folder: Path, separator: str, target: str) -> Path:
    program = soffice_path()
    if program is None:
        raise RuntimeError("No LibreOffice was found; name one with SOFFICE=/path/to/soffice.")
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    if file.suffix == ".csv":
        command.append(f"--infilter={_MOST_CREDULOUS.format(separator=ord(separator))}")
    made = folder / "made"
    command += ["--convert-to", target, "--outdir", str(made), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return made / f"{file.stem}.{target.partition(':')[0]}"


def _row(row: ElementTree.Element) -> list[Seen]:
    """The cells of a row up to the last that is not empty."""
    cells: list[Seen] = []
    for cell in row.iter(f"{_TABLE}table-cell"):
        seen = Seen(cell.get(f"{_OFFICE}value-type", "empty"), cell.get(f"{_TABLE}formula"))
        cells.extend([seen] * min(int(cell.get(f"{_TABLE}number-columns-repeated", "1")), 1000))
    while cells and cells[-1].kind == "empty":
        cells.pop()
    return cells
