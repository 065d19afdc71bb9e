"""A code that is typed: checked before the database is asked, and the same whether it is known or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.domain.reference_code import ALPHABET, ReferenceCodeError, new_reference_code
from app.services.clinical_review import NoScreeningError, find_by_reference_code
from app.storage.database import Database
from app.storage.encryption import FieldCipher, Place
from app.storage.keyring import create_keyring, load_keyring
from app.storage.models import Screening
from app.storage.store import Store
from tests.support.client import WebClient
from tests.support.screenings import add

AGAIN, FIND = "/again", "/clinic/find"


@contextmanager
def counted_statements(store: Store) -> Iterator[list[str]]:
    """Every statement that is sent to the database meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    event.listen(store.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.database.engine, "before_cursor_execute", note)


def wrong(code: str) -> list[str]:
    """The code with one wrong symbol, and with two neighbours swapped."""
    other = ALPHABET[(ALPHABET.index(code[5]) + 1) % len(ALPHABET)]
    swaps = (code[:place] + code[place + 1] + code[place] + code[place + 2 :] for place in range(16))
    return [code[:5] + other + code[6:], next(each for each in swaps if each != code)]


@pytest.mark.requirement("PAT-02")
def test_a_slip_is_noticed_before_the_database_is_asked(
    patient_client: WebClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_connection(_: Database) -> None:
        raise AssertionError("the database was asked")

    patient_client.open(AGAIN)
    monkeypatch.setattr(Database, "reading", no_connection)
    monkeypatch.setattr(Database, "looking", no_connection)
    monkeypatch.setattr(Database, "writing", no_connection)
    for typed in wrong(new_reference_code()):
        assert patient_client.submit("Start", code=typed, status=422).errors
        with pytest.raises(ReferenceCodeError):
            find_by_reference_code(sqlite_store, typed)


@pytest.mark.requirement("PAT-05")
def test_with_another_keyring_no_code_is_found(store: Store, tmp_path: Path) -> None:
    code = new_reference_code()
    screening_id = add(store, code=code)
    create_keyring(tmp_path / "other")
    other = load_keyring(tmp_path / "other")
    assert find_by_reference_code(store, code) == screening_id
    with pytest.raises(NoScreeningError):
        find_by_reference_code(replace(store, keyring=other, cipher=FieldCipher(other)), code)


@pytest.mark.requirement("PAT-07", part="where a code is used again")
def test_a_known_and_an_unknown_code_cost_the_same_and_no_record_is_opened(
    app: Flask, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    known, unknown = new_reference_code(), new_reference_code()
    add(sqlite_store, code=known)

    opening, opened = FieldCipher.open, set()

    def watched(cipher: FieldCipher, sealed: bytes, place: Place) -> Any:
        opened.add(place.table)
        return opening(cipher, sealed, place)

    monkeypatch.setattr(FieldCipher, "open", watched)
    replies = []
    for code in (known, unknown):
        client = WebClient(app)
        client.open(AGAIN)
        with counted_statements(sqlite_store) as statements:
            page = client.post(AGAIN, {"code": code})
        headers = {name for name, _ in page.headers}
        replies.append((page.status, page.location, len(page.body), headers, statements))
    assert replies[0] == replies[1]
    assert replies[0][4]
    assert opened <= {"screening_drafts"}


@pytest.mark.requirement("PAT-10")
def test_looking_up_changes_nothing_of_the_record_however_often(
    patient_client: WebClient, clinic_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    screening_id = add(sqlite_store, code=code)

    def row() -> Any:
        with sqlite_store.database.reading() as session:
            return session.execute(select(*Screening.__table__.columns)).one()

    before = row()
    patient_client.open(AGAIN)
    clinic_client.open(FIND)
    for _ in range(15):  # an account may search 60 times in ten minutes
        for typed in (new_reference_code(), code, code[:-1]):
            clinic_client.post(FIND, {"code": typed})
            patient_client.post(AGAIN, {"code": typed})
            patient_client.open(AGAIN)
    found = clinic_client.post(FIND, {"code": code})
    assert found.location == f"/clinic/screenings/{screening_id}"
    assert row() == before
