"""What holds for every page of questions, whatever is posted: the words, and one sentence a field."""

import re
from collections.abc import Iterable
from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.questionnaire.forms import HeadacheDaysForm
from app.questionnaire.page import PageForm
from app.questionnaire.steps import STEPS
from app.questionnaire.trial_forms import MedicineForm, TrialForm

FORMS: Final[tuple[type[PageForm], ...]] = (*(step.form for step in STEPS), MedicineForm, TrialForm)
OURS: Final = re.compile(r"^(Enter|Choose|Tick|Migraine days cannot be more) ")
SAY_NOT: Final = re.compile(r"please|invalid|this field|not a valid|required|error|oops|sorry", re.I)


def sentences(form: type[PageForm], **posted: Any) -> dict[str, str]:
    """Field and sentence of everything to mend on a page that was posted; no field has two."""
    page = form.received(MultiDict(posted))
    page.validate()
    found = [(name, str(sentence)) for name, sentence in page.errors_in_order]
    assert len(dict(found)) == len(found), found
    return dict(found)


def check_words(said: Iterable[str]) -> None:
    for sentence in said:
        assert OURS.match(sentence), sentence
        assert not SAY_NOT.search(sentence), sentence


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_page_says_what_to_do(form: type[PageForm]) -> None:
    check_words(sentences(form).values())


VALUES: Final = st.text(max_size=12) | st.sampled_from(
    ["15", "31", "-3", "2.25", "9" * 20, "yes", "years", "not_sure", "none"]
)
Posted = tuple[type[PageForm], dict[str, str]]


@st.composite
def posted_pages(draw: st.DrawFn) -> Posted:
    """A page, and anything posted under the names of its fields."""
    form = draw(st.sampled_from(FORMS))
    names = [field.name + end for field in form() for end in ("", "-not-sure", "-unit")]
    return form, draw(st.dictionaries(st.sampled_from(["unheard_of", *names]), VALUES))


@given(posted_pages())
@example((HeadacheDaysForm, {"headache_days": "15", "migraine_days": "31"}))
@settings(deadline=None, max_examples=200)
def test_every_sentence_is_ours_and_each_field_has_at_most_one(posted: Posted) -> None:
    form, values = posted
    check_words(sentences(form, **values).values())


@pytest.mark.parametrize("form", FORMS)
def test_every_question_has_a_label_and_an_identifier_of_its_own(form: type[PageForm]) -> None:
    fields = list(form())
    assert all(str(field.label.text) for field in fields)
    assert len({field.id for field in fields}) == len(fields)
    assert str(form.title)
