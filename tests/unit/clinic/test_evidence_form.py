"""The form for an evidence pack: what it asks, what it says, and what it hands to the paper."""

from dataclasses import fields
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.clinic.evidence_form import LONGEST_LINE, LONGEST_LINES, EvidenceForm
from app.domain.codes import YesNo
from app.domain.policy_files import shipped_policies
from app.questionnaire.fields import TextField
from app.reports.papers.typed import TypedIdentity
from app.reports.papers.typesetting import Paper
from app.reports.papers.words import DIAGNOSIS_CODES, TYPED

LINES: Final = ("practice", "previous_toxin")
TEXTS: Final = tuple(field.name for field in EvidenceForm() if isinstance(field, TextField))
ONE_LINE: Final = tuple(name for name in TEXTS if name not in LINES)


def form(*pairs: tuple[str, str], paper: str = "a4") -> EvidenceForm:
    policies = shipped_policies()
    chosen = [("paper", paper), ("policy", policies[0].id), *pairs]
    return EvidenceForm.received(MultiDict(chosen)).offer(policies)


def errors(page: EvidenceForm) -> dict[str, str]:
    """Each field with its one sentence."""
    page.validate()
    found = {name: str(sentence) for name, sentence in page.errors_in_order}
    assert len(found) == len(page.errors_in_order), "a field says two things"
    return found


# --- what it asks ---------------------------------------------------------------------------------


def test_it_asks_for_everything_the_paper_takes_and_nothing_else() -> None:
    asked = {field.name for field in EvidenceForm()} - {"paper", "policy"}
    assert asked == {each.name for each in fields(TypedIdentity)} == set(TYPED)


def test_labels_are_those_of_the_paper() -> None:
    for field in EvidenceForm():
        if field.name not in ("paper", "policy"):
            assert str(field.label.text) == str(TYPED[field.name])


def test_every_field_says_that_it_is_not_stored() -> None:
    for field in EvidenceForm():
        if field.name not in ("paper", "policy"):
            assert "into the paper and" in str(field.description)
            assert "not stored" in str(field.description)


def test_no_code_is_chosen_beforehand_and_each_is_explained() -> None:
    options = EvidenceForm().diagnosis_codes.options
    assert not [option.value for option in options if option.checked]
    assert [option.value for option in options] == list(DIAGNOSIS_CODES)
    assert all(
        str(option.hint).startswith(("Chronic migraine", "Drug-induced headache")) for option in options
    )
    assert "ICD-10-CM" in str(EvidenceForm().diagnosis_codes.description)


def test_browsers_are_told_to_remember_nothing() -> None:
    assert {field.autocomplete for field in EvidenceForm() if isinstance(field, TextField)} == {"off"}


# --- what it says ---------------------------------------------------------------------------------


def test_only_the_policy_and_the_size_of_the_paper_are_needed() -> None:
    assert errors(form()) == {}
    nothing = EvidenceForm.received(MultiDict()).offer(shipped_policies())
    assert errors(nothing) == {"policy": "Choose the policy", "paper": "Choose the size of the paper"}
    assert errors(form(paper="a3")) == {"paper": "Choose the size of the paper"}


@pytest.mark.parametrize("size", Paper)
def test_the_size_that_was_chosen_is_the_size_of_the_paper(size: Paper) -> None:
    assert form(paper=size.value).paper_size is size


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_has_a_longest_length(name: str) -> None:
    most = LONGEST_LINES if name in LINES else LONGEST_LINE
    assert errors(form((name, "x" * most))) == {}
    sentence = f"Enter at most {most} characters under “{TYPED[name]}”"
    assert errors(form((name, "x" * (most + 1)))) == {name: sentence}
    assert errors(form((name, "x" * 60_000))) == {name: sentence}


@pytest.mark.parametrize("code", ["G43.909", "not_sure", "none", "", "<b>", "x" * 5000])
def test_a_code_has_to_be_on_the_list(code: str) -> None:
    assert errors(form(("diagnosis_codes", code))) == {
        "diagnosis_codes": "Choose among the answers on this page"
    }


def test_a_forged_answer_about_the_diary_is_refused() -> None:
    assert errors(form(("diary", "perhaps"))) == {"diary": "Choose one of the answers on this page"}


# --- what it hands over ---------------------------------------------------------------------------


def test_an_empty_form_hands_over_nothing() -> None:
    page = form()
    assert errors(page) == {}
    assert page.typed() == TypedIdentity()


def test_everything_typed_is_handed_over() -> None:
    page = form(
        *((name, f" {name} ") for name in TEXTS),
        ("diagnosis_codes", "G43.719"),
        ("diagnosis_codes", "G44.41"),
        ("diary", "no"),
    )
    assert errors(page) == {}
    named: dict[str, Any] = {name: name for name in TEXTS}
    assert page.typed() == TypedIdentity(**named, diagnosis_codes=("G43.719", "G44.41"), diary=YesNo.NO)


@pytest.mark.parametrize("name", ONE_LINE)
def test_a_line_stays_one_line(name: str) -> None:
    assert getattr(form((name, " a \r\n b\x00\tc ")).typed(), name) == "a b c"


@pytest.mark.parametrize("name", LINES)
def test_lines_are_kept(name: str) -> None:
    assert getattr(form((name, "a\r\nb\x00\n")).typed(), name) == "a\nb"


def test_a_form_that_is_shown_again_keeps_what_was_typed() -> None:
    page = form(("npi", "x" * 200), ("patient_name", "Maria"), ("diagnosis_codes", "G44.40"))
    assert not page.validate()
    assert (page.npi.typed, page.patient_name.typed) == ("x" * 200, "Maria")
    assert [option.value for option in page.diagnosis_codes.options if option.checked] == ["G44.40"]


@given(
    st.dictionaries(
        st.sampled_from([*TEXTS, "diagnosis_codes", "diary", "paper", "else"]), st.text(max_size=30)
    )
)
@settings(deadline=None, max_examples=60)
def test_anything_posted_is_refused_in_whole_sentences_or_handed_over(posted: dict[str, str]) -> None:
    page = EvidenceForm.received(MultiDict(posted))
    if page.validate():
        assert isinstance(page.typed(), TypedIdentity)
        assert page.paper_size in Paper
    assert all(str(sentence).startswith(("Enter", "Choose")) for _name, sentence in page.errors_in_order)
