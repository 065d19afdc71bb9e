"""The papers of a record, as a clinician takes them along: the summary and an evidence pack."""

import json
import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import desk
from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import Account
from tests.journeys.pages import (
    TWO_MEDICINES,
    Person,
    follow,
    press,
    reach_result,
    see,
    see_errors,
    see_typed,
    type_in,
)
from tests.journeys.shortcut import send
from tests.journeys.stored import traces
from tests.support.papers import page_texts, read, text_of
from tests.support.server import Server

pytestmark = pytest.mark.browser

# Width and height in points.
A4: Final = (595, 842)
LETTER: Final = (612, 792)
POLICY: Final = re.compile("TA260")
NOT_STORED: Final = {
    "Name of the patient": "Zebedee Quillfeather",
    "Date of birth": "29.02.1972",
    "Member or insurance number": "QX-771-PLOVER",
    "Name of the prescriber": "Ingrid Ødegård-Tømmerås",
    "Practice: address, telephone, fax": "14 Marigold Quay\nSandwick",
    "Another diagnosis code": "SNOMED 4473006",
}


@pytest.fixture
def page(window: OpenWindow, server: Server, account: Account) -> Page:
    window_of_desk = window(1280, java_script_enabled=False)
    desk.sign_in(window_of_desk, server.origin, account)
    return window_of_desk


@pytest.fixture
def record(page: Page, window: OpenWindow, server: Server) -> Page:
    """The desk with the record open of somebody who has tried two medicines."""
    phone = window(java_script_enabled=False)
    code = reach_result(phone, server.origin, Person(tried=TWO_MEDICINES))
    desk.find(page, server.origin, code)
    see(page, "Screen positive")
    return page


def sheet_size(pdf: bytes) -> tuple[int, int]:
    box = read(pdf).pages[0].mediabox
    return round(box.width), round(box.height)


# --- the summary ----------------------------------------------------------------------------------


def test_the_summary_is_one_sheet_without_an_identity(record: Page) -> None:
    name, file = desk.taken(record, follow, "Summary (PDF)")
    pdf = file.read_bytes()
    assert re.fullmatch(r"headache-summary-\d{4}-\d\d-\d\d\.pdf", name)
    assert sheet_size(pdf) == A4
    [text] = page_texts(pdf)
    for words in ("Self-reported answers, not a diagnosis.", "Propranolol", "Topiramate", "≥ 15 days"):
        assert words in text
    record.reload()
    made = record.get_by_role("region", name="What was done with it")
    expect(made).to_contain_text("A summary was made")


def test_the_summary_comes_on_letter_paper(record: Page) -> None:
    link = record.get_by_role("link", name="Summary (PDF)").get_attribute("href") or ""
    origin = record.url.partition("/clinic/")[0]
    sheets = {
        paper: record.request.get(f"{origin}{link}?paper={paper}").body() for paper in ("a4", "us-letter")
    }
    assert {paper: sheet_size(pdf) for paper, pdf in sheets.items()} == {"a4": A4, "us-letter": LETTER}
    words = [re.sub(r"\d\d:\d\d", "", text_of(pdf)) for pdf in sheets.values()]
    assert set(words[0].split()) == set(words[1].split())


# --- the evidence pack ----------------------------------------------------------------------------


def test_what_is_typed_for_an_evidence_pack_stands_in_it_and_nowhere_else(
    window: OpenWindow, own_server: Server
) -> None:
    page = window(1280, java_script_enabled=False)
    send(page, own_server.origin)
    account = desk.make_account(page, own_server, Account())
    desk.sign_in(page, own_server.origin, account)
    desk.open_first(page)
    name, file = evidence_pack(page)
    text = text_of(file.read_bytes())
    for typed in NOT_STORED.values():
        assert set(typed.split()) <= set(text.split()), typed
    assert "Quillfeather" not in name
    assert "Quillfeather" not in json.dumps([dict(each) for each in page.context.cookies()])
    follow(page, "The screening")
    desk.see_record(page)
    history = page.get_by_role("region", name="What was done with it")
    expect(history).to_contain_text("An evidence pack was made")
    assert traces(own_server, account.name), "what is stored in plain text is not found"
    assert not stored_of_what_was_typed(own_server)
    own_server.stop()
    assert not stored_of_what_was_typed(own_server)


def evidence_pack(page: Page) -> tuple[str, Path]:
    """Types everything, is asked for the policy, finds what was typed still there, and takes the paper."""
    follow(page, "Evidence pack")
    see(page, "Make an evidence pack")
    for question, text in NOT_STORED.items():
        type_in(page, question, text)
    press(page, "Make the paper")
    see_errors(page, "Choose the policy")
    see_typed(page, "Name of the patient", NOT_STORED["Name of the patient"])
    page.get_by_role("radio", name=POLICY).check()
    return desk.taken(page, press, "Make the paper")


def stored_of_what_was_typed(server: Server) -> list[str]:
    words = [word for typed in NOT_STORED.values() for word in typed.split() if len(word) > 5]
    assert "Ødegård-Tømmerås" in words
    return [trace for word in words for trace in traces(server, word)]


def test_no_code_is_chosen_for_the_clinician(record: Page) -> None:
    follow(record, "Evidence pack")
    expect(record.get_by_role("checkbox")).not_to_have_count(0)
    expect(record.locator("main :checked")).to_have_count(1)
    expect(record.get_by_role("radio", name="A4")).to_be_checked()
    for box in record.locator("main input[type=text], main textarea").all():
        expect(box).to_have_value("")
