"""The layout holds in a much longer language and in one that runs from right to left."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, Route

from tests.journeys.conftest import OpenWindow
from tests.support import pseudo
from tests.support.browser import assert_no_horizontal_scroll, axe_violations
from tests.support.client import Page as Answer
from tests.support.client import WebClient
from tests.support.journeys import CHECK, OPTIONAL_PAGES, POSITIVE, fields_of
from tests.support.page import text
from tests.support.server import Server

pytestmark = pytest.mark.browser

SPEECHES = {"longer": (pseudo.longer, "ltr"), "from right to left": (pseudo.mirrored, "rtl")}
WIDTHS = (320, 1280)


@pytest.fixture(params=SPEECHES)
def client(request: pytest.FixtureRequest, app: Flask, monkeypatch: pytest.MonkeyPatch) -> WebClient:
    """A patient whose pages come in a language that nobody speaks."""
    change, direction = SPEECHES[request.param]
    pseudo.speak(monkeypatch, change, direction)
    client = WebClient(app)
    page = client.open(f"/?lang={pseudo.LANGUAGE}")
    assert page.html.get("dir") == direction
    assert "headache" not in text(page.html).casefold()
    return client


def button_to(page: Answer, end: str) -> str:
    """The words on the button of the form that goes to an address ending so."""
    (form,) = (
        each for each in page.html.iter("form") if each.get("action", "").partition("?")[0].endswith(end)
    )
    return next(text(each) for each in form.iter("button"))


def walk(client: WebClient) -> Iterator[str]:
    """Each page of a journey by its address; it is shown while the journey stands there."""
    yield from ("/", "/about", "/privacy", "/your-screening", "/again")
    page = client.open("/")
    page = client.submit(button_to(page, "/start"))
    while page.address != CHECK:
        yield page.address
        if page.address == "/screening/headache-days":
            yield from ("/screening/calendar", "/screening/later")
        page = client.open(page.address)
        page = client.submit(
            button_to(page, page.address), fields_of(page.address, {**POSITIVE, "preventives": []})
        )
    yield from (CHECK, *OPTIONAL_PAGES)
    page = client.submit(button_to(client.open(CHECK), "/submit"))
    yield page.address


def serve(client: WebClient, route: Route) -> None:
    """Answers the browser from the app in this process, with the cookies of the journey."""
    parts = urlsplit(route.request.url)
    answer = client.flask.get(
        parts.path + (parts.query and f"?{parts.query}"), base_url=client.origin, buffered=True
    )
    route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.get_data())


def faults_of(page: Page) -> Iterator[str]:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        try:
            assert_no_horizontal_scroll(page)
        except AssertionError as wide:
            yield f"{width} px: {wide}"
    yield from axe_violations(page)


def test_every_page_fits_and_axe_finds_nothing(client: WebClient, window: OpenWindow, server: Server) -> None:
    """The addresses are those of the server that every window is watched for; it is not asked itself."""
    page = window()
    page.route("**/*", partial(serve, client))
    found = []
    for address in walk(client):
        page.goto(server.origin + address)
        found += [f"{address}: {each}" for each in faults_of(page)]
    assert not found, "\n".join(found)
