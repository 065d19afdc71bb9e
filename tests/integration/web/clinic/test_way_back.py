"""The page somebody wanted before they had to sign in: ours, or none."""

import pytest
from flask import Flask

from app.clinic.way_back import address_after, checked_way_back, way_back
from tests.support.accounts import clinic_app


@pytest.mark.requirement("WEB-07")
@pytest.mark.parametrize(
    "wanted",
    [
        None,
        "",
        "find",
        "//evil.example",
        "//evil.example/find",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example/find",
        "http:/find",
        "javascript:alert(1)",
        "/find\n",
        "/find\x00",
        "/\t/evil.example",
        "/nowhere",
        "/../find/../..//evil.example",
        "/static/app.css",
        "/sign-in",
        "/factor",
        "/sign-out",
        "http://[",
    ],
)
def test_what_is_no_page_of_ours_is_not_gone_to(wanted: str | None, app: Flask) -> None:
    with clinic_app(app).test_request_context("/", base_url="http://localhost/clinic"):
        assert checked_way_back(wanted) is None
        assert address_after(wanted, "clinic.queue") == "/clinic/"


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ("/account?done=app", "/account"),
        ("/?status=new&saved=review&done=", "/?status=new"),
        ("/find?done=1&done=2&x=a%26b&x=", "/find?x=a%26b&x="),
    ],
)
def test_no_way_back_says_again_that_something_was_done(wanted: str, kept: str, app: Flask) -> None:
    with clinic_app(app).test_request_context(wanted, base_url="http://localhost/clinic"):
        assert way_back() == kept
        assert checked_way_back(wanted) == kept
        assert address_after(wanted, "clinic.queue") == f"/clinic{kept}"


@pytest.mark.requirement("WEB-07")
@pytest.mark.parametrize("wanted", ["/find", "/find?x=1&y=%2F", "/account/password", "/?status=new"])
def test_a_page_of_ours_is_gone_to_with_what_was_asked(wanted: str, app: Flask) -> None:
    with clinic_app(app).test_request_context("/", base_url="http://localhost/clinic"):
        assert address_after(wanted, "clinic.account") == f"/clinic{wanted}"
