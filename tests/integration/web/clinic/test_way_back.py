"""The page somebody wanted before they had to sign in: ours, or none."""

import pytest
from flask import Flask

from app.clinic.way_back import address_after, checked_way_back
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


@pytest.mark.requirement("WEB-07")
@pytest.mark.parametrize("wanted", ["/find", "/find?x=1&y=%2F", "/account/password", "/?status=new"])
def test_a_page_of_ours_is_gone_to_with_what_was_asked(wanted: str, app: Flask) -> None:
    with clinic_app(app).test_request_context("/", base_url="http://localhost/clinic"):
        assert address_after(wanted, "clinic.account") == f"/clinic{wanted}"
