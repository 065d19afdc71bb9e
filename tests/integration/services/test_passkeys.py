"""Passkeys: what is taken, and everything that is refused. On both databases."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.services.passkeys import (
    MOST_PASSKEYS,
    PasskeyError,
    Site,
    add_passkey,
    give_passkey,
    own_passkeys,
    registration_options,
    remove_passkey,
    sign_in_options,
)
from app.services.sign_in import current_session
from app.services.throttling import TooManyTriesError
from app.storage.clinic_sessions import SignedInSession
from app.storage.store import Store
from app.web.token_session import new_token
from tests.support.accounts import open_session
from tests.support.authenticator import Authenticator, decoded, encoded

ORIGIN, HOST = "https://clinic.example", "clinic.example"
SITE = Site(HOST, ORIGIN, "Headache screening")
Enter = Callable[[], SignedInSession]


def session_of(store: Store, token: str) -> SignedInSession:
    found = current_session(store, token, datetime.now(UTC))
    assert found is not None
    return found


class Desk:
    """A person with a browser in which the password was given, and with a passkey."""

    def __init__(self, store: Store, person: UUID) -> None:
        self.store, self.person = store, person
        self.token = open_session(store, person, factor_at=None)
        self.passkey = Authenticator(ORIGIN, HOST)

    @property
    def session(self) -> SignedInSession:
        return session_of(self.store, self.token)

    def register(self, passkey: Authenticator | None = None, name: str = "Phone") -> None:
        answer = (passkey or self.passkey).register(registration_options(self.store, self.session, SITE))
        add_passkey(self.store, self.session, SITE, name, answer, datetime.now(UTC))

    def options(self) -> str:
        options = sign_in_options(self.store, self.session, SITE)
        assert options is not None
        return options

    def give(self, answer: str) -> str:
        token = new_token()
        give_passkey(self.store, self.session, SITE, answer, token, datetime.now(UTC))
        self.token = token
        return token


@pytest.fixture
def desk(store: Store, ada: UUID) -> Desk:
    made = Desk(store, ada)
    made.register()
    return made


@pytest.mark.requirement("AUTH-12")
def test_a_passkey_lets_its_person_in_and_counts(desk: Desk, store: Store) -> None:
    old = desk.token
    desk.give(desk.passkey.answer(desk.options()))
    assert desk.session.factor_at is not None
    assert current_session(store, old, datetime.now(UTC)) is None
    (kept,) = own_passkeys(store, desk.session)
    assert (kept.name, kept.sign_count) == ("Phone", 1)
    assert kept.last_used_at is not None


@pytest.mark.requirement("AUTH-12")
def test_what_is_asked_is_long_random_and_wants_the_person_verified(desk: Desk) -> None:
    asked = json.loads(desk.options())
    assert len(decoded(asked["challenge"])) >= 16
    assert asked["userVerification"] == "required"
    assert asked["rpId"] == HOST
    assert json.loads(desk.options())["challenge"] == asked["challenge"], "the same until it is answered"
    made = json.loads(registration_options(desk.store, desk.session, SITE))
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["excludeCredentials"][0]["id"] == encoded(desk.passkey.id)
    assert str(desk.person) not in str(made)
    assert made["challenge"] != asked["challenge"]


@pytest.mark.requirement("AUTH-12")
@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://clinic.example"},
        {"origin": "https://clinic.example:444"},
        {"host": "evil.example"},
        {"verifies": False},
    ],
    ids=str,
)
def test_an_answer_made_for_somebody_else_or_unverified_is_refused(
    desk: Desk, wrong: dict[str, object]
) -> None:
    other = Authenticator(ORIGIN, HOST)
    for passkey in (desk.passkey, other):
        for name, value in wrong.items():
            setattr(passkey, name, value)
    with pytest.raises(PasskeyError):
        desk.give(desk.passkey.answer(desk.options()))
    with pytest.raises(PasskeyError):
        desk.register(other)
    assert desk.session.factor_at is None
    assert len(own_passkeys(desk.store, desk.session)) == 1


@pytest.mark.requirement("AUTH-12")
def test_an_answer_works_once(desk: Desk) -> None:
    answer = desk.passkey.answer(desk.options())
    desk.give(answer)
    with pytest.raises(PasskeyError):
        desk.give(answer)


@pytest.mark.requirement("AUTH-12")
def test_an_answer_is_refused_after_a_wrong_one(desk: Desk) -> None:
    """The question is used up, whatever was answered."""
    answer = desk.passkey.answer(desk.options())
    with pytest.raises(PasskeyError):
        desk.give("{}")
    with pytest.raises(PasskeyError):
        desk.give(answer)


@pytest.mark.requirement("AUTH-12")
def test_a_count_that_does_not_go_up_is_refused(desk: Desk) -> None:
    desk.give(desk.passkey.answer(desk.options()))
    for count in (0, -1):
        desk.passkey.sign_count = count
        with pytest.raises(PasskeyError):
            desk.give(desk.passkey.answer(desk.options()))
    desk.passkey.sign_count = 5
    desk.give(desk.passkey.answer(desk.options()))


@pytest.mark.requirement("AUTH-12")
def test_a_question_belongs_to_its_session_and_its_purpose(desk: Desk, store: Store) -> None:
    other = Desk(store, desk.person)
    other.passkey = desk.passkey
    other.options()
    with pytest.raises(PasskeyError):
        other.give(desk.passkey.answer(desk.options()))
    made = Authenticator(ORIGIN, HOST).register(desk.options())
    with pytest.raises(PasskeyError):
        add_passkey(store, desk.session, SITE, "x", made, datetime.now(UTC))


@pytest.mark.requirement("AUTH-12")
def test_the_passkey_of_somebody_else_is_none(desk: Desk, store: Store, bo: UUID) -> None:
    other = Desk(store, bo)
    other.register(name="Key")
    with pytest.raises(PasskeyError):
        other.give(desk.passkey.answer(other.options()))
    with pytest.raises(PasskeyError):
        other.register(desk.passkey)
    assert not remove_passkey(
        store, other.session, own_passkeys(store, desk.session)[0].id, datetime.now(UTC)
    )


@pytest.mark.requirement("AUTH-12")
def test_a_forged_signature_is_refused(desk: Desk) -> None:
    forger = Authenticator(ORIGIN, HOST, id=desk.passkey.id)
    with pytest.raises(PasskeyError):
        desk.give(forger.answer(desk.options()))


@pytest.mark.requirement("AUTH-12")
@pytest.mark.parametrize(
    "answer",
    ["", "x", "{}", "[]", "null", "1", '{"id": 1}', "\x00", '{"id": "é"}', "9" * 5000, "[" * 100_000],
    ids=lambda answer: answer[:10],
)
def test_what_is_no_answer_is_only_refused(answer: str, desk: Desk) -> None:
    desk.options()
    with pytest.raises(PasskeyError):
        desk.give(answer)
    registration_options(desk.store, desk.session, SITE)
    with pytest.raises(PasskeyError):
        add_passkey(desk.store, desk.session, SITE, "x", answer, datetime.now(UTC))


@pytest.mark.requirement("AUTH-12")
def test_of_two_at_once_one_is_taken(desk: Desk) -> None:
    answer, session = desk.passkey.answer(desk.options()), desk.session

    def give(_: int) -> bool:
        try:
            give_passkey(desk.store, session, SITE, answer, new_token(), datetime.now(UTC))
        except PasskeyError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(give, range(4))) <= 1


@pytest.mark.requirement("AUTH-12")
def test_tries_are_limited_with_those_of_codes(desk: Desk) -> None:
    for _ in range(5):
        with pytest.raises(PasskeyError):
            desk.give("{}")
    with pytest.raises(TooManyTriesError):
        desk.give(desk.passkey.answer(desk.options()))


@pytest.mark.requirement("AUTH-12")
def test_adding_or_removing_one_signs_every_other_browser_out(desk: Desk, store: Store) -> None:
    now = datetime.now(UTC)
    for change in (
        lambda: desk.register(Authenticator(ORIGIN, HOST)),
        lambda: remove_passkey(store, desk.session, own_passkeys(store, desk.session)[0].id, now),
    ):
        other = open_session(store, desk.person, factor_at=now)
        change()
        assert current_session(store, other, now + timedelta(seconds=1)) is None
        assert desk.session.account.id == desk.person
    assert len(own_passkeys(store, desk.session)) == 1


@pytest.mark.requirement("AUTH-12")
def test_a_person_has_not_more_than_ten(desk: Desk) -> None:
    for _ in range(MOST_PASSKEYS - 1):
        desk.register(Authenticator(ORIGIN, HOST))
    with pytest.raises(PasskeyError):
        desk.register(Authenticator(ORIGIN, HOST))
