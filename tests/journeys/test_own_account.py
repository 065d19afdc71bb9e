"""One's own account in a real browser: passkeys, and the question whether somebody is still there."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.journeys import desk
from tests.journeys.conftest import TIMEOUT_MS, OpenWindow
from tests.journeys.desk import Account
from tests.journeys.pages import follow, press, see, type_in
from tests.support.server import Server, running_server

pytestmark = pytest.mark.browser

NOTE = "Typed and not sent."


# --- passkeys -------------------------------------------------------------------------------------


@pytest.fixture
def named(own_database: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a name: browsers make passkeys for no number."""
    folder = tmp_path_factory.mktemp("passkeys") / "data"
    settings = {"HOST": "localhost", "PUBLIC_URL": "", **own_database}
    with running_server(folder, settings=settings) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with closing(browser.new_context()) as context:
        context.set_default_timeout(TIMEOUT_MS)
        yield context.new_page()


def add_authenticator(page: Page, **more: Any) -> tuple[CDPSession, str]:
    """A phone or a key that answers at once, as Chromium pretends it."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        **more,
    }
    made = cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return cdp, made["authenticatorId"]


@pytest.mark.requirement("AUTH-12")
def test_a_passkey_is_made_used_and_removed(page: Page, named: Server) -> None:
    origin = named.origin.replace("127.0.0.1", "localhost")
    account = desk.make_account(page, named, Account())
    desk.sign_in(page, origin, account)
    cdp, authenticator = add_authenticator(page)
    page.goto(origin + "/clinic/account")
    follow(page, "Add a passkey")
    type_in(page, "Your password now", account.password)
    type_in(page, "A name for it", "Key on my desk")
    press(page, "Make the passkey")
    expect(page.get_by_role("status").first).to_have_text("Your passkey is kept.")
    expect(page.locator(".own-account")).to_contain_text("Key on my desk")
    press(page, "Sign out")

    desk.give_password(page, origin, account)
    see(page, "Enter your code")
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    press(page, "Use a passkey")
    expect(page.locator(".passkey [role=status]")).to_have_text("The passkey was not used. Try it once more.")
    cdp.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": True})
    press(page, "Use a passkey")
    see(page, desk.QUEUE)

    page.goto(origin + "/clinic/account")
    page.get_by_role("link", name="Remove Key on my desk").click()
    type_in(page, "Your password now", account.password)
    press(page, "Remove it")
    expect(page.locator(".own-account")).not_to_contain_text("Key on my desk")


def test_where_there_can_be_no_passkey_none_is_offered(
    window: OpenWindow, server: Server, account: Account
) -> None:
    page = window(1280)
    desk.give_password(page, server.origin, account)
    see(page, "Enter your code")
    expect(page.get_by_role("button", name="Use a passkey")).to_have_count(0)
    desk.give_code(page, account)
    page.goto(server.origin + "/clinic/account")
    expect(page.get_by_text("passkey")).to_have_count(0)
    page.goto(server.origin + "/clinic/account/passkey")
    see(page, "There is no such page")


# --- still there? ---------------------------------------------------------------------------------


def open_record(page: Page, server: Server, account: Account) -> None:
    desk.sign_in(page, server.origin, account)
    page.clock.install()
    desk.open_first(page)
    type_in(page, "Note", NOTE)
    expect(page.locator(".session")).to_be_hidden()


def test_two_minutes_before_the_end_the_desk_asks(
    window: OpenWindow, server: Server, account: Account
) -> None:
    page = window(1280)
    open_record(page, server, account)
    page.clock.fast_forward("12:30")
    expect(page.locator(".session")).to_be_hidden()
    page.clock.fast_forward("01:00")
    box = page.get_by_role("alert").filter(has_text="You will be signed out in two minutes")
    expect(box).to_be_visible()
    expect(page.get_by_label("Note")).to_be_focused()
    page.get_by_role("button", name="Stay signed in").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".session")).to_be_hidden()
    expect(page.get_by_label("Note")).to_have_value(NOTE)
    page.clock.fast_forward("13:30")
    expect(box).to_be_visible()


def test_when_it_has_ended_the_desk_says_so_and_keeps_what_was_typed(
    window: OpenWindow, server: Server, account: Account
) -> None:
    page = window(1280)
    open_record(page, server, account)
    page.clock.fast_forward("15:30")
    expect(page.locator(".session")).to_contain_text("You are signed out by now")
    expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()
    expect(page.get_by_label("Note")).to_have_value(NOTE)


def test_what_happens_in_another_window_counts_here(
    window: OpenWindow, server: Server, account: Account
) -> None:
    page = window(1280)
    open_record(page, server, account)
    page.clock.fast_forward("13:30")
    expect(page.locator(".session")).to_be_visible()
    other = page.context.new_page()
    other.goto(server.origin + "/clinic/find")
    expect(page.locator(".session")).to_be_hidden()


def test_without_scripts_nothing_is_asked(window: OpenWindow, server: Server, account: Account) -> None:
    page = window(1280, java_script_enabled=False)
    desk.sign_in(page, server.origin, account)
    expect(page.locator(".session")).to_be_hidden()


def test_recovery_codes_are_printed_with_nothing_else(browser: Browser, server: Server) -> None:
    with closing(browser.new_context()) as context:
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        account = Account("Dr P. Printer", "printer@example.org")
        page.goto(desk.set_up_link(server))
        desk.fill_set_up(page, account)
        desk.give_password(page, server.origin, account)
        desk.give_code(page, desk.with_phone(page, server, account))
        see(page, "Keep your recovery codes")
        page.emulate_media(media="print")
        for hidden in (".top", ".own-notices", ".session", ".actions"):
            expect(page.locator(hidden)).to_be_hidden()
        expect(page.locator(".codes li")).to_have_count(10)
