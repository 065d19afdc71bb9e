"""Tours through the administrator's pages, and the page of a record that was removed."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from playwright.sync_api import FilePayload, Page, expect

from app.storage.removal import remove_content
from app.storage.statuses import Remover
from app.storage.store import open_store
from tests.journeys import desk
from tests.journeys.pages import choose, follow, press, see, type_in
from tests.journeys.shortcut import send
from tests.journeys.tour import Guide
from tests.support.databases import sqlite_url
from tests.support.png import png

LOGO: Final = FilePayload(name="logo.png", mimeType="image/png", buffer=b"")


def tour_people(guide: Guide) -> None:
    page = guide.page
    desk.sign_in(page, guide.origin, guide.account)
    follow(page, "Administration")
    guide.show("admin-people", "People")
    type_in(page, "E-mail address, if you know it", "nobody")
    press(page, "Make a link")
    guide.show_error("admin-people-error")
    type_in(page, "E-mail address, if you know it", "new@example.org")
    choose(page, "What will they do?", "Clinician")
    press(page, "Make a link")
    guide.show("admin-link", "Link for a new account")
    follow(page, "Go to the people")
    follow(page, guide.colleague.name)
    guide.show("admin-person", guide.colleague.name)
    for role in ("Clinician: reads", "Administrator: manages"):
        page.get_by_label(role).uncheck()
    press(page, "Save the roles")
    guide.show_error("admin-person-error")
    page.reload()
    see(page, guide.colleague.name)


def tour_shut_account(guide: Guide) -> None:
    page = guide.page
    desk.sign_in(page, guide.origin, guide.account)
    page.goto(guide.origin + "/clinic/admin/people")
    follow(page, guide.colleague.name)
    press(page, "Shut the account")
    guide.show_error("admin-person-sure-error")
    page.get_by_label("Yes, sign this person out").check()
    press(page, "Shut the account")
    expect(page.get_by_role("status")).to_contain_text("The account is shut.")
    guide.visit("admin-person-shut")
    press(page, "Take the account back into use")
    expect(page.get_by_role("status")).to_contain_text("in use again")


def tour_retention(guide: Guide) -> None:
    page = guide.page
    desk.sign_in(page, guide.origin, guide.account)
    guide.open("/clinic/admin/retention", "admin-retention", "How long screenings are kept")
    type_in(page, "Closed", "7")
    press(page, "Save the limits")
    guide.show_error("admin-retention-error")
    page.goto(guide.origin + "/clinic/admin/retention")
    if page.get_by_label("The clock is right").count():  # asked before the first run of this server
        page.get_by_label("The clock is right").check()
    page.get_by_label("Yes, remove").check()
    press(page, "Remove them now")
    expect(page.get_by_role("status")).to_contain_text("The run has ended.")
    guide.visit("admin-retention-run")
    _pretend_a_pause(guide)
    page.get_by_label("Yes, remove").check()
    press(page, "Remove them now")
    expect(page.get_by_role("alert")).to_contain_text("48 hours")
    guide.visit("admin-retention-clock")
    page.get_by_label("The clock is right").check()
    page.get_by_label("Yes, remove").check()
    press(page, "Remove them now")
    expect(page.get_by_role("status")).to_contain_text("The run has ended.")


def _pretend_a_pause(guide: Guide) -> None:
    with closing(sqlite3.connect(guide.server.data_dir / "screening.db")) as connection, connection:
        connection.execute(
            "UPDATE clinic_settings SET changed_at = '2026-01-02 03:04:05.000000' WHERE name = 'last_purge'"
        )


def tour_audit(guide: Guide) -> None:
    page = guide.page
    desk.sign_in(page, guide.origin, guide.account)
    guide.open("/clinic/admin/audit", "admin-audit", "Audit log")
    guide.open("/clinic/admin/audit?action=key_retired", "admin-audit-empty", "Audit log")
    page.goto(guide.origin + "/clinic/admin/audit?action=magic&first=1999-01-01")
    guide.show_error("admin-audit-error")
    guide.open("/clinic/admin/installation", "admin-installation", "Installation")


def tour_removed(guide: Guide) -> None:
    page = guide.page
    code = send(page, guide.origin)
    desk.sign_in(page, guide.origin, guide.account)
    desk.find(page, guide.origin, code)
    expect(page.locator(".desk-record")).to_be_visible()
    _remove(guide, UUID(page.url.partition("/screenings/")[2][:36]))
    page.reload()
    guide.show("record-removed", "This screening was deleted")


def _remove(guide: Guide, screening_id: UUID) -> None:
    folder = guide.server.data_dir
    store = open_store(sqlite_url(folder / "screening.db"), folder / "keyring", folder / "policies")
    with closing(store.database), store.database.writing() as session:
        assert remove_content(session, screening_id, Remover.PATIENT, datetime.now(UTC))


def tour_clinic(guide: Guide) -> None:
    """The own words of a clinic, from the page to the patient. They change all pages: for its own server."""
    page = guide.page
    desk.sign_in(page, guide.origin, guide.account)
    guide.open("/clinic/admin/poster", "admin-poster", "Poster")
    guide.open("/clinic/admin/clinic", "admin-clinic", "Clinic")
    type_in(page, "Name of the clinic", "x" * 81)
    page.get_by_label("Logo", exact=True).set_input_files({**LOGO, "buffer": b"<svg/>"})
    press(page, "See a preview")
    guide.show_error("admin-clinic-error")
    say_own_words(page)
    press(page, "See a preview")
    expect(page.get_by_text("Nothing is saved yet.")).to_be_visible()
    guide.visit("admin-clinic-preview")
    press(page, "Save")
    expect(page.get_by_role("status")).to_contain_text("The words of the clinic are saved.")
    guide.visit("admin-clinic-saved")
    guide.open("/", "start-own-words", "Do you have very frequent headaches?")
    expect(page.get_by_role("heading", name="Words of Northside Headache Clinic")).to_be_visible()


def say_own_words(page: Page) -> None:
    """Fills the form of the clinic."""
    type_in(page, "Name of the clinic", "Northside Headache Clinic")
    type_in(page, "How to reach the clinic", "Telephone 020 7946 0000\nMonday to Friday, 9 to 17")
    page.get_by_label("Country").select_option("GB")
    type_in(page, "Introduction on pages in English", "A nurse reads what you send within two weeks.")
    page.get_by_label("Logo", exact=True).set_input_files({**LOGO, "buffer": png(300, 100)})
