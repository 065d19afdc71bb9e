"""A clinic that asks for the code of its poster."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import OpenWindow
from tests.journeys.pages import SIGNS, press, see, type_in
from tests.journeys.shared_tour import START
from tests.support.browser import assert_no_horizontal_scroll, axe_violations
from tests.support.server import Server, running_server

pytestmark = pytest.mark.browser


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    with running_server(tmp_path / "data", settings={"ACCESS_CODE": "SPRING27"}) as running:
        yield running


def test_the_code_of_a_poster_opens_the_first_page(window: OpenWindow, own_server: Server) -> None:
    page = window()
    page.goto(own_server.origin + "/")
    assert not axe_violations(page)
    type_in(page, "Code of the clinic", "WINTER27")
    press(page, "Go on")
    expect(page.locator(".error-summary")).to_be_visible()
    assert not axe_violations(page)
    assert_no_horizontal_scroll(page)
    type_in(page, "Code of the clinic", "spring27")
    press(page, "Go on")
    see(page, START)
    press(page, "Start")
    expect(page.get_by_text(SIGNS)).to_be_visible()
