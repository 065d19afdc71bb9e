"""Tours through the desk: accounts, the queue, records, what can be taken along, statistics."""

import json
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import FilePayload, Page, expect

from tests.journeys import desk
from tests.journeys.pages import (
    TWO_MEDICINES,
    Person,
    follow,
    press,
    press_and_wait,
    reach_result,
    see,
    type_in,
)
from tests.journeys.shortcut import send
from tests.journeys.stored import damage_screenings
from tests.journeys.tour import Guide


def tour_accounts(guide: Guide) -> None:
    page = guide.page
    guide.page.goto(desk.set_up_link(guide.server))
    guide.show("set-up", "Set up your account")
    press(page, "Make my account")
    guide.show_error("set-up-error")
    guide.open("/clinic/set-up/used", "set-up-used", "This link does not work any more")
    guide.open("/clinic/sign-in", "sign-in", "Sign in")
    press(page, "Sign in")
    guide.show_error("sign-in-error-empty")
    type_in(page, "E-mail address", guide.account.email)
    type_in(page, "Password", "not the password")
    press(page, "Sign in")
    expect(page.locator(".error-summary li")).to_have_count(1)
    guide.show_error("sign-in-error-wrong")


# --- the queue ------------------------------------------------------------------------------------


def tour_queue(guide: Guide) -> None:
    page = guide.page
    desk.sign_in(page, guide.origin, guide.account)
    guide.visit("queue")
    follow(page, "Next page")
    guide.show("queue-next-page", desk.QUEUE)
    guide.open("/clinic/?status=done", "queue-done", "Screenings that are done")
    guide.open("/clinic/?from=2031-01-01", "queue-empty", desk.A_VIEW)
    page.goto(guide.origin + "/clinic/?outcome=cured&from=yesterday&until=never")
    guide.show_error("queue-error-filters")
    guide.open("/clinic/find", "find", "Find by reference code")
    type_in(page, "Reference code", "abc")
    press(page, "Find")
    guide.show_error("find-error")
    guide.open("/clinic/nowhere", "desk-no-such-page", "There is no such page")


def tour_views(guide: Guide) -> None:
    page = guide.page
    desk.sign_in(page, guide.origin, guide.account)
    guide.open("/clinic/?status=new&outcome=positive", "queue-filtered", desk.A_VIEW)
    desk.open_filters(page)
    guide.visit("queue-filters-open")
    press(page, "Keep")
    expect(page.locator(".error-summary")).to_be_visible()
    desk.open_filters(page)
    guide.visit("queue-view-error")
    type_in(page, "Name of the view", "New and positive")
    press(page, "Keep")
    expect(page.locator(".filter[aria-current]")).to_have_text("New and positive")
    desk.open_filters(page)
    guide.visit("queue-views-kept")
    page.goto(guide.origin + "/clinic/?status=new&outcome=negative")
    desk.open_filters(page)
    type_in(page, "Name of the view", "New and positive")
    press(page, "Keep")
    expect(page.get_by_role("button", name="Replace it")).to_be_visible()
    guide.visit("queue-view-name-taken")
    press(page, "Replace it")
    expect(page.locator(".filter[aria-current]")).to_have_text("New and positive")
    desk.open_filters(page)
    press(page, "Remove New and positive")
    expect(page.get_by_role("link", name="New and positive")).to_have_count(0)


def tour_small_clinic(guide: Guide) -> None:
    """A clinic without a screening, then with one that cannot be read: the server has to be its own."""
    page = guide.page
    desk.sign_in(page, guide.origin, guide.account)
    expect(page.get_by_text("No screening is waiting.")).to_be_visible()
    guide.visit("queue-of-an-empty-clinic")
    guide.open("/clinic/statistics", "statistics-of-an-empty-clinic", "Statistics")
    guide.open("/clinic/table", "table-of-an-empty-clinic", "Take this view as a table")
    send(page, guide.origin)
    damage_screenings(guide.server)
    guide.open("/clinic/", "queue-unreadable", desk.QUEUE)
    page.locator(".row-link").click()
    guide.show("record-unreadable", "This screening cannot be read")


# --- a record -------------------------------------------------------------------------------------


def tour_record(guide: Guide) -> None:
    page = guide.page
    code = reach_result(page, guide.origin, Person(tried=TWO_MEDICINES))
    desk.sign_in(page, guide.origin, guide.account)
    desk.find(page, guide.origin, code)
    guide.show("record", "Screen positive")
    press(page, "Save the review")
    guide.show_error("record-error")
    note = "Called. No answer.\nTry again on Monday."
    desk.save_review(page, "In review", note, "Chronic migraine")
    desk.see_review(page, "In review", guide.account.name, note, "Chronic migraine")
    guide.visit("record-reviewed")
    page.goto(guide.origin + "/clinic/")
    desk.open_first(page)
    guide.visit("record-first-of-queue")


def tour_shared_record(guide: Guide) -> None:
    """A record with an earlier screening, a history, and a colleague who was faster."""
    page = guide.page
    code = send(page, guide.origin)
    page.context.clear_cookies()
    send(page, guide.origin, code)
    desk.sign_in(page, guide.origin, guide.account)
    desk.find(page, guide.origin, code)
    expect(page.locator("#visits")).to_be_visible()
    guide.visit("record-with-visits")
    press_and_wait(page, "Take")
    page.locator("summary", has_text="Give to a colleague").click()
    guide.visit("record-taken")
    colleague = _colleague_at(guide, code)
    desk.fill_review(page, "Needs contact", "Letter sent.")
    desk.save_review(colleague, "In review", "Telephoned.")
    desk.see_review(colleague, "In review", guide.colleague.name, "Telephoned.")
    press(page, "Save the review")
    expect(page.get_by_role("alert")).to_be_visible()
    guide.visit("record-review-meanwhile")
    desk.find(page, guide.origin, code)
    press(colleague, "Take")
    expect(colleague.locator(".desk-record")).to_contain_text(f"with {guide.colleague.name}")
    press(page, "Release")
    expect(page.get_by_role("alert")).to_be_visible()
    guide.visit("record-taken-meanwhile")
    colleague.context.close()


def _colleague_at(guide: Guide, code: str) -> Page:
    """The window of a colleague who has the same record open."""
    browser = guide.page.context.browser
    assert browser is not None
    page = browser.new_page(java_script_enabled=False)
    desk.sign_in(page, guide.origin, guide.colleague)
    desk.find(page, guide.origin, code)
    desk.see_record(page)
    return page


# --- what can be taken along ----------------------------------------------------------------------


def tour_papers(guide: Guide) -> None:
    page = guide.page
    desk.sign_in(page, guide.origin, guide.account)
    follow(page, "Take it as a table")
    guide.show("table", "Take this view as a table")
    page.get_by_label("Put them in, too").check()
    press(page, "Take the file")
    guide.show_error("table-error")
    page.goto(guide.origin + "/clinic/?outcome=positive")
    desk.open_first(page)
    record = page.url
    follow(page, "Evidence pack")
    guide.show("evidence", "Make an evidence pack")
    type_in(page, "Name of the patient", "A" * 121)
    press(page, "Make the paper")
    guide.show_error("evidence-error")
    page.goto(record)
    follow(page, "FHIR")
    guide.show("fhir", "Take it as FHIR R4")
    page.get_by_label("Put them in, too").check()
    press(page, "Take the file")
    guide.show_error("fhir-error")
    page.get_by_label("Put them in, too").uncheck()
    with page.expect_download() as waiting:
        press(page, "Take the file")
    _take_in(guide, Path(waiting.value.path()))


def _take_in(guide: Guide, file: Path) -> None:
    page = guide.page
    guide.open("/clinic/take-in", "take-in", "Take in answers from a file")
    press(page, "Take it in")
    guide.show_error("take-in-error")
    response = _of_another_person(file)
    page.get_by_label("File").set_input_files(response)
    press(page, "Take it in")
    expect(page.get_by_role("status")).to_be_visible()
    guide.visit("take-in-done")
    guide.open("/clinic/take-in", "take-in", "Take in answers from a file")
    page.get_by_label("File").set_input_files(response)
    press(page, "Take it in")
    expect(page.get_by_role("status")).to_have_count(0)
    guide.visit("take-in-again")


def _of_another_person(file: Path) -> FilePayload:
    """The response in a file under an id of its own: each is taken in once, and tours are made many times."""
    bundle = json.loads(file.read_text("utf-8"))
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "QuestionnaireResponse":
            entry["resource"]["id"] = str(uuid4())
    content = json.dumps(bundle).encode()
    return {"name": "response.json", "mimeType": "application/json", "buffer": content}


# --- statistics -----------------------------------------------------------------------------------


def tour_statistics(guide: Guide) -> None:
    page = guide.page
    send(page, guide.origin)
    desk.sign_in(page, guide.origin, guide.account)
    guide.open("/clinic/statistics", "statistics", "Statistics")
    follow(page, "Show the demonstration figures")
    see(page, "Statistics")
    page.locator("summary", has_text="The numbers").click()
    guide.visit("statistics-demonstration")
    guide.open("/clinic/statistics?from=2020-01-06&until=2020-02-02", "statistics-of-nothing", "Statistics")
    page.goto(guide.origin + "/clinic/statistics?from=2098-01-06&until=2020-01-06")
    guide.show_error("statistics-error")
