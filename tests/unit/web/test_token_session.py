"""The thread to a browser: a random token, and a cookie only where one is needed."""

import re

import pytest
from flask import Flask, session

from app.web.token_session import CSRF_FIELD, TokenSessions, browser_session, new_token

KEY = bytes(range(32))


@pytest.fixture
def app() -> Flask:
    made = Flask(__name__)
    made.session_interface = TokenSessions(KEY)
    made.secret_key = KEY

    @made.get("/plain")
    def plain() -> str:
        return ""

    @made.get("/form")
    def form() -> str:
        return str(session[CSRF_FIELD])

    @made.get("/replace")
    def replace() -> str:
        return browser_session().replace()

    return made


@pytest.mark.requirement("SESS-01")
def test_a_token_has_256_random_bits() -> None:
    tokens = {new_token() for _ in range(50)}
    assert len(tokens) == 50
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)


def test_a_page_without_a_form_sets_no_cookie(app: Flask) -> None:
    assert "Set-Cookie" not in app.test_client().get("/plain").headers


def test_a_page_with_a_form_sets_one_and_keeps_it(app: Flask) -> None:
    client = app.test_client()
    first = client.get("/form")
    assert "HttpOnly" in first.headers["Set-Cookie"]
    again = client.get("/form")
    assert "Set-Cookie" not in again.headers
    assert again.text == first.text


def test_another_token_makes_another_form(app: Flask) -> None:
    client = app.test_client()
    before = client.get("/form").text
    token = client.get("/replace").text
    assert client.get_cookie("session").value == token  # type: ignore[union-attr]
    assert client.get("/form").text != before


@pytest.mark.requirement("SESS-01")
def test_the_token_against_forged_forms_says_nothing_of_the_cookie(app: Flask) -> None:
    client = app.test_client()
    form = client.get("/form").text
    token = client.get_cookie("session").value  # type: ignore[union-attr]
    assert token not in form
    other = Flask(__name__)
    other.session_interface = TokenSessions(bytes(32))
    with other.test_request_context(headers={"Cookie": f"session={token}"}):
        assert session[CSRF_FIELD] != form, "the two apps have keys of their own"


@pytest.mark.parametrize("value", ["", "x", "a" * 42, "a" * 44, "a" * 42 + "!", "é" * 43, "a" * 9000])
def test_what_is_no_token_is_no_session(value: str, app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": f"session={value}"}):
        assert not browser_session().was_held
        assert browser_session().token != value
