"""Journeys that are not finished."""

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.storage.database import ConflictError
from app.storage.drafts import (
    Draft,
    add_draft,
    delete_draft,
    delete_expired_drafts,
    find_draft,
    hold_draft,
    save_draft,
)
from app.storage.encryption import UnreadableError
from app.storage.models import ScreeningDraft
from app.storage.store import Store
from tests.support.journeys import POSITIVE
from tests.support.product import row_counts
from tests.support.screenings import NOON, add

TOKEN = "a-token-that-only-the-browser-holds"
LATER = NOON + timedelta(days=1)


def new_draft(store: Store, token: str = TOKEN, expires_at: object = LATER) -> Draft:
    with store.database.writing() as session:
        return add_draft(
            session,
            store.cipher,
            token,
            reference_code="ABCD",
            reference_mac=bytes(32),
            language="en",
            now=NOON,
            expires_at=LATER if expires_at is LATER else NOON,
        )


def found(store: Store, token: str = TOKEN, now: object = NOON) -> Draft | None:
    with store.database.looking() as connection:
        return find_draft(connection, store.cipher, token, NOON if now is NOON else LATER)


def test_a_draft_comes_back_as_it_was_saved(store: Store) -> None:
    draft = new_draft(store)
    assert (draft.answers, draft.reference_code, draft.language, draft.is_submitted) == (
        {},
        "ABCD",
        "en",
        False,
    )
    answers = {
        **POSITIVE,
        "safety_advice": "read",
        "preventives": [{"medicine": "other", "name_given": "Ü🧠"}],
    }
    with store.database.writing() as session:
        save_draft(session, store.cipher, replace(draft, answers=answers))
    again = found(store)
    assert again is not None
    assert (again.answers, again.reference_code, again.id) == (answers, "ABCD", draft.id)


def test_every_saving_is_a_new_version_of_the_row(store: Store) -> None:
    new_draft(store)
    for days in range(3):
        with store.database.writing() as session:
            draft = hold_draft(session, store.cipher, TOKEN, NOON)
            assert draft is not None
            save_draft(session, store.cipher, replace(draft, answers={"headache_days": days}))
    with store.database.reading() as session:
        assert session.scalars(select(ScreeningDraft.row_version)).one() == 4


@pytest.mark.requirement("PAT-15")
def test_an_older_version_of_a_draft_cannot_be_put_back(store: Store) -> None:
    draft = new_draft(store)
    with store.database.reading() as session:
        old = session.scalars(select(ScreeningDraft.content)).one()
    with store.database.writing() as session:
        save_draft(session, store.cipher, replace(draft, answers={"headache_days": 3}))
    with store.database.writing() as session:
        session.scalars(select(ScreeningDraft)).one().content = old
    with pytest.raises(UnreadableError):
        found(store)


@pytest.mark.requirement("SESS-01", part="a patient’s token is stored as its SHA-256")
def test_the_token_is_nowhere_in_the_row(store: Store) -> None:
    new_draft(store)
    with store.database.reading() as session:
        row = session.execute(text("SELECT * FROM screening_drafts")).one()
    assert hashlib.sha256(TOKEN.encode()).digest() in {bytes(part) for part in row if isinstance(part, bytes)}
    assert not any(TOKEN in str(part) or TOKEN.encode() in bytes(str(part), "utf-8") for part in row)


def test_another_token_finds_nothing(store: Store) -> None:
    new_draft(store)
    for token in ("", "another", TOKEN.upper(), TOKEN + " ", "a\x00b"):
        assert found(store, token) is None, token


def test_a_draft_is_not_found_after_its_time(store: Store) -> None:
    new_draft(store)
    assert found(store, now=LATER) is None


@pytest.mark.requirement("PAT-15")
def test_expired_drafts_are_removed_and_others_stay(store: Store) -> None:
    new_draft(store, "one", expires_at=NOON)
    new_draft(store, "two")
    with store.database.writing() as session:
        assert delete_expired_drafts(session, NOON) == 1
    assert found(store, "two") is not None
    assert row_counts(store)["screening_drafts"] == 1


def test_a_deleted_draft_is_gone_and_deleting_again_is_no_error(store: Store) -> None:
    new_draft(store, "one")
    new_draft(store, "two")
    for _ in range(2):
        with store.database.writing() as session:
            delete_draft(session, "one", NOON)
    assert found(store, "one") is None
    assert found(store, "two") is not None


def test_a_draft_knows_the_screening_it_became(store: Store) -> None:
    draft, screening_id = new_draft(store), add(store)
    with store.database.writing() as session:
        save_draft(session, store.cipher, replace(draft, screening_id=screening_id))
    again = found(store)
    assert again is not None
    assert (again.screening_id, again.is_submitted) == (screening_id, True)


def test_two_drafts_cannot_share_a_token(store: Store) -> None:
    new_draft(store)
    with pytest.raises(ConflictError):
        new_draft(store)
