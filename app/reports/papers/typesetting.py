"""Setting a paper as PDF: plain values go in as JSON, so that no text can become markup.

Nothing is written, and once the templates are read nothing is opened: a paper holds what a clinician typed
for it alone. Only for letters that the fonts of the typesetter lack (Chinese, Japanese, Korean, Thai, emoji)
are the fonts of the system read.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from flask_babel import get_locale, to_user_timezone

from app.reports.papers.words import BOXES

if TYPE_CHECKING:
    from typst import Fonts

_TEMPLATES: Final = Path(__file__).parent / "templates"
_UNKNOWN_CHARACTER: Final = "\ufffd"
_JOINERS: Final = "\u200c\u200d"  # Persian, Indian scripts and emoji are spelled with them
_SOFT_BREAK: Final = "\u200b"
# An address has places to break of its own.
_LONG_RUN: Final = re.compile(r"(?<!\S)(?!https://)\S{20,}")


class Paper(StrEnum):
    """The size of a sheet, by the name that the typesetter has for it."""

    A4 = "a4"
    LETTER = "us-letter"


class PaperKind(StrEnum):
    """Which paper; it also names the template and the file."""

    SUMMARY = "summary"
    EVIDENCE = "evidence"
    PATIENT = "patient"
    POSTER = "poster"
    DIARY_SHEET = "diary_sheet"


def file_name(kind: PaperKind, received_at: datetime) -> str:
    """The name of the file: plain ASCII, with the day of the screening and nothing that tells whose it is."""
    return f"headache-{kind.value}-{to_user_timezone(received_at).date().isoformat()}.pdf"


def _plain_character(character: str) -> str:
    match unicodedata.category(character):
        case "Cc":
            return character if character == "\n" else " "
        case "Zl" | "Zp":
            return "\n"
        case "Cs" | "Co" | "Cn":
            return _UNKNOWN_CHARACTER
        case "Cf":  # unseen marks; some turn the order of the letters that follow
            return character if character in _JOINERS else ""
    return character


def plain_text(text: Any) -> str:
    """A text without control characters and unseen marks; its lines stay, spaces around it go."""
    printable = "".join(map(_plain_character, str(text).replace("\r\n", "\n")))
    return unicodedata.normalize("NFC", printable).strip()


def _breakable(run: re.Match[str]) -> str:
    """A long run of letters that may break before each of them; marks stay with the letter they belong to."""
    broken = run[0][0]
    for character in run[0][1:]:
        is_bound = (
            unicodedata.category(character)[0] == "M" or character in _JOINERS or broken[-1] in _JOINERS
        )
        broken += character if is_bound else _SOFT_BREAK + character
    return broken


def plain_values(value: Any) -> Any:
    """Values for JSON with every text in them plain; lazy words become text of the current language."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {name: plain_values(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain_values(each) for each in value]
    return _LONG_RUN.sub(_breakable, plain_text(value))


@cache
def _source(kind: PaperKind) -> bytes:
    """The shared part and the template as one text, so that nothing has to be read while setting."""
    names = ("common", kind.value)
    return b"\n".join((_TEMPLATES / f"{name}.typ").read_bytes() for name in names)


@cache
def _fonts(with_system_fonts: bool) -> "Fonts":
    from typst import Fonts

    return Fonts(include_system_fonts=with_system_fonts)


def set_paper(kind: PaperKind, paper: Paper, values: Mapping[str, Any], now: datetime) -> bytes:
    """A PDF with tags, title and language; `now` stands in it as the time it was made.

    PDF/UA allows no letter without a glyph: a paper with one that no font has says so and does not claim it.

    Raises:
        typst.TypstError: the template does not fit the values.
    """
    from typst import TypstError

    locale = get_locale()
    whole = {**values, "paper": paper, "language": locale.language if locale else "en", "boxes": ""}
    for with_system_fonts in (False, True):
        with suppress(TypstError):
            return _compiled(kind, whole, now, with_system_fonts=with_system_fonts, is_universal=True)
    boxed = {**whole, "boxes": BOXES}
    return _compiled(kind, boxed, now, with_system_fonts=True, is_universal=False)


def _compiled(
    kind: PaperKind, values: Mapping[str, Any], now: datetime, *, with_system_fonts: bool, is_universal: bool
) -> bytes:
    import typst

    return typst.compile(
        _source(kind),
        font_paths=_fonts(with_system_fonts),
        sys_inputs={"values": json.dumps(plain_values(values))},
        format="pdf",
        pdf_standards="ua-1" if is_universal else None,
        timestamp=now.astimezone(UTC).replace(microsecond=0),  # it takes whole seconds only
    )
