"""Filters of the queue stand in the address: each alone, together, and wrong ones said in words."""

from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from flask import Flask

from app.domain.codes import Outcome, Urgency
from app.services.reviewing import assign
from app.storage.models import Clinician
from app.storage.screenings import set_status
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from app.web.context import EXTENSION, Installation
from config import Settings, load_settings
from tests.integration.web.clinic.queue_page import column, ids, in_view, rows
from tests.support.accounts import CLINICIAN, COLLEAGUE, Doorkeeper, clinic_app
from tests.support.client import Page, WebClient
from tests.support.journeys import BORDERLINE, CANNOT_TELL, EMERGENCY, NEGATIVE, POSITIVE
from tests.support.page import text as words
from tests.support.product import Product
from tests.support.screenings import NOON, SOON_ANSWERS, URGENT_ANSWERS, add

ANSWERS = {
    "emergency": EMERGENCY,
    "urgent": URGENT_ANSWERS,
    "soon": SOON_ANSWERS,
    "positive": POSITIVE,
    "borderline": BORDERLINE,
    "negative": NEGATIVE,
    "cannot tell": CANNOT_TELL,
}
DAY = {name: 1 + number for number, name in enumerate(ANSWERS)}  # of March
STATUS = {"soon": "needs_contact", "borderline": "reviewed", "negative": "closed"}
OWNED = ("urgent", "negative")


@pytest.fixture
def named(clinic_client: WebClient, sqlite_store: Store) -> dict[str, str]:
    """A screening of each kind, one a day: name by id. Some are with the clinician, some are done."""
    made = {
        name: add(sqlite_store, answers, received_at=datetime(2026, 3, DAY[name], 12, tzinfo=UTC))
        for name, answers in ANSWERS.items()
    }
    me = my_id(sqlite_store)
    for name in OWNED:
        now = datetime(2026, 3, 9, tzinfo=UTC)
        assign(sqlite_store, made[name], to=me, shown=None, clinician_id=me, now=now)
    with sqlite_store.database.writing() as session:
        for name, status in STATUS.items():
            set_status(session, made[name], ScreeningStatus(status))
    return {str(screening_id): name for name, screening_id in made.items()}


def my_id(store: Store) -> UUID:
    with store.database.reading() as session:
        return session.query(Clinician.id).filter_by(email=CLINICIAN.email).one()[0]


OPEN = {"emergency", "urgent", "soon", "positive", "cannot tell"}
ALL = set(ANSWERS)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", OPEN),
        ("status=open", OPEN),
        ("status=done", {"borderline", "negative"}),
        ("status=any", ALL),
        ("status=new", OPEN - {"soon"}),
        ("status=in_review", set()),
        ("status=needs_contact", {"soon"}),
        ("status=reviewed", {"borderline"}),
        ("status=closed", {"negative"}),
        ("outcome=emergency", {"emergency"}),
        ("outcome=positive", {"urgent", "soon", "positive"}),
        ("outcome=borderline", set()),
        ("outcome=cannot_tell", {"cannot tell"}),
        ("status=any&outcome=negative", {"negative"}),
        ("urgency=emergency", {"emergency"}),
        ("urgency=urgent", {"emergency", "urgent"}),
        ("urgency=soon", {"emergency", "urgent", "soon"}),
        ("urgency=routine", {"positive", "cannot tell"}),
        ("assigned=me", {"urgent"}),
        ("assigned=nobody", OPEN - {"urgent"}),
        ("status=any&assigned=me", set(OWNED)),
        ("from=2026-03-02", OPEN - {"emergency"}),
        ("until=2026-03-02", {"emergency", "urgent"}),
        ("from=2026-03-02&until=2026-03-02", {"urgent"}),
        ("from=1970-01-01&until=9000-12-31", OPEN),
        ("language=en", OPEN),
        ("policy=eu-ehf-2018&status=any", ALL - {"emergency", "cannot tell"}),
        (
            "status=done&outcome=negative&urgency=routine&assigned=me&from=2026-03-06&until=2026-03-06",
            {"negative"},
        ),
        ("status=&outcome=&urgency=&assigned=&from=&until=&language=&policy=", OPEN),
        ("status= open &from= 2026-03-02 ", OPEN - {"emergency"}),
        ("unheard-of=filter&view=done", OPEN),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_filter_of_the_address_shows_what_fits(
    query: str, expected: set[str], clinic_client: WebClient, named: dict[str, str]
) -> None:
    page = clinic_client.open(f"/clinic/?{query}")
    assert {named[each] for each in ids(page)} == expected
    assert page.errors == {}
    assert in_view(page).startswith(f"{len(expected)} screening")


def test_filters_stand_in_every_address_that_leads_on(
    clinic_client: WebClient, named: dict[str, str]
) -> None:
    query = {"status": "any", "urgency": "routine", "from": "2026-03-01"}
    page = clinic_client.open(f"/clinic/?{urlencode(query)}&outcome=&x=y")
    assert rows(page)
    assert all(row.query == query for row in rows(page))


def test_the_form_shows_the_filters_and_sends_the_same_view(
    clinic_client: WebClient, named: dict[str, str]
) -> None:
    query = {
        "status": "any",
        "outcome": "positive",
        "urgency": "soon",
        "assigned": "nobody",
        "from": "2026-03-02",
        "until": "2026-03-31",
        "policy": "eu-ehf-2018",
    }
    page = clinic_client.open(f"/clinic/?{urlencode(query)}")
    sent = filters_of(page)
    assert {name: value for name, value in sent.items() if value} == query
    again = clinic_client.open(f"/clinic/?{urlencode(sent)}")
    assert ids(again) == ids(page)
    assert {named[each] for each in ids(page)} == {"soon"}


def filters_of(page: Page) -> dict[str, str]:
    """What the filter form would send now."""
    (form,) = (each for each in page.html.iter("form") if each.get("method") == "get")
    sent = {}
    for control in form.iter():
        if control.tag == "select":
            options = list(control.iter("option"))
            chosen = [each for each in options if each.get("selected") is not None]
            assert len(chosen) <= 1
            sent[control.get("name", "")] = (chosen or options)[0].get("value", "")
        elif control.tag == "input":
            sent[control.get("name", "")] = control.get("value", "")
    return sent


def test_without_filters_the_form_says_open_and_anything(clinic_client: WebClient) -> None:
    sent = filters_of(clinic_client.open("/clinic/"))
    assert sent.pop("status") == "open"
    assert set(sent.values()) == {""}
    assert set(sent) == {"outcome", "urgency", "assigned", "from", "until", "language", "policy"}


def test_every_choice_of_the_form_is_understood(clinic_client: WebClient, named: dict[str, str]) -> None:
    page = clinic_client.open("/clinic/")
    (form,) = (each for each in page.html.iter("form") if each.get("method") == "get")
    asked = [
        (select.get("name"), option.get("value"))
        for select in form.iter("select")
        for option in select.iter("option")
    ]
    assert {value for name, value in asked if name == "outcome"} == {"", *Outcome}
    assert {value for name, value in asked if name == "urgency"} == {"", *Urgency}
    assert {value for name, value in asked if name == "status"} == {"open", "done", "any", *ScreeningStatus}
    for name, value in asked:
        page = clinic_client.open(f"/clinic/?{name}={value}")
        assert page.errors == {}, (name, value)
        assert filters_of(page)[name or ""] == value


QUICK = {"Open": {}, "Urgent": {"urgency": "urgent"}, "Mine": {"assigned": "me"}}
QUICK |= {"Nobody’s": {"assigned": "nobody"}, "Done": {"status": "done"}}


@pytest.mark.parametrize("name", QUICK)
def test_a_view_that_is_one_press_away_has_its_count_and_is_marked(
    name: str, clinic_client: WebClient, named: dict[str, str]
) -> None:
    clinic_client.open("/clinic/?status=any")
    (link,) = (link for link in views(clinic_client.current) if link.startswith(f"{name} "))
    page = clinic_client.follow(link)
    assert len(ids(page)) == int(link.rpartition(" ")[2])
    assert current(page) == [link]
    assert all(row.query == QUICK[name] for row in rows(page))


def views(page: Page) -> list[str]:
    (part,) = (each for each in page.html.iter("nav") if each.get("aria-label") == "Views")
    return [words(link) for link in part.iter("a")]


def current(page: Page) -> list[str]:
    (part,) = (each for each in page.html.iter("nav") if each.get("aria-label") == "Views")
    return [words(link) for link in part.iter("a") if link.get("aria-current")]


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/London", "2026-07-01"), ("America/New_York", "2026-06-30"), ("UTC", "2026-06-30")],
)
def test_days_are_those_of_the_clinics_time_zone(
    zone: str, day: str, app: Flask, sqlite_store: Store, settings: Settings, clinic_client: WebClient
) -> None:
    """Half past eleven in the evening by UTC is the next day already in a British summer."""
    screening_id = add(sqlite_store, received_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
    there = load_settings({"DATA_DIR": str(settings.data_dir), "COUNTRY": "GB", "TIMEZONE": zone})
    clinic_app(app).extensions[EXTENSION] = Installation(there, sqlite_store)
    for asked in ("2026-06-29", "2026-06-30", "2026-07-01", "2026-07-02"):
        found = ids(clinic_client.open(f"/clinic/?from={asked}&until={asked}"))
        assert found == ([str(screening_id)] if asked == day else []), asked


# --- what is not understood -----------------------------------------------------------------------

NOT_KNOWN = "The filter “{}” of this address is not known here. It was left out"
NO_DAY = "Enter a day such as 2026-03-02. This filter was left out"
CODES = (
    "x",
    "OPEN",
    "open,done",
    "opén",
    "٣",
    "\x00",
    "<script>",
    "{{7*7}}",
    "' OR 1=1 --",
    "🧠",
    "x" * 3500,
)
DAYS = (
    "2026-02-30",
    "0000-01-01",
    "0001-01-01",
    "9999-12-31",
    "1969-12-31",
    "9001-01-01",
    "2026-13-01",
    "2026-3-2",
    "02.03.2026",
    "２０２６-０３-０２",
    "٢٠٢٦-٠٣-٠٢",
    "2026-03-02T00:00",
    "yesterday",
    "20260302",
    "2026-W10-1",
    "-2026-03-02",
    "9" * 3500,
    "\x00",
)
NOBODY = (
    str(uuid4()),
    "x",
    "Me",
    "none",
    "0" * 31,
    "{" * 700 + "0" * 32,
    "-" * 3500 + "0" * 32,
    "urn:uuid:" * 200 + "0" * 32,
    "\x00",
)
WRONG = {
    **{name: CODES for name in ("status", "outcome", "urgency", "language")},
    "assigned": NOBODY,
    "from": DAYS,
    "until": DAYS,
    "policy": ("unheard-of", "ünheard-of", "a\x00b", "x" * 61, "🧠"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_understood_is_left_out_and_said_at_its_field_and_above(
    name: str, clinic_client: WebClient, named: dict[str, str]
) -> None:
    sentence = NO_DAY if name in ("from", "until") else NOT_KNOWN.format(name)
    for value in WRONG[name]:
        page = clinic_client.open(f"/clinic/?{urlencode({name: value})}")
        assert page.errors == {f"filter-{name}": sentence}, value[:60]
        assert page.text_of(f"filter-{name}-error") == f"Error: {sentence}"
        field = page.by_id(f"filter-{name}")
        assert (field.get("aria-invalid"), field.get("aria-describedby")) == ("true", f"filter-{name}-error")
        assert page.title.startswith("Error: Open screenings")
        assert {named[each] for each in ids(page)} == OPEN
        assert "<script>" not in page.body.replace("<script src", "")
        assert all(row.query == {} for row in rows(page))


def test_what_is_understood_beside_it_holds(clinic_client: WebClient, named: dict[str, str]) -> None:
    page = clinic_client.open(
        "/clinic/?status=closed&outcome=wrong&from=2026-02-30&until=2026-03-31&urgency=x"
    )
    assert list(page.errors) == ["filter-outcome", "filter-urgency", "filter-from"]
    assert {named[each] for each in ids(page)} == {"negative"}
    assert [row.query for row in rows(page)] == [{"status": "closed", "until": "2026-03-31"}]
    box = next(each for each in page.html.iter("details") if each.get("class") == "filter-box")
    assert box.get("open") is not None


def test_an_end_before_the_beginning_is_left_out_and_said(
    clinic_client: WebClient, named: dict[str, str]
) -> None:
    page = clinic_client.open("/clinic/?from=2026-03-05&until=2026-03-04")
    sentence = "Choose a day that is not before “Received from”. This filter was left out"
    assert page.errors == {"filter-until": sentence}
    assert page.text_of("filter-until-error") == f"Error: {sentence}"
    assert {named[each] for each in ids(page)} == {"cannot tell"}
    assert [row.query for row in rows(page)] == [{"from": "2026-03-05"}]


def test_a_clinician_who_left_can_still_be_asked_for(
    clinic_client: WebClient, app: Flask, doorkeeper: Doorkeeper, sqlite_store: Store
) -> None:
    screening_id, who = add(sqlite_store), doorkeeper.make(sqlite_store, COLLEAGUE)
    assign(sqlite_store, screening_id, to=who, shown=None, clinician_id=who, now=NOON)
    with sqlite_store.database.writing() as session:
        session.get_one(Clinician, who).is_active = False
    page = clinic_client.open(f"/clinic/?assigned={who}")
    assert (ids(page), page.errors) == ([str(screening_id)], {})
    assert filters_of(page)["assigned"] == str(who)


def test_what_is_filtered_is_said_in_words(clinic_client: WebClient, named: dict[str, str]) -> None:
    """The filters themselves may be folded away."""
    page = clinic_client.open("/clinic/?status=any&outcome=negative&assigned=me&from=2026-03-01&language=en")
    said = next(each for each in map(words, page.html.iter("p")) if each.startswith("Status:"))
    assert said == (
        "Status: Open or done · Outcome: Screen negative · Assigned to: Me · Received from: 2026-03-01 ·"
        " Language: English"
    )


def test_a_filter_twice_in_the_address_is_no_failure(clinic_client: WebClient, named: dict[str, str]) -> None:
    page = clinic_client.open("/clinic/?status=closed&status=open&from=&from=2026-03-02")
    assert column(page, "Status") == ["Closed"]


@pytest.fixture
def client(store: Store, settings: Settings, product: Product, doorkeeper: Doorkeeper) -> WebClient:
    """A clinician at a desk on each kind of database."""
    return doorkeeper.enter(product.make(settings, store), store, CLINICIAN)


def test_both_databases_take_every_wrong_value_calmly(client: WebClient, store: Store) -> None:
    address = f"/clinic/screenings/{add(store)}"
    for name, values in WRONG.items():
        for value in values[-4:]:
            query = urlencode({name: value, "after": value})
            assert client.request("GET", f"/clinic/?{query}").status == 200, (name, value[:60])
    for name, values in WRONG.items():
        query = urlencode({name: values[-1], "after": values[-1]})
        assert client.request("GET", f"{address}?{query}").status == 200, name


def test_both_databases_show_the_same_view(client: WebClient, store: Store) -> None:
    made = [add(store, answers) for answers in ANSWERS.values()]
    assert set(ids(client.open("/clinic/"))) == {str(each) for each in made}
    assert ids(client.open("/clinic/?urgency=urgent")) == [str(each) for each in made[:2]]
    assert ids(client.open("/clinic/?policy=eu-ehf-2018&outcome=negative")) == [str(made[5])]
    assert ids(
        client.open("/clinic/?assigned=nobody&from=2026-03-02&until=2026-03-02&outcome=emergency")
    ) == [str(made[0])]
