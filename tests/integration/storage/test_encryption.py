"""Sealed values: what was changed, moved or written with another key does not open."""

import json
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.storage import encryption
from app.storage.encryption import FieldCipher, Place, UnreadableError, new_nonce, reference_mac, token_digest
from app.storage.keyring import Keyring, create_keyring, load_keyring
from app.storage.models import Screening
from app.storage.screenings import get_screening
from app.storage.store import Store
from tests.support.journeys import POSITIVE
from tests.support.screenings import add

PLACE = Place("screenings", "answers", UUID(int=7), 1)
VALUE = {"headache_days": 18, "note": "Kopfschmerz – 頭痛"}


@pytest.fixture
def cipher(keyring: Keyring) -> FieldCipher:
    return FieldCipher(keyring)


@pytest.fixture
def other_keyring(tmp_path: Path) -> Keyring:
    create_keyring(tmp_path / "other")
    return load_keyring(tmp_path / "other")


def test_a_sealed_value_opens_at_its_place(cipher: FieldCipher) -> None:
    assert cipher.open(cipher.seal(VALUE, PLACE), PLACE) == VALUE


@pytest.mark.requirement("DAT-02", part="does not open")
def test_a_flipped_bit_anywhere_keeps_it_closed(cipher: FieldCipher) -> None:
    """Every bit of a value: format, key id, nonce, what is sealed, and the tag."""
    sealed = cipher.seal(VALUE, PLACE)
    for bit in range(8 * len(sealed)):
        broken = bytearray(sealed)
        broken[bit // 8] ^= 1 << bit % 8
        with pytest.raises(UnreadableError):
            cipher.open(bytes(broken), PLACE)


@pytest.mark.requirement("DAT-02", part="does not open")
@pytest.mark.parametrize("length", [0, 1, 4, 5, 16, 17, 32, 40])
def test_a_value_cut_short_keeps_closed(cipher: FieldCipher, length: int) -> None:
    with pytest.raises(UnreadableError):
        cipher.open(cipher.seal(VALUE, PLACE)[:length], PLACE)


@pytest.mark.requirement("DAT-02", part="does not open")
@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, table="screening_drafts"),
        replace(PLACE, column="assessment"),
        replace(PLACE, row_id=UUID(int=8)),
        replace(PLACE, row_version=2),
    ],
    ids=["table", "column", "row", "version"],
)
def test_a_value_moved_elsewhere_keeps_closed(cipher: FieldCipher, elsewhere: Place) -> None:
    with pytest.raises(UnreadableError):
        cipher.open(cipher.seal(VALUE, PLACE), elsewhere)


def test_another_keyring_opens_nothing(cipher: FieldCipher, other_keyring: Keyring) -> None:
    with pytest.raises(UnreadableError):
        FieldCipher(other_keyring).open(cipher.seal(VALUE, PLACE), PLACE)


def test_an_error_names_the_place_and_not_the_value(cipher: FieldCipher) -> None:
    with pytest.raises(UnreadableError, match=r"^screenings\.answers cannot be read$"):
        cipher.open(cipher.seal(VALUE, PLACE)[:-1], PLACE)


def test_values_of_different_length_look_alike(cipher: FieldCipher) -> None:
    lengths = {len(cipher.seal("x" * length, PLACE)) for length in range(0, 500, 25)}
    assert len(lengths) == 1
    assert len(cipher.seal("x" * 600, PLACE)) > lengths.pop()


def test_the_same_value_is_never_sealed_the_same(cipher: FieldCipher) -> None:
    sealed = {cipher.seal(VALUE, PLACE) for _ in range(200)}
    assert len({each[5:17] for each in sealed}) == len(sealed) == 200


@pytest.mark.requirement("DAT-03")
@pytest.mark.slow
def test_no_nonce_comes_twice() -> None:
    assert len({new_nonce() for _ in range(1_000_000)}) == 1_000_000


@pytest.mark.requirement("DAT-03")
def test_a_value_is_sealed_with_a_nonce_of_its_own(
    cipher: FieldCipher, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = [new_nonce() for _ in range(3)]
    monkeypatch.setattr(encryption, "new_nonce", iter(drawn).__next__)
    assert [cipher.seal(VALUE, PLACE)[5:17] for _ in drawn] == drawn
    assert {len(each) for each in drawn} == {12}


@pytest.mark.parametrize("value", ["", [], {}, None, 0, "a\x00b", "🧠", ["  "]])
def test_any_json_value_survives(cipher: FieldCipher, value: object) -> None:
    assert cipher.open(cipher.seal(value, PLACE), PLACE) == value


def test_nothing_of_the_answers_can_be_read_in_the_row(store: Store) -> None:
    screening_id = add(store)
    with store.database.reading() as session:
        row = session.get_one(Screening, screening_id)
        for column in (row.answers, row.assessment):
            for word in (
                b"headache",
                b"propranolol",
                b"memory",
                json.dumps(POSITIVE["preventives"]).encode(),
            ):
                assert word not in column


@pytest.mark.requirement("DAT-02", part="does not open")
def test_answers_swapped_between_two_rows_open_in_neither(store: Store) -> None:
    first, second = add(store), add(store)
    with store.database.writing() as session:
        rows = [session.get_one(Screening, each) for each in (first, second)]
        rows[0].answers, rows[1].answers = rows[1].answers, rows[0].answers
    for each in (first, second):
        with store.database.reading() as session, pytest.raises(UnreadableError):
            get_screening(session, store.cipher, each)


@pytest.mark.requirement("DAT-02", part="does not open")
def test_a_row_set_back_to_an_older_version_does_not_open(store: Store) -> None:
    screening_id = add(store)
    with store.database.writing() as session:
        session.execute(text("UPDATE screenings SET row_version = 2"))
    with store.database.reading() as session, pytest.raises(UnreadableError):
        get_screening(session, store.cipher, screening_id)


@pytest.mark.requirement("PAT-05")
def test_a_code_has_one_mac_for_each_keyring(keyring: Keyring, other_keyring: Keyring) -> None:
    assert reference_mac(keyring, "CODE") == reference_mac(keyring, "CODE")
    assert reference_mac(keyring, "CODE") != reference_mac(other_keyring, "CODE")
    assert reference_mac(keyring, "CODE") != reference_mac(keyring, "CODF")
    assert len(reference_mac(keyring, "CODE")) == len(token_digest(str(uuid4()))) == 32


def test_every_purpose_has_a_key_of_its_own(keyring: Keyring) -> None:
    purposes = ("field/v1", "code-lookup/v1", "session-sign/v1/patient", "session-sign/v1/clinic")
    assert len({keyring.derive(each) for each in purposes}) == len(purposes)
