"""The screenings under one code beside each other: what is told of each, and how far two are apart."""

from typing import Any, Final

import pytest
from sqlalchemy import select, update

from app.domain.reference_code import new_reference_code
from app.services import opening_by_code
from app.storage.audit import Action
from app.storage.models import AuditEvent, ReadingGrant, Screening
from app.storage.store import Store
from tests.integration.web.patient.test_taking_along import find
from tests.support.client import Page, WebClient
from tests.support.journeys import EMERGENCY, NEGATIVE, POSITIVE, Answers
from tests.support.screenings import add, minutes_after_noon

ADDRESS: Final = "/your-screening/change"
LIST: Final = "/your-screening/list"
A_DAY: Final = 24 * 60
LINK: Final = "See what has changed"
FROM_COUNTING: Final = "a part of the difference may come from that"


def page_of(client: WebClient, store: Store, *told: Answers) -> Page:
    code = new_reference_code()
    for number, answers in enumerate(told):
        add(store, answers, code=code, received_at=minutes_after_noon(number * A_DAY))
    find(client, code)
    return client.open(ADDRESS)


def rows(page: Page) -> list[list[str]]:
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row if cell.tag in ("th", "td")]
        for row in page.html.iter("tr")
    ]


def bars(page: Page) -> list[str]:
    return [each.get("aria-label", "") for each in page.html.iter() if each.get("class") == "bar"]


def with_days(headache: Any, migraine: Any, **more: Any) -> Answers:
    return {**POSITIVE, "headache_days": headache, "migraine_days": migraine, **more}


def test_every_number_stands_in_the_table_and_in_a_bar_the_oldest_first(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    before = with_days(20, 10, any_acute_medication_days=12)
    now = with_days(14, 7, window_days=28, counted_from="diary", any_acute_medication_days=7)
    page = page_of(patient_client, sqlite_store, before, now)
    assert page.h1 == "Change over time"
    title, first, second = rows(page)
    assert title[1:] == ["Headache days", "Migraine days", "Days with medicine", "Result"]
    assert first == [
        "2 Mar 2026",
        *("20", "10", "12"),
        "Your answers match the pattern of chronic migraine",
    ]
    assert second[:4] == ["3 Mar 2026", "15", "7.5", "7.5"]
    assert "Days counted from memory, over 30 days" in page.main
    assert "Days counted from a diary or calendar, over 28 days" in page.main
    assert bars(page) == [
        "2 Mar 2026. Headache days in 30: 20. The line is at 15.",
        "3 Mar 2026. Headache days in 30: 15. The line is at 15.",
        "2 Mar 2026. Migraine days in 30: 10. The line is at 8.",
        "3 Mar 2026. Migraine days in 30: 7.5. The line is at 8.",
        "2 Mar 2026. Days with medicine for a headache in 30: 12.",
        "3 Mar 2026. Days with medicine for a headache in 30: 7.5.",
    ]


def test_a_difference_is_a_number_and_never_a_judgement(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    told = [with_days(20, 10), with_days(16, 10), with_days(17, 8)]
    said = page_of(patient_client, sqlite_store, *told).main
    for sentence in (
        "Headache days in 30: 4 fewer than the time before.",
        "Migraine days in 30: as many as the time before.",
        "Headache days in 30: 1 more than the time before.",
        "Migraine days in 30: 2 fewer than the time before.",
        "What a change means is a thing to talk over with your clinician.",
    ):
        assert sentence in said
    assert FROM_COUNTING not in said
    for word in ("better", "worse", "improve", "success"):
        assert word not in said.casefold()


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ("memory", "diary", "This time the days were counted with a diary or calendar"),
        ("diary", "memory", "The time before, the days were counted with a diary or calendar"),
    ],
)
def test_another_way_of_counting_is_said_with_its_source(
    before: str, now: str, words: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    told = [with_days(20, 10, counted_from=before), with_days(18, 9, counted_from=now)]
    page = page_of(patient_client, sqlite_store, *told)
    assert words in page.main
    assert FROM_COUNTING in page.main
    assert 'data-source="recall-and-diary-2020"' in page.body


def test_the_numbers_shown_and_their_difference_agree(patient_client: WebClient, sqlite_store: Store) -> None:
    """60/7 is shown as 8.6, so 15 is 6.4 more; the exact difference would be the same by chance only."""
    told = [with_days(8, 1, window_days=28), with_days(15, 1, window_days=30)]
    page = page_of(patient_client, sqlite_store, *told)
    assert rows(page)[1][1] == "8.6"
    assert "Headache days in 30: 6.4 more than the time before." in page.main


def test_what_was_not_told_says_so_and_is_not_compared(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    told = [with_days("not_sure", "not_sure"), with_days(20, 10, window_days="not_sure"), NEGATIVE]
    page = page_of(patient_client, sqlite_store, *told)
    _title, unsure, without_window, _third = rows(page)
    assert unsure[1:4] == ["not sure", "not sure", "not answered"]
    assert without_window[1] == "20 days, not known in how many"
    assert "fewer than" not in page.main
    assert page.main.count("There is no number that both times have.") == 2
    assert not [each for each in bars(page) if "medicine" in each]


def test_two_of_one_day_are_told_apart_by_their_times(patient_client: WebClient, sqlite_store: Store) -> None:
    code = new_reference_code()
    for minutes in (0, 90):
        add(sqlite_store, code=code, received_at=minutes_after_noon(minutes))
    find(patient_client, code)
    page = patient_client.open(ADDRESS)
    assert [row[0] for row in rows(page)[1:]] == ["2 Mar 2026, 12:00", "2 Mar 2026, 13:30"]


def test_an_emergency_without_numbers_says_so_and_leads_to_what_to_do(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    page = page_of(patient_client, sqlite_store, POSITIVE, EMERGENCY)
    assert rows(page)[2][-1] == (
        "What you ticked can be an emergency. The questions ended there, before any number."
    )
    assert patient_client.follow("Read what to do now").h1 == "Get help now"
    earlier = page_of(patient_client, sqlite_store, EMERGENCY, POSITIVE)
    assert "Read what to do now" not in earlier.main


def test_a_screening_that_cannot_be_read_says_so_and_hides_no_other(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    ids = [add(sqlite_store, code=code) for _ in range(3)]
    with sqlite_store.database.writing() as session:
        session.execute(update(Screening).where(Screening.id == ids[1]).values(answers=b"damaged"))
    find(patient_client, code)
    page = patient_client.open(ADDRESS)
    assert rows(page)[2][1:] == [*["cannot be read"] * 3, "This screening cannot be read"]
    assert rows(page)[1][1] == rows(page)[3][1] == "20"
    assert page.main.count("One of the two cannot be read") == 2
    assert noted(sqlite_store)[1:] == [
        (Action.SCREENING_READ_BY_CODE, ids[0]),
        (Action.SCREENING_UNREADABLE, ids[1]),
        (Action.SCREENING_READ_BY_CODE, ids[2]),
    ]


def noted(store: Store) -> list[tuple[str, Any]]:
    with store.database.reading() as session:
        query = select(AuditEvent.action, AuditEvent.subject_id).order_by(AuditEvent.seq)
        return [(action, subject) for action, subject in session.execute(query)]


def test_the_list_leads_there_from_two_screenings_on(patient_client: WebClient, sqlite_store: Store) -> None:
    code = new_reference_code()
    add(sqlite_store, code=code)
    find(patient_client, code)
    assert LINK not in patient_client.current.main
    before = noted(sqlite_store)
    assert patient_client.open(ADDRESS).address == LIST
    assert noted(sqlite_store) == before
    add(sqlite_store, NEGATIVE, code=code, received_at=minutes_after_noon(A_DAY))
    patient_client.open(LIST)
    page = patient_client.follow(LINK)
    assert (page.address, page.headers["Cache-Control"]) == (ADDRESS, "no-store")
    assert patient_client.follow("‹Your screenings").address == LIST


def test_screenings_of_another_code_are_not_among_them(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    add(sqlite_store, with_days(29, 9))
    assert len(rows(page_of(patient_client, sqlite_store, POSITIVE, NEGATIVE))) == 3


def test_the_newest_are_shown_and_how_many_are_left_out(
    patient_client: WebClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (opening_by_code, "app.patient.change_over_time"):
        target = module if isinstance(module, str) else module.__name__
        monkeypatch.setattr(f"{target}.MOST_BESIDE", 2)
    page = page_of(patient_client, sqlite_store, with_days(29, 9), POSITIVE, NEGATIVE)
    assert [row[1] for row in rows(page)[1:]] == ["20", "9"]
    assert "1 older one is left out." in page.main


def test_a_shared_device_may_show_it(patient_client: WebClient, sqlite_store: Store) -> None:
    page_of(patient_client, sqlite_store, POSITIVE, NEGATIVE)
    with sqlite_store.database.writing() as session:
        session.execute(update(ReadingGrant).values(is_shared=True))
    assert patient_client.open(ADDRESS).h1 == "Change over time"


def test_without_a_code_it_asks_for_one(patient_client: WebClient) -> None:
    assert patient_client.open(ADDRESS).address == "/your-screening"
