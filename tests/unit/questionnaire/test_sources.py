"""The patient text cites known sources, all of them, and keeps to words that promise nothing."""

import re
from pathlib import Path
from typing import Final

import pytest

from app.questionnaire.sources import SOURCES, source_by_id, source_number
from app.questionnaire.steps import STEP_BY_SLUG, STEPS

TEMPLATES: Final = Path(__file__).parents[3] / "app" / "templates"
PATIENT_TEMPLATES: Final = sorted((TEMPLATES / "patient").rglob("*.html"))

CITATION: Final = re.compile(r"""\bcite\(\s*["']([^"']+)["']\s*\)""")
TRANSLATED_CALL: Final = re.compile(r"""\bn?gettext\(([^)]*)\)|\b_\(([^)]*)\)""")
KEBAB_CASE: Final = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")

BANNED: Final = (
    r"\bplease\b",
    r"\binvalid\b",
    r"\beligib",
    r"\bapproved\b",
    r"\bqualif(?:y|ies)\b",
    r"\byou do not have\b",
    r"\byou don[’']t have\b",
    r"\bdiagnos",
)
# The only ways the patient may read about a diagnosis: that this is none, and who can give one.
ALLOWED: Final = re.compile(r"\bnot a diagnosis\b|\bonly a clinician can diagnose\b")


def cited_ids() -> set[str]:
    """What the templates cite, and what the pages of questions do."""
    in_templates = {
        source_id
        for path in TEMPLATES.rglob("*.html")
        for source_id in CITATION.findall(path.read_text(encoding="utf-8"))
    }
    return in_templates | {source_id for step in STEPS for source_id in step.form.sources}


def words_read_by_the_patient(template: str) -> str:
    """The template's own text and its translated strings, without tags, attributes and code."""
    template = re.sub(r"\{#.*?#\}", " ", template, flags=re.DOTALL)
    translated = " ".join(" ".join(groups) for groups in TRANSLATED_CALL.findall(template))
    code_removed = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", template, flags=re.DOTALL)
    tags_removed = re.sub(r"<[^>]*>", " ", code_removed)
    text = re.sub(r"\s+", " ", f"{tags_removed} {translated}").lower()
    return ALLOWED.sub(" ", text)


def test_ids_are_unique() -> None:
    ids = [source.id for source in SOURCES]
    assert len(set(ids)) == len(ids)


def test_every_id_is_kebab_case_and_every_address_is_https() -> None:
    for source in SOURCES:
        assert KEBAB_CASE.fullmatch(source.id), source.id
        assert re.fullmatch(r"https://\S+", source.url), source.url
        assert source.title, source.id
        assert str(source.detail), source.id


def test_addresses_and_titles_are_not_repeated() -> None:
    assert len({source.url for source in SOURCES}) == len(SOURCES)
    assert len({source.title for source in SOURCES}) == len(SOURCES)


def test_numbers_count_from_one_in_list_order() -> None:
    assert [source_number(source.id) for source in SOURCES] == list(range(1, len(SOURCES) + 1))


def test_a_source_is_found_by_its_id() -> None:
    assert all(source_by_id(source.id) is source for source in SOURCES)


def test_an_unknown_id_is_refused() -> None:
    with pytest.raises(KeyError):
        source_by_id("no-such-source")
    with pytest.raises(KeyError):
        source_number("no-such-source")


def test_every_citation_names_a_known_source() -> None:
    assert cited_ids() <= {source.id for source in SOURCES}


def test_every_source_is_cited() -> None:
    assert {source.id for source in SOURCES} <= cited_ids()


def test_every_page_of_questions_names_its_sources_once() -> None:
    """What a person's days are worth to them is their own word: no source tells it. Advice for today has
    the sources of the signs that lead to it."""
    for step in STEPS:
        asks = bool(list(step.form().questions)) and step.slug != "work"
        assert bool(step.form.sources) == (asks or step.slug == "ask-today"), step.slug
        assert len(set(step.form.sources)) == len(step.form.sources), step.slug


def test_the_advice_for_today_rests_on_what_its_signs_rest_on() -> None:
    assert STEP_BY_SLUG["ask-today"].form.sources == STEP_BY_SLUG["other-signs"].form.sources


def test_numbers_follow_the_order_of_first_mention_in_the_education_text() -> None:
    text = (TEMPLATES / "patient" / "education.html").read_text(encoding="utf-8")
    mentioned = [source_number(source_id) for source_id in dict.fromkeys(CITATION.findall(text))]
    assert mentioned == sorted(mentioned)


def test_there_are_patient_templates_to_read() -> None:
    assert TEMPLATES / "patient" / "education.html" in PATIENT_TEMPLATES


@pytest.mark.parametrize("path", PATIENT_TEMPLATES, ids=lambda path: path.name)
def test_the_patient_reads_no_banned_word(path: Path) -> None:
    text = words_read_by_the_patient(path.read_text(encoding="utf-8"))
    assert [word for word in BANNED if re.search(word, text)] == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Please try again</p>",
        "{% trans %}You qualify for treatment{% endtrans %}",
        '<p aria-label="{{ _("You are eligible") }}"></p>',
        "<p>You do\n not have migraine</p>",
        "<p>Your diagnosis</p>",
    ],
)
def test_a_banned_word_is_noticed(template: str) -> None:
    text = words_read_by_the_patient(template)
    assert any(re.search(word, text) for word in BANNED)


def test_code_and_allowed_contexts_are_not_taken_for_banned_words() -> None:
    template = (
        '<input class="invalid" aria-invalid="true">{{ field(invalid=True) }}'
        "<p>This is not a diagnosis. Only a clinician can diagnose.</p>"
    )
    text = words_read_by_the_patient(template)
    assert not any(re.search(word, text) for word in BANNED)
