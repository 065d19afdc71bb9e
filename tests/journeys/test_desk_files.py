"""A view of the queue as a table, a record as FHIR, and answers that come in from a file."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.journeys import desk
from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import Account, taken
from tests.journeys.pages import (
    HEADACHE_DAYS,
    TWO_MEDICINES,
    Person,
    choose,
    code_on,
    follow,
    press,
    reach_result,
    see,
    see_answer,
    see_errors,
    type_in,
)
from tests.support.server import Server

pytestmark = pytest.mark.browser


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


# --- a view as a table ----------------------------------------------------------------------------


@pytest.fixture
def view(page: Page, server: Server) -> Page:
    """The desk with a part of the queue, and how to take it."""
    page.goto(server.origin + "/clinic/?status=new&outcome=positive")
    see(page, desk.A_VIEW)
    return page


def take_table(page: Page, kind: str) -> tuple[str, Path]:
    follow(page, "Take it as a table")
    see(page, "Take this view as a table")
    page.get_by_role("radio", name=kind).check()
    return taken(page, press, "Take the file")


def count_of_view(page: Page) -> int:
    return int(page.get_by_role("status").inner_text().split()[0])


def csv_rows(file: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))


def xlsx_rows(file: Path) -> list[list[str]]:
    sheet = load_workbook(io.BytesIO(file.read_bytes()), read_only=True).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def test_a_view_is_the_same_table_in_both_kinds_of_file(view: Page) -> None:
    count, address = count_of_view(view), view.url
    name, file = take_table(view, "CSV")
    assert re.fullmatch(r"screenings-\d{4}-\d\d-\d\d\.csv", name)
    rows = csv_rows(file)
    view.goto(address)
    name, file = take_table(view, "Spreadsheet (XLSX)")
    assert name.endswith(".xlsx")
    sheet = xlsx_rows(file)
    assert len(rows) == len(sheet) == count + 1
    assert rows[0] == sheet[0]
    outcome = rows[0].index("outcome")
    assert {row[outcome] for row in rows[1:]} == {row[outcome] for row in sheet[1:]} == {"positive"}


def test_a_view_is_taken_as_fhir(view: Page) -> None:
    count = count_of_view(view)
    name, file = take_table(view, "FHIR R4")
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert name.endswith(".ndjson")
    assert [line["resourceType"] for line in lines] == ["Bundle"] * count


def test_texts_are_taken_only_with_a_reason(record: Page, server: Server) -> None:
    note = "Prefers the telephone."
    desk.save_review(record, "In review", note)
    record.goto(server.origin + "/clinic/?status=in_review")
    _name, without = take_table(record, "CSV")
    assert note not in without.read_text("utf-8-sig")
    choose(record, "Texts that somebody typed", "Put them in, too")
    press(record, "Take the file")
    see_errors(record, "Enter why the texts are needed, or leave them out")
    type_in(record, "Why are the texts needed?", "Audit of the clinic")
    _name, with_texts = taken(record, press, "Take the file")
    assert note in with_texts.read_text("utf-8-sig")


# --- FHIR out and in ------------------------------------------------------------------------------


def test_what_goes_out_as_fhir_comes_in_as_a_new_screening(record: Page, server: Server) -> None:
    first, tiles = desk.record_id(record), record.locator(".tiles").inner_text()
    follow(record, "FHIR")
    see(record, "Take it as FHIR R4")
    name, file = taken(record, press, "Take the file")
    assert re.fullmatch(r"headache-screening-\d{4}-\d\d-\d\d\.json", name)
    bundle: dict[str, Any] = json.loads(file.read_bytes())
    assert bundle["resourceType"] == "Bundle"
    code = take_in(record, file)
    follow(record, "Open it")
    see(record, "Screen positive")
    assert desk.record_id(record) != first
    assert record.locator(".tiles").inner_text() == tiles
    see_answer(record, HEADACHE_DAYS, "20 days")
    expect(record.get_by_role("region", name="Preventive treatment")).to_contain_text("Propranolol")
    history = record.get_by_role("region", name="What was done with it")
    expect(history).to_contain_text("A FHIR file was taken in")
    second = desk.record_id(record)
    desk.find(record, server.origin, code)
    assert desk.record_id(record) == second


def take_in(page: Page, file: Path) -> str:
    """Takes the answers of a file in; the new reference code."""
    follow(page, "Take in")
    page.get_by_label("File").set_input_files(file)
    press(page, "Take it in")
    expect(page.get_by_role("status")).to_contain_text("The answers are stored as a new screening.")
    return code_on(page)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "Choose the file with the answers"),
        (b"answers", "The file holds no JSON that can be read. Choose another file"),
        (
            b'{"resourceType": "Patient"}',
            "This is no FHIR resource that can be taken in: give a QuestionnaireResponse or a Bundle",
        ),
    ],
)
def test_a_file_that_cannot_be_taken_in_says_why(
    page: Page, server: Server, tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    page.goto(server.origin + "/clinic/take-in")
    if content is not None:
        file = tmp_path / "answers.json"
        file.write_bytes(content)
        page.get_by_label("File").set_input_files(file)
    press(page, "Take it in")
    see_errors(page, sentence)
    expect(page.locator(".error-summary")).to_be_focused()
