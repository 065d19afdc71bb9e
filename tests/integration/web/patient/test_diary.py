"""A diary under a code: noting days over months, counting on them, and who else sees what."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.domain.reference_code import new_reference_code
from app.services.clinical_review import find_by_reference_code, open_record
from app.services.removing_own import remove_by_code
from app.storage.audit import Action
from app.storage.models import AuditEvent, PatientDiary
from app.storage.store import Store
from config import Settings
from tests.support.client import Page, WebClient
from tests.support.journeys import CHECK, POSITIVE, RESULT, answer_page, walk_to
from tests.support.json_schema import faults
from tests.support.page import text
from tests.support.product import Product, row_counts

DIARY = "/your-screening/diary"
COUNTS = f"{DIARY}/counts"
FILES = f"{DIARY}/files"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2026, 3, 2)
HEAD = "date,kind,took_medicine\n"
SCHEMA: Any = json.loads((Path(__file__).parents[4] / "docs" / "patient-copy.schema.json").read_text())


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as travelling:
        yield travelling


@pytest.fixture
def client(clock: time_machine.Traveller, store: Store, settings: Settings, product: Product) -> WebClient:
    """Somebody who has just sent a screening from memory, on each kind of database."""
    client = WebClient(product.make(settings, store))
    walk_to(client, POSITIVE)
    return client


def name(day: date) -> str:
    return f"diary-{day.isoformat()}"


def marks(first: date, *kinds: str, medicine: int = 0) -> dict[str, str]:
    """Marks from this day back."""
    days = [first - timedelta(days=back) for back in range(len(kinds))]
    return {
        **{name(day): kind for day, kind in zip(days, kinds, strict=True)},
        **{f"{name(day)}-medicine": "yes" for day in days[:medicine]},
    }


def save(client: WebClient, noted: dict[str, str], *, status: int = 200, button: str = "Save") -> Page:
    return client.submit(button, noted, status=status)


def bring(client: WebClient, table: str, *, status: int = 200) -> Page:
    client.open(FILES)
    token = client.current.values("Add these days")["csrf_token"][0]
    sent = {"csrf_token": token, "file": (BytesIO(table.encode()), "diary.csv")}
    response = client.flask.post(FILES, data=sent, content_type="multipart/form-data", base_url=client.origin)
    assert response.status_code == (status if status != 200 else 303)
    return client.open(FILES) if status == 200 else client._page(FILES, response)


def table(first: date, *kinds: str, medicine: int = 0) -> str:
    lines = [
        f"{(first - timedelta(days=back)).isoformat()},{kind},{'yes' if back < medicine else 'no'}\n"
        for back, kind in enumerate(kinds)
    ]
    return HEAD + "".join(lines)


def rows(page: Page) -> list[list[str]]:
    """The cells of every table of the page, but its headings."""
    found = [[text(cell) for cell in row] for row in page.html.iter("tr")]
    headings = [text(each) for each in page.html.iter("th") if each.get("scope") == "col"]
    return [cells for cells in found if cells[0] not in headings]


def actions(store: Store) -> list[str]:
    with store.database.reading() as session:
        return [row.action for row in session.query(AuditEvent).order_by(AuditEvent.seq)]


def test_from_the_result_a_diary_is_begun_and_gone_on_with_by_the_code(client: WebClient) -> None:
    code = client.open(RESULT).code
    page = client.submit("Open your diary")
    assert (page.address, page.h1) == (DIARY, "Your diary")
    page = save(client, marks(TODAY, "migraine", "none", medicine=1))
    assert "Your diary is saved." in page.main
    client.submit("Finish and clear this screen")
    client.open("/your-screening")
    page = client.submit("Find my screening", code=code)
    assert "Open your diary" in page.main
    values = client.follow("Open your diary").values("Save")
    assert values[name(TODAY)] == ["migraine"]
    assert values[f"{name(TODAY)}-medicine"] == ["yes"]
    assert values[name(TODAY - timedelta(days=1))] == ["none"]
    assert values[name(TODAY - timedelta(days=2))] == [""], "not noted"


def test_a_day_can_be_taken_out_and_what_is_not_sent_stays(client: WebClient) -> None:
    client.submit("Open your diary")
    save(client, marks(TODAY, "migraine", "headache"))
    page = save(client, {name(TODAY): ""})
    values = page.values("Save")
    assert (values[name(TODAY)], values[name(TODAY - timedelta(days=1))]) == ([""], ["headache"])
    client.post(DIARY, {"last": TODAY.isoformat(), "seen": values["seen"][0]})
    values = client.open(DIARY).values("Save")
    assert values[name(TODAY - timedelta(days=1))] == ["headache"]


def test_today_can_be_noted_and_is_not_counted(client: WebClient) -> None:
    client.submit("Open your diary")
    page = save(client, marks(TODAY, "migraine"), button="Save, and see what it adds up to")
    assert page.address == COUNTS
    assert "No day that is over is noted yet." in page.main
    client.open(DIARY)
    page = save(
        client, marks(TODAY - timedelta(days=1), "migraine"), button="Save, and see what it adds up to"
    )
    assert rows(page) == [["2 Feb to 1 Mar 2026", "at least 1", "at least 1", "at least 0", "27"]]


def test_it_goes_back_for_months_and_keeps_what_is_noted_on_the_way(client: WebClient) -> None:
    client.submit("Open your diary")
    page = save(client, marks(TODAY, "headache"), button="Save, and go to the 28 days before")
    assert page.address == f"{DIARY}?back=1&saved=yes"
    older = TODAY - timedelta(days=28)
    page = save(client, marks(older, "migraine"), button="Save, and go to the 28 days after")
    assert page.values("Save")[name(TODAY)] == ["headache"]
    assert client.open(f"{DIARY}?back=1").values("Save")[name(older)] == ["migraine"]


@pytest.mark.parametrize(("back", "first"), [("0", TODAY), ("-5", TODAY), ("x", TODAY), ("99", None)])
def test_an_address_that_was_made_up_shows_some_days(
    back: str, first: date | None, client: WebClient
) -> None:
    client.submit("Open your diary")
    page = client.open(f"{DIARY}?back={back}")
    last = page.values("Save")["last"]
    assert last == [(first or TODAY - timedelta(days=28 * 12)).isoformat()]


def test_medicine_without_what_the_day_was_like_is_asked_about_and_kept(client: WebClient) -> None:
    client.submit("Open your diary")
    ticked = f"{name(TODAY)}-medicine"
    page = save(client, {ticked: "yes", name(TODAY - timedelta(days=1)): "headache"}, status=422)
    assert page.errors == {"diary": "You ticked medicine on Mon 2 Mar. Choose what the day was like, too"}
    assert page.title.startswith("Error:")
    values = page.values("Save")
    assert (values[ticked], values[name(TODAY - timedelta(days=1))]) == (["yes"], ["headache"])


def test_a_day_that_begins_meanwhile_loses_nothing(client: WebClient, clock: time_machine.Traveller) -> None:
    code = client.open(RESULT).code
    clock.move_to(NOON + timedelta(hours=11, minutes=55))
    client.open("/your-screening")
    client.submit("Find my screening", code=code)
    client.open(DIARY)
    oldest = TODAY - timedelta(days=27)
    clock.move_to(NOON + timedelta(hours=12, minutes=5))
    page = save(client, {**marks(TODAY, "headache"), name(oldest): "migraine"})
    assert page.values("Save")[name(TODAY)] == ["headache"]
    assert client.open(f"{DIARY}?back=1").values("Save")[name(oldest)] == ["migraine"]


def test_what_was_noted_while_the_code_ran_out_is_kept(
    client: WebClient, clock: time_machine.Traveller
) -> None:
    code = client.open(RESULT).code
    client.submit("Open your diary")
    clock.shift(timedelta(minutes=31))
    late = save(client, marks(TODAY, "migraine", medicine=1), status=401)
    assert "What you chose is kept on this page." in late.main
    client.open("/your-screening")
    client.submit("Find my screening", code=code)
    client.page = late
    page = client.submit("Send again", status=400)  # its form belongs to the code before
    assert page.values("Send again")[name(TODAY)] == ["migraine"]
    page = client.submit("Send again")
    values = page.values("Save")
    assert (values[name(TODAY)], values[f"{name(TODAY)}-medicine"]) == (["migraine"], ["yes"])


def test_on_a_shared_device_what_was_noted_too_late_is_not_shown_again(
    client: WebClient, clock: time_machine.Traveller
) -> None:
    client.submit("Open your diary")
    client.open("/shared")
    client.submit("Share this device")
    client.open("/your-screening")
    page = client.post(DIARY, {"last": TODAY.isoformat(), name(TODAY): "migraine"})
    assert page.location == "/your-screening"


def test_two_windows_do_not_write_over_each_other(client: WebClient, store: Store) -> None:
    client.submit("Open your diary")
    stale = client.current
    save(client, marks(TODAY, "headache"))
    client.page = stale
    page = save(client, marks(TODAY, "migraine"), status=409)
    assert "You noted other things in another window" in page.main
    assert "Mon 2 Mar: Headache" in page.main
    assert page.values("Save")[name(TODAY)] == ["migraine"]
    page = save(client, {})
    assert page.values("Save")[name(TODAY)] == ["migraine"], "the second press decides"


def test_two_windows_that_say_the_same_are_one(client: WebClient) -> None:
    client.submit("Open your diary")
    stale = client.current
    save(client, marks(TODAY, "headache"))
    client.page = stale
    assert "Your diary is saved." in save(client, marks(TODAY, "headache")).main


def test_choosing_a_language_keeps_what_was_marked(client: WebClient) -> None:
    client.submit("Open your diary")
    page = save(client, marks(TODAY, "migraine"), button="Español")
    assert page.h1 == "Su diario"
    assert page.values("Guardar")[name(TODAY)] == ["migraine"]


# --- feeding the assessment -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headache", "migraine", "outcome"),
    [(7, 8, "borderline"), (8, 8, "positive"), (6, 8, "borderline"), (9, 7, "borderline")],
)
def test_thirty_days_answer_the_questions_of_a_new_screening(
    headache: int, migraine: int, outcome: str, client: WebClient, store: Store
) -> None:
    code = client.open(RESULT).code
    client.submit("Open your diary")
    kinds = ["migraine"] * migraine + ["headache"] * headache
    kinds += ["none"] * (95 - len(kinds))
    bring(client, table(TODAY - timedelta(days=1), *kinds, medicine=4))
    client.open(COUNTS)
    page = client.submit("Begin with these numbers")
    assert page.address == "/screening/safety-check"
    while client.current.address != CHECK:
        keep = client.current.address.endswith("headache-days")
        if keep:
            values = client.current.values("Continue")
            shown = (values["headache_days"], values["migraine_days"], values["counted_from"])
            assert shown == ([str(headache + migraine)], [str(migraine)], ["diary"])
            client.submit("Continue")
        else:
            answer_page(client, {**POSITIVE, "preventives": []})
    client.submit("Send my answers")
    stored = open_record(store, find_by_reference_code(store, code)).screening
    wanted = {
        "headache_days": headache + migraine,
        "migraine_days": migraine,
        "counted_from": "diary",
        "any_acute_medication_days": 4,
        "diary_months": 3,
    }
    assert {key: stored.answers[key] for key in wanted} == wanted
    assert "calendar" not in stored.answers
    # 15 and 8 counted in a diary: on the line is close to the line, and meets it (contract, section 4).
    assert stored.outcome.value in {outcome, "positive"} if headache + migraine == 15 else outcome


@pytest.mark.parametrize(("days", "offered"), [(29, False), (30, True)])
def test_a_diary_with_a_gap_is_not_counted_on(days: int, offered: bool, client: WebClient) -> None:
    client.submit("Open your diary")
    bring(client, table(TODAY - timedelta(days=1), *["headache"] * days))
    page = client.open(COUNTS)
    assert ("Begin with these numbers" in page.main) is offered
    if not offered:
        assert "One day is missing: Sat 31 Jan" in page.main
        client.open(FILES)
        page = client.post(f"{DIARY}/use")
        assert page.location == COUNTS


def test_memory_stands_beside_the_diary_of_the_same_days(
    client: WebClient, clock: time_machine.Traveller
) -> None:
    client.submit("Open your diary")
    kinds = ["migraine"] * 12 + ["headache"] * 11 + ["none"] * 7
    bring(client, table(TODAY - timedelta(days=1), *kinds))
    found = rows(client.open(COUNTS))
    assert found[-2:] == [
        ["2 Mar 2026", "Headache days", "20", "23", "3 days more in the diary"],
        ["2 Mar 2026", "Migraine days", "10", "12", "2 days more in the diary"],
    ]


def test_memory_is_not_compared_with_days_that_the_diary_lacks(client: WebClient, store: Store) -> None:
    client.submit("Open your diary")
    bring(client, table(TODAY - timedelta(days=1), *["headache"] * 29))
    assert "Memory and diary" not in client.open(COUNTS).main
    assert Action.SCREENING_READ_BY_CODE.value not in actions(store), "nothing is opened in vain"


def test_answers_that_were_not_sent_are_kept_when_the_diary_begins_a_new_screening(
    client: WebClient, store: Store
) -> None:
    code = client.open(RESULT).code
    client.submit("Finish and clear this screen")
    client.open("/again")
    client.submit("Start", code=code)
    answer_page(client, POSITIVE)
    client.open("/your-screening")
    client.submit("Find my screening", code=code)
    client.open(DIARY)
    bring(client, table(TODAY - timedelta(days=1), *["headache"] * 30))
    client.open(COUNTS)
    client.submit("Begin with these numbers")
    assert row_counts(store)["screening_drafts"] == 2, "begun before, and begun now"


# --- table, paper, deletion -----------------------------------------------------------------------


def test_the_table_is_what_was_noted_and_has_no_code(client: WebClient) -> None:
    code = client.open(RESULT).code
    client.submit("Open your diary")
    save(client, marks(TODAY, "migraine", "none", medicine=1))
    client.open(FILES)
    page = client.submit("Save my diary as a table")
    assert page.headers["Content-Disposition"] == 'attachment; filename="headache-diary-2026-03-02.csv"'
    lines = page.body.lstrip("\ufeff").split("\r\n")
    assert lines == ["date,kind,took_medicine", "2026-03-01,none,no", "2026-03-02,migraine,yes", ""]
    assert code not in page.body.replace("-", "")


def test_the_copy_of_everything_has_the_days_too(client: WebClient) -> None:
    client.submit("Open your diary")
    save(client, marks(TODAY, "migraine", "none", medicine=1))
    client.open("/your-screening/list")
    token = client.current.values("Save a copy of all answers")["csrf_token"][0]
    response = client.flask.post("/your-screening/copy", data={"csrf_token": token}, base_url=client.origin)
    copy = json.loads(response.data)
    assert copy["diary"] == [
        {"date": "2026-03-01", "kind": "none", "took_medicine": False},
        {"date": "2026-03-02", "kind": "migraine", "took_medicine": True},
    ]
    assert not faults(copy, SCHEMA)
    copy["diary"][0]["kind"] = "bad"
    assert faults(copy, SCHEMA)


def test_a_table_with_a_mistake_changes_nothing(client: WebClient, store: Store) -> None:
    client.submit("Open your diary")
    save(client, marks(TODAY, "migraine"))
    page = bring(client, table(TODAY, "none") + "3/1/2026,none,no\n", status=422)
    assert "Line 3: Write the date as year, month and day" in page.main
    assert page.title.startswith("Error:")
    assert client.open(DIARY).values("Save")[name(TODAY)] == ["migraine"]


def test_without_a_file_it_asks_for_one(client: WebClient) -> None:
    client.submit("Open your diary")
    assert "Choose the table that you want to bring" in bring(client, "", status=422).main


def test_the_empty_sheet_is_a_paper_for_anybody(client: WebClient) -> None:
    client.open(RESULT)
    page = client.submit("Save the empty calendar as PDF")
    assert page.headers["Content-Type"] == "application/pdf"
    assert page.headers["Content-Disposition"] == 'attachment; filename="headache-diary.pdf"'


def test_deleting_everything_deletes_the_diary(client: WebClient, store: Store) -> None:
    client.submit("Open your diary")
    save(client, marks(TODAY, "migraine"))
    page = client.open("/your-screening/delete")
    assert "your diary" in page.main
    remove_by_code(store, client.cookie("screening"), datetime.now(UTC))
    assert row_counts(store)["patient_diaries"] == 0
    client.open(DIARY, status=404)


def test_what_is_done_with_a_diary_is_noted_without_its_days(client: WebClient, store: Store) -> None:
    client.submit("Open your diary")
    save(client, marks(TODAY, "migraine"))
    with store.database.reading() as session:
        diary = session.query(PatientDiary).one()
        noted = session.query(AuditEvent).where(AuditEvent.subject_id == diary.id)
        found = [(each.action, each.detail) for each in noted.order_by(AuditEvent.seq)]
        assert b"migraine" not in diary.content
    assert found[:2] == [(Action.DIARY_CHANGED, None), (Action.DIARY_READ_BY_CODE, None)]


def test_saving_what_is_there_already_writes_nothing(client: WebClient, store: Store) -> None:
    client.submit("Open your diary")
    save(client, marks(TODAY, "migraine"))
    save(client, {})
    assert actions(store).count(Action.DIARY_CHANGED.value) == 1


def test_without_a_code_there_is_no_diary(patient_client: WebClient, sqlite_store: Store) -> None:
    for address in (DIARY, COUNTS, FILES):
        assert patient_client.open(address).address == "/your-screening"
    assert row_counts(sqlite_store)["patient_diaries"] == 0


def test_a_code_that_is_not_known_begins_no_diary(patient_client: WebClient, sqlite_store: Store) -> None:
    patient_client.open("/your-screening")
    patient_client.submit("Find my screening", code=new_reference_code(), status=404)
    patient_client.open(DIARY, status=404)
    patient_client.post(DIARY, {"last": TODAY.isoformat(), name(TODAY): "none"})
    assert row_counts(sqlite_store)["patient_diaries"] == 0


def test_on_a_shared_device_nothing_of_it_is_saved_as_a_file(app: Flask, client: WebClient) -> None:
    code = client.open(RESULT).code
    client.submit("Finish and clear this screen")
    client.open("/shared")
    client.submit("Share this device")
    client.open("/your-screening")
    client.submit("Find my screening", code=code)
    client.open(FILES)
    assert "Save my diary as a table" not in client.current.main
    assert client.post(f"{DIARY}/table").status == 404


@pytest.mark.parametrize("last", ["", "x", "9999-12-31", "1000-01-01", "2026-13-01"])
def test_a_forged_last_day_is_no_other_day_than_a_diary_has(last: str, client: WebClient) -> None:
    client.submit("Open your diary")
    page = client.post(DIARY, {"last": last, name(TODAY): "none"})
    assert page.status in {303, 409}
