"""The check of the translations finds what it is there to find."""

import pytest

from app.domain.codes import LANGUAGES
from tests.support.translations import TRANSLATED, as_mo, fault_of, faults, up_to_date


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
