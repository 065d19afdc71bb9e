"""The work around a record: next and previous, who has it, who has looked, what came before."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from app.domain.reference_code import new_reference_code
from app.services.clinical_review import open_record
from app.services.reviewing import assign
from app.storage.models import Clinician, Screening
from app.storage.screenings import set_read, set_status
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.integration.web.clinic.queue_page import address_of, ids, list_beside
from tests.integration.web.clinic.record_page import captions, headings, table
from tests.support.accounts import ADMINISTRATOR_ONLY, CLINICIAN, COLLEAGUE, INACTIVE, Doorkeeper, Person
from tests.support.audit import entries
from tests.support.client import Page, WebClient
from tests.support.journeys import NEGATIVE, NOT_SURE_EVERYWHERE, POSITIVE
from tests.support.page import text as words
from tests.support.screenings import NOON, URGENT_ANSWERS, add, minutes_after_noon

Enter = Callable[[Person], WebClient]


@pytest.fixture
def bo(enter: Enter) -> WebClient:
    """A colleague in another browser."""
    return enter(COLLEAGUE)


def id_of(store: Store, person: Person) -> UUID:
    with store.database.reading() as session:
        return session.query(Clinician.id).filter_by(email=person.email).one()[0]


# --- next and previous ----------------------------------------------------------------------------


def way(page: Page) -> dict[str, str]:
    """The links to other screenings above a record."""
    (part,) = (each for each in page.html.iter("nav") if each.get("aria-label") == "Other screenings")
    return {words(link): link.get("href", "") for link in part.iter("a")}


def test_next_and_previous_walk_through_the_view_and_back(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    for minute in range(4):
        add(sqlite_store, received_at=minutes_after_noon(minute))
        add(sqlite_store, URGENT_ANSWERS, received_at=minutes_after_noon(minute))
    query = "urgency=routine"
    order = ids(clinic_client.open(f"/clinic/?{query}"))
    assert len(order) == 4
    clinic_client.open(address_of(order[0], query))
    there, back = [clinic_client.current.address], []
    while "Next" in way(clinic_client.current):
        there.append(clinic_client.follow("Next").address)
    while "Previous" in way(clinic_client.current):
        back.append(clinic_client.follow("Previous").address)
    assert there == [address_of(each, query) for each in order]
    assert back == there[-2::-1]
    assert way(clinic_client.current)["All screenings"] == f"/clinic/?{query}"
    assert ids(clinic_client.follow("All screenings")) == order


def test_the_list_at_the_left_is_that_of_the_view(clinic_client: WebClient, sqlite_store: Store) -> None:
    waiting = [str(add(sqlite_store, received_at=minutes_after_noon(minute))) for minute in range(3)]
    done = str(add(sqlite_store, received_at=minutes_after_noon(1)))
    with sqlite_store.database.writing() as session:
        set_status(session, UUID(done), ScreeningStatus.CLOSED)
    page = clinic_client.open(address_of(waiting[1]))
    assert list_beside(page) == waiting
    marked = (each for main in page.html.iter("main") for each in main.iter("a"))
    (selected,) = (each for each in marked if each.get("aria-current") == "true")
    assert waiting[1] in selected.get("href", "")
    page = clinic_client.open(address_of(done, "status=done"))
    assert (list_beside(page), way(page)) == ([done], {"All screenings": "/clinic/?status=done"})


def test_a_wrong_view_in_the_address_of_a_record_is_like_none(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    one, two = (str(add(sqlite_store, received_at=minutes_after_noon(minute))) for minute in range(2))
    page = clinic_client.open(address_of(one, "status=x&from=2026-02-30&urgency=routine"))
    assert list_beside(page) == [one, two]
    assert way(page)["Next"] == address_of(two, "urgency=routine")


# --- who has it -----------------------------------------------------------------------------------


def press(client: WebClient, page: Page, button: str, *, status: int = 200) -> Page:
    """One of the buttons that say who gets the screening."""
    form = form_with(page, button)
    sent = {each.get("name", ""): each.get("value", "") for each in form.iter("input")}
    answer = client.post(form.get("action", ""), sent)
    assert answer.status == (303 if status == 200 else status)
    if status != 200:
        return answer
    assert answer.location.endswith("#saved")
    return client.open(answer.location)


def form_with(page: Page, button: str) -> Element:
    (form,) = (
        form
        for form in page.html.iter("form")
        if "/assignment" in form.get("action", "") and button in {words(each) for each in form.iter("button")}
    )
    return form


def buttons(page: Page) -> list[str]:
    forms = (form for form in page.html.iter("form") if "/assignment" in form.get("action", ""))
    return [words(each) for form in forms for each in form.iter("button")]


def test_a_screening_is_taken_given_and_released(
    clinic_client: WebClient, bo: WebClient, sqlite_store: Store
) -> None:
    page = clinic_client.open(address_of(add(sqlite_store), "status=any"))
    assert "with nobody" in page.main
    assert buttons(page) == ["Take", COLLEAGUE.name]
    page = press(clinic_client, page, "Take")
    assert page.address.partition("#")[0].endswith("?status=any&saved=taken")
    assert f"with {CLINICIAN.name}" in page.main
    assert page.text_of("saved") == "Saved: you have taken this screening."
    assert buttons(page) == ["Release", COLLEAGUE.name]
    page = press(clinic_client, page, COLLEAGUE.name)
    assert f"with {COLLEAGUE.name}" in page.main
    assert page.text_of("saved") == "Saved: you have given this screening to a colleague."
    page = bo.open(page.address)
    assert buttons(page) == ["Release", CLINICIAN.name]
    page = press(bo, page, "Release")
    assert "with nobody" in page.main
    assert page.text_of("saved") == "Saved: you have released this screening."
    done = [(what, who) for what, who, _ in table(page, "What was done with it")]
    assert done == [
        ("Released", COLLEAGUE.name),
        (f"Given to {COLLEAGUE.name}", CLINICIAN.name),
        (f"Given to {CLINICIAN.name}", CLINICIAN.name),
    ]


def test_what_was_done_carries_its_time(
    clinic_client: WebClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = clinic_client.open(address_of(add(sqlite_store)))
    assert "What was done with it" not in headings(page)
    monkeypatch.setattr("app.clinic.assignment.now", lambda: NOON)
    page = press(clinic_client, page, "Take")
    assert table(page, "What was done with it") == [
        [f"Given to {CLINICIAN.name}", CLINICIAN.name, "2 Mar 2026, 12:00"]
    ]


def test_who_was_slower_is_told_who_has_it_and_may_take_it_then(
    clinic_client: WebClient, bo: WebClient, sqlite_store: Store
) -> None:
    address = address_of(add(sqlite_store))
    page = clinic_client.open(address)
    press(bo, bo.open(address), "Take")
    answer = press(clinic_client, page, "Take", status=409)
    assert f"A colleague was faster: it is with {COLLEAGUE.name} now. Nothing was changed." in answer.main
    assert f"with {COLLEAGUE.name}" in answer.main
    page = press(clinic_client, answer, "Take")
    assert f"with {CLINICIAN.name}" in page.main


def test_who_was_slower_is_told_that_it_was_released(
    clinic_client: WebClient, bo: WebClient, sqlite_store: Store
) -> None:
    screening_id = add(sqlite_store)
    page = press(bo, bo.open(address_of(screening_id)), "Take")
    seen = clinic_client.open(address_of(screening_id))
    press(bo, page, "Release")
    answer = press(clinic_client, seen, "Take", status=409)
    assert "A colleague was faster: it was released. Nothing was changed." in answer.main
    assert "with nobody" in answer.main
    assert f"with {CLINICIAN.name}" in press(clinic_client, answer, "Take").main


def test_a_colleague_who_left_meanwhile_gets_nothing(
    clinic_client: WebClient, bo: WebClient, sqlite_store: Store
) -> None:
    page = clinic_client.open(address_of(add(sqlite_store)))
    with sqlite_store.database.writing() as session:
        session.query(Clinician).filter_by(email=COLLEAGUE.email).update({"is_active": False})
    answer = press(clinic_client, page, COLLEAGUE.name, status=422)
    assert "This colleague cannot take screenings any more. Choose another." in answer.main
    assert buttons(answer) == ["Take"]
    assert "What was done with it" not in captions(answer)


def test_only_active_clinicians_are_offered(
    clinic_client: WebClient, app: Flask, doorkeeper: Doorkeeper, sqlite_store: Store
) -> None:
    for person in (ADMINISTRATOR_ONLY, INACTIVE):
        doorkeeper.make(sqlite_store, person)
    assert buttons(clinic_client.open(address_of(add(sqlite_store)))) == ["Take"]
    page = clinic_client.open("/clinic/")
    choices = next(each for each in page.html.iter("select") if each.get("name") == "assigned")
    assert [words(each) for each in choices] == ["Anybody", "Me", "Nobody"]


@pytest.mark.parametrize(
    "forged",
    ["3f1c0a52-8d0e-4b7a-9a51-0c7be0d7a1aa", "x", "\x00", "0" * 32, "x" * 5000],
    ids=lambda each: each[:8],
)
def test_an_assignment_cannot_be_forged_into_a_failure(
    forged: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    screening_id, me = add(sqlite_store), id_of(sqlite_store, CLINICIAN)
    assign(sqlite_store, screening_id, to=me, shown=None, clinician_id=me, now=NOON)
    clinic_client.open(address_of(screening_id))
    for form in ({"to": forged, "shown": str(me)}, {"to": forged}, {"shown": str(me)}, {"shown": forged}, {}):
        answer = clinic_client.post(f"/clinic/screenings/{screening_id}/assignment", form)
        assert answer.status in (400, 409, 422), form
    assert open_record(sqlite_store, screening_id).screening.assigned_to_id == me
    for identifier in (uuid4(), "0", "x" * 5000):
        assert clinic_client.post(f"/clinic/screenings/{identifier}/assignment", {"to": ""}).status == 404


# --- who has looked -------------------------------------------------------------------------------


def test_who_has_looked_is_shown_with_how_often_and_when(
    clinic_client: WebClient, bo: WebClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, moments = address_of(add(sqlite_store)), iter(range(60, 1000, 60))
    monkeypatch.setattr("app.clinic.records.now", lambda: minutes_after_noon(next(moments)))
    for client in (clinic_client, clinic_client, bo):
        client.open(address)
    assert table(clinic_client.open(address), "Who has looked") == [
        [CLINICIAN.name, "3 times", "2 Mar 2026, 13:00", "2 Mar 2026, 16:00"],
        [COLLEAGUE.name, "1 time", "2 Mar 2026, 15:00", "2 Mar 2026, 15:00"],
    ]
    other = clinic_client.open(address_of(add(sqlite_store)))
    assert [name for name, *_ in table(other, "Who has looked")] == [CLINICIAN.name]


def test_who_is_refused_has_not_looked(
    app: Flask, clinic_client: WebClient, enter: Enter, sqlite_store: Store
) -> None:
    screening_id = add(sqlite_store)
    enter(ADMINISTRATOR_ONLY).open(address_of(screening_id), status=403)
    WebClient(app).open(address_of(screening_id))
    assert [each.action for each in entries(sqlite_store)] == ["access_refused"]
    with sqlite_store.database.reading() as session:
        assert session.get_one(Screening, screening_id).is_unread


# --- what came before under the same code ---------------------------------------------------------

VISITS = "Under the same reference code"


def test_visits_stand_side_by_side_and_lead_to_each_other(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    answers = (POSITIVE, NOT_SURE_EVERYWHERE, NEGATIVE)
    made = [
        add(sqlite_store, each, code=code, received_at=NOON + timedelta(days=40 * number))
        for number, each in enumerate(answers)
    ]
    add(sqlite_store, code=new_reference_code())
    with sqlite_store.database.writing() as session:
        set_status(session, made[0], ScreeningStatus.CLOSED)
        set_read(session, made[0])
    page = clinic_client.open(address_of(made[1], "status=any"))
    rows = table(page, VISITS)
    assert rows == [
        ["2 Mar 2026, 12:00", "Screen positive", "Routine", "Closed", "20", "10", "24", "2", "Cannot tell"],
        [
            "11 Apr 2026, 12:00 (this one)",
            "Cannot tell",
            "Urgent",
            "New",
            *["not known"] * 4,
            "Cannot tell",
        ],
        [
            "21 May 2026, 12:00",
            "Screen negative",
            "Routine",
            "New, unread",
            "9",
            "5",
            "24",
            "0",
            "Cannot tell",
        ],
    ]
    page = clinic_client.follow("21 May 2026, 12:00")
    assert page.address == address_of(made[2], "status=any")
    assert table(page, VISITS)[2][0] == "21 May 2026, 12:00 (this one)"


def test_a_first_screening_has_nothing_beside_it(clinic_client: WebClient, sqlite_store: Store) -> None:
    page = clinic_client.open(address_of(add(sqlite_store)))
    assert VISITS not in headings(page)
    assert VISITS not in captions(page)


def test_an_earlier_visit_that_cannot_be_read_says_so(clinic_client: WebClient, sqlite_store: Store) -> None:
    code = new_reference_code()
    first, second = (add(sqlite_store, code=code) for _ in range(2))
    with sqlite_store.database.writing() as session:
        session.get_one(Screening, first).listing = b"damaged"
    rows = table(clinic_client.open(address_of(second)), VISITS)
    assert rows[0][1:] == ["Screen positive", "Routine", "New, unread", *["cannot be read"] * 5]
    assert rows[1][4:8] == ["20", "10", "24", "2"]


def test_a_visit_with_an_owner_shows_only_its_own(
    clinic_client: WebClient, bo: WebClient, sqlite_store: Store
) -> None:
    """Reviews, owners and looks belong to one screening, not to the code."""
    code = new_reference_code()
    first, second = (add(sqlite_store, code=code) for _ in range(2))
    who = id_of(sqlite_store, COLLEAGUE)
    assign(sqlite_store, first, to=who, shown=None, clinician_id=who, now=NOON)
    bo.open(address_of(first))
    page = clinic_client.open(address_of(second))
    assert "with nobody" in page.main
    assert [name for name, *_ in table(page, "Who has looked")] == [CLINICIAN.name]
    assert "What was done with it" not in captions(page)
