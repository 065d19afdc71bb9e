"""The check of the translations finds what it is there to find."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog

from app.domain.codes import LANGUAGES
from tests.support.translations import TRANSLATED, as_mo, fault_of, faults, kept, up_to_date


def test_every_language_is_whole_and_current() -> None:
    assert LANGUAGES[0] == "en"
    assert TRANSLATED
    for language in TRANSLATED:
        assert list(faults(language)) == []
        assert len(as_mo(up_to_date(language))) > 100_000


@pytest.mark.parametrize(
    ("english", "translated", "fault"),
    [
        ("Hello.", "Hola.", ""),
        ("Hello.", "", "not translated"),
        ("Hello.", " ", "not translated"),
        ("Hello.", "Hola", "other white space or another mark at an end"),
        ("Such as:", "Como.", "other white space or another mark at an end"),
        (" and ", " y ", ""),
        (" and ", "y", "other white space or another mark at an end"),
        ("%(num)s days", "%(num)s días", ""),
        ("%(num)s days", "días", "another set of placeholders or tags"),
        ("%(num)s days", "%(name)s días", "another set of placeholders or tags"),
        ("%(num)s %%", "%(num)s %%", ""),
        ("%(num)s %%", "%(num)s", "another set of placeholders or tags"),
        ("<strong>no</strong>", "<strong>no</strong>", ""),
        ("<strong>no</strong>", "no", "another set of placeholders or tags"),
        ("<strong>no</strong>", "<em>no</em>", "another set of placeholders or tags"),
    ],
)
def test_a_translation_that_does_not_fit_is_named(english: str, translated: str, fault: str) -> None:
    assert fault_of(english, translated) == fault


# As in English: no "please", no "invalid", nothing approved or eligible, nobody told that they do not have
# it; and people are addressed as "usted" throughout.
BANNED = {
    "es": r"\bpor favor\b|inválid|\busted no (tiene|padece)\b|\btú\b|\btus?\b|\bte\b"
    r"|elegible|\baprobad|no presente"
}


def test_each_language_has_its_words_that_are_never_used() -> None:
    assert set(BANNED) == set(TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_says_what_the_product_never_says(language: str) -> None:
    banned = re.compile(BANNED[language], re.IGNORECASE)
    found = [text for text in texts_of(kept(language)) if banned.search(text)]
    assert not found


def texts_of(catalog: Catalog) -> Iterator[str]:
    for message in catalog:
        if message.id:
            yield from (message.string,) if isinstance(message.string, str) else message.string or ()
