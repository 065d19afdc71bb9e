"""What a person agreed to by starting is stored with their screening: which words, and when."""

import hashlib
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import select

from app.questionnaire.consent import CONSENT, CONSENT_VERSION
from app.questionnaire.draft_answers import draft_answers
from app.services.self_screening import (
    change_answers,
    correct_warning_signs,
    start_screening,
    submit_emergency,
    submit_screening,
)
from app.storage.drafts import Consent, find_draft
from app.storage.models import Screening
from app.storage.store import Store
from tests.support.client import WebClient
from tests.support.journeys import ADVICE_READ, POSITIVE
from tests.support.page import text as words
from tests.support.screenings import NOON, add

LATER: Final = NOON + timedelta(minutes=5)
# A change of the words needs a new version, and a new line here. Lines that were in use stay.
WORDS_OF: Final = {"1": "4295818108d64ec6"}


def test_other_words_are_another_version() -> None:
    text = "\n".join(str(each) for each in CONSENT)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == WORDS_OF[CONSENT_VERSION]


def agreed(store: Store) -> list[tuple[str | None, object]]:
    with store.database.reading() as session:
        query = select(Screening.consent_version, Screening.consented_at)
        return [(row[0], row[1]) for row in session.execute(query.order_by(Screening.visit))]


def test_the_words_and_the_time_of_the_start_are_stored(store: Store) -> None:
    token = start_screening(store, "en", NOON, {**draft_answers(POSITIVE), **ADVICE_READ})
    change_answers(store, token, lambda before: before, LATER)
    submit_screening(store, token, LATER)
    assert agreed(store) == [(CONSENT_VERSION, NOON)]


def test_a_sign_that_is_told_later_stands_under_the_same_consent(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = start_screening(store, "en", NOON, {**draft_answers(POSITIVE), **ADVICE_READ})
    monkeypatch.setattr("app.services.self_screening.CONSENT_VERSION", "next")
    submit_screening(store, token, LATER)
    submit_emergency(store, token, ["loss_of_vision"], LATER)
    assert agreed(store) == [(CONSENT_VERSION, NOON)] * 2
    correct_warning_signs(store, token, LATER)
    with store.database.reading() as session:
        draft = find_draft(session.connection(), store.cipher, token, LATER)
    assert draft is not None
    assert draft.consent == Consent(CONSENT_VERSION, NOON)


def test_what_did_not_come_from_a_person_here_has_no_consent(store: Store) -> None:
    add(store)
    assert agreed(store) == [(None, None)]


@pytest.mark.parametrize("address", ["/", "/again"])
def test_the_words_stand_on_each_page_that_starts(address: str, patient_client: WebClient) -> None:
    page = patient_client.open(address)
    for sentence in CONSENT:
        assert str(sentence) in words(page.html)
