"""The languages other than English: app/translations/CODE/LC_MESSAGES/messages.po, and the .mo made of it.

`python -m tests.support.translations` brings each up to date: new texts come in empty, old ones go. `--check`
changes nothing and names what is missing, stale or does not fit its English: a translation keeps the
placeholders, the tags, the white space at its ends and the mark at its end.
"""

import argparse
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.domain.codes import LANGUAGES
from tests.support.catalogue import TEMPLATE, catalogue

TRANSLATED: Final = LANGUAGES[1:]
HEADER: Final = """\
# Texts of the headache screening. `make messages` adds new texts, empty, and takes out old ones.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""
_NO_TIME: Final = datetime(2000, 1, 1, tzinfo=UTC)
_PLACEHOLDER: Final = re.compile(r"%\(\w+\)[sd]|%%")
_TAG: Final = re.compile(r"</?[a-z]+[^>]*>")


def source(language: str) -> Path:
    return TEMPLATE.parent / language / "LC_MESSAGES" / "messages.po"


def compiled(language: str) -> Path:
    return source(language).with_suffix(".mo")


def kept(language: str) -> Catalog:
    """The translations as they are committed; none where there is no file yet."""
    path = source(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def up_to_date(language: str) -> Catalog:
    """The texts of now with the translations that are kept."""
    catalog, before = Catalog(locale=language), kept(language)
    for message in _texts(catalogue()):
        old = before.get(_key(message), message.context)
        string = old.string if old is not None else ""
        catalog.add(
            message.id,
            string,
            message.locations,
            auto_comments=message.auto_comments,
            context=message.context,
        )
    return catalog


def _texts(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def as_po(language: str, catalog: Catalog) -> str:
    written = io.BytesIO()
    write_po(written, catalog, width=100, omit_header=True, sort_output=True, include_lineno=False)
    head = HEADER.format(language=language, plurals=catalog.plural_forms)
    return head + written.getvalue().decode().strip() + "\n"


def as_mo(catalog: Catalog) -> bytes:
    """What the product reads. Its time is always the same, so that it changes only with the texts."""
    written = io.BytesIO()
    plain = Catalog(locale=catalog.locale, creation_date=_NO_TIME, revision_date=_NO_TIME)
    for message in _texts(catalog):
        plain.add(message.id, message.string, context=message.context)
    write_mo(written, plain)
    return written.getvalue()


# --- what is wrong --------------------------------------------------------------------------------


def faults(language: str) -> Iterator[str]:
    """Everything to mend in the files of a language, in words."""
    catalog = up_to_date(language)
    if not source(language).exists() or source(language).read_text("utf-8") != as_po(language, catalog):
        yield "it does not have the texts of now; run: make messages"
    elif not compiled(language).exists() or compiled(language).read_bytes() != as_mo(catalog):
        yield "the .mo is not made of the .po; run: make messages"
    for message in _texts(catalog):
        yield from _faults_of(message)


def _faults_of(message: Message) -> Iterator[str]:
    if isinstance(message.id, str):
        pairs = [(message.id, str(message.string))]
    else:
        one, many = message.id[0], message.id[-1]
        strings = list(message.string) if isinstance(message.string, tuple) else [""]
        # A singular may say "one" where the English plural has the number.
        pairs = [(many if _marks(one) != _marks(many) else one, strings[0])][: _marks(one) == _marks(many)]
        pairs += [(many, each) for each in strings[1:] or [""]]
    for english, translated in pairs:
        fault = fault_of(english, translated)
        if fault:
            yield f"{fault}: {english!r} → {translated!r}"


def _marks(text: str) -> Counter[str]:
    return Counter(_PLACEHOLDER.findall(text) + _TAG.findall(text))


def fault_of(english: str, translated: str) -> str:
    """What is wrong with a translation; empty when nothing is."""
    if not translated.strip():
        return "not translated"
    if _marks(english) != _marks(translated):
        return "another set of placeholders or tags"
    if _ends(english) != _ends(translated):
        return "other white space or another mark at an end"
    return ""


def _ends(text: str) -> tuple[bool, bool, str]:
    last = text.rstrip()[-1:]
    return text[:1].isspace(), text[-1:].isspace(), last if last in ".:" else ""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.translations", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when something is wrong")
    is_check = parser.parse_args(arguments).check
    for language in () if is_check else TRANSLATED:
        catalog = up_to_date(language)
        source(language).parent.mkdir(parents=True, exist_ok=True)
        source(language).write_text(as_po(language, catalog), "utf-8")
        compiled(language).write_bytes(as_mo(catalog))
        print(f"Wrote {source(language).name} and .mo of {language}.")
    found = [f"{language}: {fault}" for language in TRANSLATED for fault in faults(language)]
    print("\n".join(found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
