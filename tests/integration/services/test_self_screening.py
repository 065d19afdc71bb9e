"""Starting, answering, handing in and seeing the result; each exactly once, whatever happens."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.codes import Contradiction, Outcome
from app.domain.policy_files import load_policies
from app.questionnaire.draft_answers import draft_answers
from app.questionnaire.path import on_path
from app.questionnaire.validation import IncompleteAnswersError
from app.services.clinical_review import find_by_reference_code, open_record
from app.services.draft_limits import UNFINISHED
from app.services.self_screening import (
    NoDraftError,
    change_answers,
    correct_warning_signs,
    find_draft,
    find_result,
    finish,
    start_screening,
    submit_emergency,
    submit_screening,
)
from app.storage.audit import PATIENT, Action
from app.storage.database import Database, StorageUnavailableError
from app.storage.models import Screening, ScreeningDraft
from app.storage.store import Store
from tests.support.audit import entries
from tests.support.journeys import (
    ADVICE_READ,
    EMERGENCY,
    NEGATIVE,
    NOT_SURE_EVERYWHERE,
    POSITIVE,
    SECTIONS,
    Answers,
    answers_of,
)
from tests.support.product import row_counts
from tests.support.screenings import NOON

LATER = NOON + timedelta(minutes=5)
SIGNS = list(EMERGENCY["red_flags"])
OPTIONAL: Final[Answers] = {
    name: value for section in SECTIONS for name, value in answers_of(section).items()
}


def save(store: Store, token: str | None, changes: Answers, now: datetime = NOON) -> dict[str, Any]:
    """Keep the answers of one page, as its form does."""
    return change_answers(store, token, lambda before: {**before, **changes}, now)


def started(store: Store, answers: Answers | None = None) -> str:
    """The token of a draft with these answers of the contract."""
    return begun(store, {**draft_answers(answers), **ADVICE_READ} if answers else {})


def begun(store: Store, answers: Answers) -> str:
    """The token of a draft with these answers of its pages."""
    token = start_screening(store, "en", NOON)
    save(store, token, answers, NOON)
    return token


def code_of(store: Store, token: str) -> str:
    return find_draft(store, token, NOON).reference_code


# --- drafts ---------------------------------------------------------------------------------------


def test_a_screening_begins_empty_with_its_code_already_made(store: Store) -> None:
    draft = find_draft(store, started(store), NOON)
    assert (draft.answers, draft.language, draft.is_submitted) == ({}, "en", False)
    assert len(draft.reference_code) == 17


def test_saving_one_page_leaves_every_other_answer_as_it_is(store: Store) -> None:
    token = started(store)
    save(store, token, {"headache_days": 18, "migraine_days": 9}, NOON)
    assert save(store, token, {"migraine_days": 4}, NOON) == {"headache_days": 18, "migraine_days": 4}
    assert find_draft(store, token, NOON).answers == {"headache_days": 18, "migraine_days": 4}


def test_the_code_stays_the_same_while_answers_change(store: Store) -> None:
    token = started(store)
    code = code_of(store, token)
    save(store, token, POSITIVE, NOON)
    assert code_of(store, token) == code


def test_without_a_draft_every_use_case_says_so(store: Store) -> None:
    started(store)
    for token in (None, "", "unknown", "a\x00b"):
        with pytest.raises(NoDraftError):
            find_draft(store, token, NOON)
        with pytest.raises(NoDraftError):
            save(store, token, {})
        with pytest.raises(NoDraftError):
            submit_screening(store, token, NOON)
        with pytest.raises(NoDraftError):
            submit_emergency(store, token, SIGNS, NOON)
        with pytest.raises(NoDraftError):
            find_result(store, token, NOON)
        with pytest.raises(NoDraftError):
            correct_warning_signs(store, token, NOON)
        finish(store, token, NOON)
    assert row_counts(store)["screening_drafts"] == 1


@pytest.mark.requirement("PAT-15")
def test_starting_removes_the_drafts_of_others_that_have_expired(store: Store) -> None:
    started(store)
    start_screening(store, "en", NOON + UNFINISHED.unused)
    assert row_counts(store)["screening_drafts"] == 1


# --- handing in -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answers",
    [POSITIVE, NEGATIVE, NOT_SURE_EVERYWHERE, {**POSITIVE, **OPTIONAL}],
    ids=["positive", "negative", "not sure", "with every section"],
)
def test_what_is_handed_in_is_stored_with_its_assessment(store: Store, answers: Answers) -> None:
    token = started(store, answers)
    assert find_result(store, token, NOON) is None
    submit_screening(store, token, LATER)
    result = find_result(store, token, LATER)
    assert result is not None
    assert result.answers == answers
    stored = open_record(store, find_by_reference_code(store, result.reference_code))
    assert stored.assessment == result.assessment
    assert stored.screening.received_at == LATER


def test_answers_that_lie_on_no_path_are_not_stored(store: Store) -> None:
    token = started(store, {**POSITIVE, **ADVICE_READ, "unheard_of": "x"})
    submit_screening(store, token, NOON)
    result = find_result(store, token, NOON)
    assert result is not None
    assert result.answers == POSITIVE


@pytest.mark.requirement("PAT-16", part="the same code")
def test_handing_in_twice_stores_one_screening_under_one_code(store: Store) -> None:
    token = started(store, POSITIVE)
    code = code_of(store, token)
    submit_screening(store, token, NOON)
    first = find_result(store, token, NOON)
    submit_screening(store, token, LATER)
    assert find_result(store, token, LATER) == first
    assert first is not None
    assert first.reference_code == code
    assert row_counts(store)["screenings"] == 1


@pytest.mark.requirement("PAT-16", part="8 at once store one")
def test_eight_at_once_store_exactly_one_screening(store: Store) -> None:
    token = started(store, POSITIVE)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: submit_screening(store, token, NOON), range(8)))
    assert row_counts(store)["screenings"] == 1
    result = find_result(store, token, NOON)
    assert result is not None
    assert result.answers == POSITIVE


def test_eight_pages_saved_at_once_lose_no_answer(store: Store) -> None:
    token = started(store)
    names = [f"answer_{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: save(store, token, {name: 1}, NOON), names))
    assert set(find_draft(store, token, NOON).answers) == set(names)


@pytest.mark.requirement("PAT-17", part="the answers")
def test_answers_that_are_not_complete_are_refused_with_the_page_to_show(store: Store) -> None:
    complete = draft_answers(POSITIVE)
    for missing in complete:
        token = begun(store, {name: value for name, value in complete.items() if name != missing})
        with pytest.raises(IncompleteAnswersError) as caught:
            submit_screening(store, token, NOON)
        assert missing in caught.value.step.answer_names
        assert not find_draft(store, token, NOON).is_submitted
    assert row_counts(store)["screenings"] == 0


IMPOSSIBLE: Final[tuple[Answers, ...]] = (
    {"headache_days": 3, "migraine_days": 9},
    {"headache_days": 31},
    {"counted_from": "stars"},
    {"red_flags": ["unheard_of"]},
    {"look_alikes": ["unheard_of"]},
    {"months_at_this_frequency": -1},
    {"preventives": "yes"},
    {"preventives": [{"medicine": "propranolol"}]},
    {"preventives": [{"medicine": "unheard_of", "result": "helped"}]},
)


@pytest.mark.requirement("IO-04", part="values, contradictions and choices")
def test_answers_that_cannot_be_are_refused(store: Store) -> None:
    for wrong in IMPOSSIBLE:
        token = started(store, {**POSITIVE, **wrong})
        with pytest.raises(IncompleteAnswersError):
            submit_screening(store, token, NOON)
    assert row_counts(store)["screenings"] == 0


@pytest.mark.requirement("IO-04", part="values, contradictions and choices")
@pytest.mark.parametrize(
    ("wrong", "slug"),
    [
        ({"hours_per_headache_day": 24.5}, "untreated"),
        ({"unilateral_location": "perhaps"}, "pain"),
        ({"age_years": 121}, "aura"),
        ({"any_acute_medication_days": -1}, "medicine-days"),
        ({"triptan_days": 31}, "migraine-medicine"),
        ({"botulinum_safety": ["unheard_of"]}, "botulinum-safety"),
        ({"work_days_missed": 31}, "work"),
    ],
)
def test_an_optional_answer_that_cannot_be_is_refused_with_its_page(
    wrong: Answers, slug: str, store: Store
) -> None:
    token = started(store, {**POSITIVE, **wrong})
    with pytest.raises(IncompleteAnswersError) as caught:
        submit_screening(store, token, NOON)
    assert caught.value.step.slug == slug
    assert row_counts(store)["screenings"] == 0


def test_answers_that_do_not_fit_are_asked_about_and_then_stored_as_they_are(store: Store) -> None:
    answers = {**POSITIVE, "headache_free_days": 25}
    token = started(store, answers)
    with pytest.raises(IncompleteAnswersError) as caught:
        submit_screening(store, token, NOON)
    assert caught.value.step.slug == "look-again"
    save(store, token, {"contradictions_seen": ["headache_free_days_do_not_add_up"]})
    submit_screening(store, token, NOON)
    result = find_result(store, token, NOON)
    assert result is not None
    assert result.answers == answers
    assert result.assessment.contradictions == (Contradiction.HEADACHE_FREE_DAYS_DO_NOT_ADD_UP,)


POLICY: Final = """
id = "our-clinic"
version = "2026"
issuer = "Our clinic"
jurisdiction = "Our town"
title = "Our own rule"
published = "2026"
source = "https://clinic.example/rule"
checked = "2026-11-22"

[[start]]
id = "headache-days"
kind = "days_at_least"
count = "headache_days"
days = 12
"""


def test_a_policy_of_the_clinic_is_part_of_the_stored_assessment(store: Store, tmp_path: Path) -> None:
    (tmp_path / "our-clinic.toml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "uk-nice-ta260.withdrawn").touch()
    own = replace(store, policies=load_policies(tmp_path))
    token = started(own, POSITIVE)
    submit_screening(own, token, NOON)
    result = find_result(own, token, NOON)
    assert result is not None
    stored = open_record(own, find_by_reference_code(own, result.reference_code)).screening
    for compared in (
        {each.id: each.status for each in result.assessment.policies},
        {each["id"]: each["status"] for each in stored.assessment["policies"]},
    ):
        assert compared["our-clinic"] == "met"
        assert "ichd-3-1.3" in compared
        assert "uk-nice-ta260" not in compared


def test_after_handing_in_nothing_can_be_changed(store: Store) -> None:
    token = started(store, POSITIVE)
    submit_screening(store, token, NOON)
    save(store, token, {"headache_days": 1})
    submit_screening(store, token, NOON)
    result = find_result(store, token, NOON)
    assert result is not None
    assert result.answers == POSITIVE
    assert row_counts(store)["screenings"] == 1


def test_the_draft_keeps_no_answer_after_handing_in(store: Store) -> None:
    token = started(store, POSITIVE)
    submit_screening(store, token, NOON)
    assert find_draft(store, token, NOON).answers == {}


def test_a_try_again_after_a_lost_connection_finds_what_was_stored(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = started(store, POSITIVE)
    writing = Database.writing

    @contextmanager
    def then_lost(database: Database) -> Iterator[Session]:
        with writing(database) as session:
            yield session
        raise StorageUnavailableError("the answer of the database was lost")

    with monkeypatch.context() as patch:
        patch.setattr(Database, "writing", then_lost)
        with pytest.raises(StorageUnavailableError):
            submit_screening(store, token, NOON)
    submit_screening(store, token, NOON)
    assert row_counts(store)["screenings"] == 1
    assert find_result(store, token, NOON) is not None


def test_a_failure_before_the_end_stores_nothing_and_the_next_try_works(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = started(store, POSITIVE)
    with monkeypatch.context() as patch:
        patch.setattr("app.storage.drafts.save_draft", _fail)
        with pytest.raises(StorageUnavailableError):
            submit_screening(store, token, NOON)
    assert row_counts(store)["screenings"] == 0
    submit_screening(store, token, NOON)
    assert row_counts(store)["screenings"] == 1


def _fail(*_: object) -> None:
    raise StorageUnavailableError("the disk is full")


# --- emergencies ----------------------------------------------------------------------------------


def test_an_emergency_is_stored_at_once_with_what_was_answered_before(store: Store) -> None:
    token = started(store, {"headache_days": 18, "migraine_days": 9, "counted_from": "diary"})
    code = code_of(store, token)
    submit_emergency(store, token, SIGNS, NOON)
    stored = open_record(store, find_by_reference_code(store, code)).screening
    assert stored.outcome is Outcome.EMERGENCY
    assert stored.answers == {
        "red_flags": ["thunderclap_onset"],
        "headache_days": 18,
        "migraine_days": 9,
        "counted_from": "diary",
    }


def test_an_emergency_is_stored_with_the_optional_answers_given_before(store: Store) -> None:
    token = started(store, {**POSITIVE, **OPTIONAL})
    code = code_of(store, token)
    submit_emergency(store, token, SIGNS, NOON)
    stored = open_record(store, find_by_reference_code(store, code)).screening
    assert stored.answers == {**POSITIVE, **OPTIONAL, "red_flags": SIGNS}


@pytest.mark.parametrize(
    ("others", "red_flags", "unsure"),
    [
        ([], SIGNS, []),
        (["double_vision"], [*SIGNS, "double_vision"], []),
        ("not_sure", SIGNS, ["other"]),
        (None, SIGNS, None),
    ],
)
def test_an_emergency_keeps_what_was_said_of_the_other_signs(
    others: Any, red_flags: list[str], unsure: list[str] | None, store: Store
) -> None:
    token = begun(store, {**draft_answers(POSITIVE), "other_red_flags": others})
    code = code_of(store, token)
    submit_emergency(store, token, SIGNS, NOON)
    answers = open_record(store, find_by_reference_code(store, code)).screening.answers
    assert (answers["red_flags"], answers.get("unsure_red_flags")) == (red_flags, unsure)


def test_an_emergency_sent_twice_is_stored_once(store: Store) -> None:
    """A button pressed twice sends the same token twice."""
    token = started(store)
    for _ in range(2):
        submit_emergency(store, token, SIGNS, NOON)
    assert row_counts(store)["screenings"] == 1


def test_of_eight_emergencies_at_once_one_is_stored(store: Store) -> None:
    token = started(store)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: submit_emergency(store, token, SIGNS, NOON), range(8)))
    assert row_counts(store)["screenings"] == 1


def test_a_sign_after_handing_in_is_stored_as_a_screening_of_its_own(store: Store) -> None:
    token = started(store, POSITIVE)
    submit_screening(store, token, NOON)
    code = code_of(store, token)
    for _ in range(3):
        submit_emergency(store, token, SIGNS, LATER)
    result = find_result(store, token, LATER)
    assert result is not None
    assert result.assessment.outcome is Outcome.EMERGENCY
    record = open_record(store, find_by_reference_code(store, code))
    assert [each.outcome for each in record.visits] == [Outcome.POSITIVE, Outcome.EMERGENCY]
    assert row_counts(store)["screening_drafts"] == 1, "sending on and on fills nothing"


def test_an_emergency_is_stored_with_a_medicine_whose_story_is_open(store: Store) -> None:
    token = started(
        store, {**POSITIVE, "preventives": [{"key": "0a", "medicine": "other", "name_given": "herbs"}]}
    )
    submit_emergency(store, token, SIGNS, NOON)
    assert row_counts(store)["screenings"] == 1


def test_a_correction_opens_the_other_answers_again_and_keeps_the_screening(store: Store) -> None:
    token = started(store, {**POSITIVE, **OPTIONAL})
    old_code = code_of(store, token)
    submit_emergency(store, token, SIGNS, NOON)
    for minutes in (1, 2):  # the answer to the first may have been lost on its way
        correct_warning_signs(store, token, NOON + timedelta(minutes=minutes))
    assert row_counts(store)["screening_drafts"] == 1
    draft = find_draft(store, token, NOON)
    no_signs: Answers = {"red_flags": [], "other_red_flags": []}
    assert on_path({**draft.answers, **no_signs}) == {**POSITIVE, **OPTIONAL}
    assert not set(no_signs) & set(draft.answers)
    assert (draft.is_submitted, draft.reference_code) == (False, old_code)
    save(store, token, no_signs, NOON)
    submit_screening(store, token, NOON)
    record = open_record(store, find_by_reference_code(store, old_code))
    assert [each.outcome for each in record.visits] == [Outcome.EMERGENCY, Outcome.POSITIVE]
    assert record.assessment.outcome is Outcome.POSITIVE
    with store.database.reading() as session:
        rows = session.execute(select(Screening.visit, Screening.signs_taken_back_at))
        assert {row.visit: row.signs_taken_back_at for row in rows} == {
            1: NOON + timedelta(minutes=1),
            2: None,
        }
    noted = [each.action for each in entries(store)]
    assert noted == ["screening_stored", "signs_taken_back", "screening_stored"]


def test_only_an_emergency_sign_can_be_taken_back(store: Store) -> None:
    """Whoever has sent a whole screening and comes to the emergency page takes nothing back."""
    token = started(store, {**POSITIVE, **ADVICE_READ})
    submit_screening(store, token, NOON)
    correct_warning_signs(store, token, NOON)
    assert find_draft(store, token, NOON).is_submitted
    with store.database.reading() as session:
        assert list(session.scalars(select(Screening.signs_taken_back_at))) == [None]
    assert [each.action for each in entries(store)] == ["screening_stored"]


# --- the end --------------------------------------------------------------------------------------


def test_finishing_deletes_the_draft_and_keeps_the_screening(store: Store) -> None:
    token = started(store, POSITIVE)
    code = code_of(store, token)
    submit_screening(store, token, NOON)
    finish(store, token, NOON)
    with pytest.raises(NoDraftError):
        find_result(store, token, NOON)
    assert row_counts(store)["screening_drafts"] == 0
    assert open_record(store, find_by_reference_code(store, code)).screening.answers == POSITIVE


def test_finishing_one_journey_leaves_the_others(store: Store) -> None:
    mine, theirs = started(store, POSITIVE), started(store, NEGATIVE)
    finish(store, mine, NOON)
    assert find_draft(store, theirs, NOON).answers["headache_days"] == NEGATIVE["headache_days"]


def test_no_code_and_no_token_can_be_read_in_the_tables(store: Store) -> None:
    token = started(store, POSITIVE)
    code = code_of(store, token)
    submit_screening(store, token, NOON)
    with store.database.reading() as session:
        row = session.scalars(select(ScreeningDraft)).one()
        shown = " ".join(str(getattr(row, column)) for column in row.__table__.columns.keys())  # noqa: SIM118
    assert code not in shown
    assert token not in shown


# --- what is noted --------------------------------------------------------------------------------


@pytest.mark.requirement("DAT-06", "PAT-16", part="handing in is noted once")
def test_handing_in_is_noted_once_and_says_nothing_of_who(store: Store) -> None:
    token = started(store, POSITIVE)
    assert entries(store) == []
    for _ in range(2):
        submit_screening(store, token, LATER)
    [entry] = entries(store)
    assert (entry.action, entry.actor, entry.happened_at) == (Action.SCREENING_STORED, PATIENT, LATER)
    stored = find_by_reference_code(store, code_of(store, token))
    assert (entry.subject_id, entry.detail) == (stored, None)


def test_an_emergency_is_noted_like_any_other(store: Store) -> None:
    submit_emergency(store, started(store), SIGNS, NOON)
    assert [(each.action, each.actor) for each in entries(store)] == [(Action.SCREENING_STORED, PATIENT)]


@pytest.mark.requirement("DAT-06", part="handing in")
def test_a_screening_that_cannot_be_noted_is_not_stored(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, before = started(store, POSITIVE), row_counts(store)

    def fail(*_given: object) -> None:
        raise StorageUnavailableError("gone")

    with monkeypatch.context() as patch:
        patch.setattr("app.storage.audit._append", fail)
        with pytest.raises(StorageUnavailableError):
            submit_screening(store, token, NOON)
    assert row_counts(store) == before
    submit_screening(store, token, NOON)
    assert row_counts(store)["screenings"] == 1
