"""Passwords: their length, what is easy to guess, and that checking one is exact."""

from unicodedata import normalize

import pytest

from app.services.passwords import (
    LONGEST,
    SHORTEST,
    PasswordProblem,
    hash_password,
    is_outdated,
    is_right,
    normalized,
    problem_with,
)

GOOD = "violet anchor biscuit lantern"


@pytest.mark.requirement("AUTH-01")
@pytest.mark.parametrize(
    ("password", "problem"),
    [
        (GOOD, None),
        ("q7#Vt!mB2x@Kz", PasswordProblem.TOO_SHORT),
        ("gravel tempo xi", None),
        ("gravel tempo x", PasswordProblem.TOO_SHORT),
        ("竹林の中で静かに青い傘を開いた犬", None),
        ("seven 🧠 brains on a wet roof", None),
        ("  blanks  count  at  ends  ", None),
        ("alllowercasewithoutadigitzebra", None),
        (GOOD * 5, PasswordProblem.TOO_LONG),
    ],
)
def test_length_is_all_the_composition_there_is(password: str, problem: PasswordProblem | None) -> None:
    assert problem_with(password) is problem


@pytest.mark.requirement("AUTH-01")
def test_a_password_is_counted_after_its_letters_are_composed() -> None:
    composed = "é" * (SHORTEST - 1)
    assert len(normalize("NFD", composed)) > SHORTEST
    assert problem_with(normalize("NFD", composed)) is PasswordProblem.TOO_SHORT


@pytest.mark.requirement("AUTH-02")
@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "123456789012345678",
        "aaaaaaaaaaaaaaaaaaaa",
        "qwertyuiopasdfghjkl",
        "Password1234567!",
        "abcdefghijklmnopqrst",
        "adaexample2026!!",
        "Dr Ada Example 1",
        "headachescreening",
        "migraine-migraine-1",
        "screening desk 2026",
        "violet anchor example lantern",
        "violet anchor MIGRAINE lantern",
        "ada ada ada ada ada ada",
    ],
)
def test_what_others_would_try_first_is_refused(password: str) -> None:
    words = ("Ada", "Example", "Dr", "ada", "example", "org")
    assert problem_with(password, words) is PasswordProblem.EASY_TO_GUESS


@pytest.mark.requirement("AUTH-03")
@pytest.mark.parametrize("place", [0, 72, 127])
def test_a_single_other_sign_anywhere_is_another_password(place: int) -> None:
    password = (GOOD * 5)[:LONGEST]
    kept = hash_password(password)
    other = password[:place] + ("x" if password[place] != "x" else "y") + password[place + 1 :]
    assert is_right(kept, password)
    assert not is_right(kept, other)


@pytest.mark.requirement("AUTH-03")
def test_blanks_at_the_ends_and_capitals_count_and_composition_does_not() -> None:
    kept = hash_password("  café under the anchor ")
    assert is_right(kept, normalize("NFD", "  café under the anchor "))
    for other in ("café under the anchor", "  café under the anchor", "  Café under the anchor ", ""):
        assert not is_right(kept, other)


@pytest.mark.requirement("AUTH-04", "AUTH-06")
def test_the_slow_part_is_done_once_for_everybody_and_never_for_what_is_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done: list[str] = []

    class Slow:
        def verify(self, kept: str, _password: str) -> bool:
            done.append(kept)
            return True

    monkeypatch.setattr("app.services.passwords._HASHER", Slow())
    assert is_right("hash", GOOD)
    assert not is_right(None, GOOD), "not even where the hash of nobody is right"
    assert len(done) == 2
    for kept in ("hash", None):
        assert not is_right(kept, "x" * (LONGEST + 1))
    assert len(done) == 2


def test_a_hash_that_is_none_is_wrong_and_one_of_today_is_not_outdated() -> None:
    assert not is_right("damaged", GOOD)
    kept = hash_password(GOOD)
    assert not is_outdated(kept)
    assert is_outdated(kept.replace("t=2", "t=1"))
    assert normalized("e\u0301") == "\u00e9"
