"""The list of screenings: its order, its pages, its two views; and finding one by its code."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.domain.reference_code import ALPHABET, format_reference_code, new_reference_code
from app.services.clinical_review import PAGE_SIZE
from app.storage.models import Screening
from app.storage.screenings import set_status
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from tests.support.client import Page, WebClient
from tests.support.journeys import BORDERLINE, CANNOT_TELL, EMERGENCY, NEGATIVE, POSITIVE
from tests.support.page import link_by_text
from tests.support.page import text as words
from tests.support.screenings import BY_URGENCY, NOON, add, minutes_after_noon

RECORD = re.compile(r"/clinic/screenings/([0-9a-f-]{36})")


def listed(page: Page) -> list[str]:
    """The ids of the screenings in the list, in order."""
    links = (each for each in page.html.iter("a") if "queue-item" in each.get("class", "").split())
    return [match[1] for link in links if (match := RECORD.match(link.get("href", "")))]


def lines(page: Page) -> list[str]:
    links = (each for each in page.html.iter("a") if "queue-item" in each.get("class", "").split())
    return [words(link) for link in links]


def walk(client: WebClient, address: str = "/clinic/") -> list[list[str]]:
    """The ids of every page of the list."""
    pages = [listed(client.open(address))]
    while any(words(link) == "Next page" for link in client.current.html.iter("a")):
        pages.append(listed(client.follow("Next page")))
        assert len(pages) < 20
    return pages


def test_an_empty_desk_says_so(clinic_client: WebClient) -> None:
    assert "No screening is waiting." in clinic_client.open("/clinic/").main
    assert "No screening is done yet." in clinic_client.open("/clinic/?view=done").main


def test_the_most_urgent_come_first_and_then_the_oldest(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    expected = []
    for answers in BY_URGENCY:
        newer = add(sqlite_store, answers, received_at=minutes_after_noon(2))
        older = add(sqlite_store, answers, received_at=minutes_after_noon(1))
        expected += [str(older), str(newer)]
    assert listed(clinic_client.open("/clinic/")) == expected


def test_a_line_says_what_it_is(clinic_client: WebClient, sqlite_store: Store) -> None:
    for minute, answers in enumerate((EMERGENCY, POSITIVE, BORDERLINE, NEGATIVE, CANNOT_TELL)):
        add(sqlite_store, answers, received_at=minutes_after_noon(minute))
    found = lines(clinic_client.open("/clinic/"))
    starts = (
        "Thunderclap onset Stopped at the safety check Emergency",
        "Screen positive 20 / 10 days, 24 months, 2 tried",
        "Borderline 14 / 8 days, 24 months, 0 tried",
        "Screen negative 9 / 5 days, 24 months, 0 tried",
        "Cannot tell 20 / ? days, 24 months, 0 tried",
    )
    spaced = [re.sub(r"(onset|positive|Borderline|negative|tell)(?=\S)", r"\1 ", line) for line in found]
    for line, start in zip(spaced, starts, strict=True):
        assert line.startswith(start)
        assert "New" in line


@pytest.mark.parametrize(
    ("signs", "unsure", "title"),
    [
        ([], ["other"], "Not sure about warning signs"),
        ("not_sure", None, "Not sure about warning signs"),
        (["recent_change_of_pattern"], ["emergency"], "Not sure about warning signs"),
        (["recent_change_of_pattern"], None, "Recent change of pattern"),
        (["onset_after_50"], ["emergency"], "Onset after 50"),
        (["recent_change_of_pattern", "onset_after_50"], ["other"], "Onset after 50"),
        (["loss_of_vision"], ["other"], "Loss of vision"),
        (["loss_of_vision"], None, "Loss of vision"),
        ([], [], "Screen positive"),
    ],
    ids=str,
)
def test_a_line_begins_with_what_presses_most(
    signs: object, unsure: object, title: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    add(sqlite_store, {**POSITIVE, "red_flags": signs, "unsure_red_flags": unsure})
    (line,) = lines(clinic_client.open("/clinic/"))
    assert line.startswith(title)


def test_a_demonstration_is_marked(clinic_client: WebClient, sqlite_store: Store) -> None:
    add(sqlite_store, is_demonstration=True)
    add(sqlite_store)
    assert ["Demonstration" in line for line in lines(clinic_client.open("/clinic/"))].count(True) == 1


@pytest.mark.parametrize(
    ("ago", "shown"), [(timedelta(minutes=5), "now"), (timedelta(hours=5), "5 h"), (timedelta(days=3), "3 d")]
)
def test_the_age_of_a_screening_is_said_in_one_word(
    ago: timedelta, shown: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    add(sqlite_store, received_at=datetime.now(UTC) - ago)
    assert shown in lines(clinic_client.open("/clinic/"))[0]


def test_sixty_screenings_are_listed_once_each_over_their_pages(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    """Their times have every fraction of a second that a clock can give."""
    ids = [
        str(
            add(
                sqlite_store,
                BY_URGENCY[number % 3 + 1],
                received_at=NOON + timedelta(microseconds=number * 333_337),
            )
        )
        for number in range(60)
    ]
    pages = walk(clinic_client)
    assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 10]
    found = [each for page in pages for each in page]
    assert len(found) == len(set(found))
    assert set(found) == set(ids)


@pytest.mark.parametrize("microsecond", [1, 123_457, 999_999])
def test_the_next_page_does_not_repeat_the_last_screening(
    microsecond: int, clinic_client: WebClient, sqlite_store: Store
) -> None:
    for second in range(PAGE_SIZE + 1):
        moment = NOON.replace(microsecond=microsecond) + timedelta(seconds=second)
        add(sqlite_store, received_at=moment)
    first, second_page = walk(clinic_client)
    assert len(first) == PAGE_SIZE
    assert len(second_page) == 1
    assert second_page[0] not in first


def test_a_list_of_exactly_one_page_has_no_next_one(clinic_client: WebClient, sqlite_store: Store) -> None:
    for minute in range(PAGE_SIZE):
        add(sqlite_store, received_at=minutes_after_noon(minute))
    assert [len(page) for page in walk(clinic_client)] == [PAGE_SIZE]


def test_the_first_page_is_one_press_away(clinic_client: WebClient, sqlite_store: Store) -> None:
    for minute in range(PAGE_SIZE + 1):
        add(sqlite_store, received_at=minutes_after_noon(minute))
    clinic_client.open("/clinic/")
    clinic_client.follow("Next page")
    assert len(listed(clinic_client.follow("First page"))) == PAGE_SIZE


def test_what_arrives_while_paging_repeats_nothing(clinic_client: WebClient, sqlite_store: Store) -> None:
    for minute in range(PAGE_SIZE + 5):
        add(sqlite_store, received_at=minutes_after_noon(minute))
    first = listed(clinic_client.open("/clinic/"))
    add(sqlite_store, BY_URGENCY[0])
    second = listed(clinic_client.follow("Next page"))
    assert not set(first) & set(second)
    assert len(second) == 5


def test_done_screenings_have_a_list_of_their_own(clinic_client: WebClient, sqlite_store: Store) -> None:
    waiting, done = add(sqlite_store), add(sqlite_store)
    with sqlite_store.database.writing() as session:
        set_status(session, done, ScreeningStatus.CLOSED)
    page = clinic_client.open("/clinic/")
    assert listed(page) == [str(waiting)]
    assert link_by_text(page.html, "Open 1") == "/clinic/"
    page = clinic_client.follow("Done 1")
    assert (page.h1, listed(page)) == ("Screenings that are done", [str(done)])
    page = clinic_client.open(f"/clinic/screenings/{done}?view=done")
    assert listed(page) == [str(done)]


def test_the_done_list_has_pages_too(clinic_client: WebClient, sqlite_store: Store) -> None:
    for minute in range(PAGE_SIZE + 2):
        screening_id = add(sqlite_store, received_at=minutes_after_noon(minute))
        with sqlite_store.database.writing() as session:
            set_status(session, screening_id, ScreeningStatus.REVIEWED)
    assert [len(page) for page in walk(clinic_client, "/clinic/?view=done")] == [PAGE_SIZE, 2]


NO_ID, AN_ID = "0" * 32, "a" * 32
NO_PLACES = (
    "",
    "x",
    "1.2.3",
    "1.2.zz",
    "..",
    "1.2.3.4",
    "%00",
    "NaN.NaN.NaN",
    "9" * 5000,
    f"-1.-1.{NO_ID}",
    f"1.{'9' * 30}.{NO_ID}",
    f"0.0.{'f' * 32}",
    f"1.1e5.{NO_ID}",
    f"3.1700000000000000.{AN_ID}",
    f"٣.٣.{NO_ID}",
    f"3.-62135596800000000.{NO_ID}",
    f"3.253402300799999999.{NO_ID}",
    f"{'9' * 400}.1.{NO_ID}",
)


def test_a_place_that_is_none_is_answered_calmly(clinic_client: WebClient, sqlite_store: Store) -> None:
    add(sqlite_store)
    for after in NO_PLACES:
        for view in ("open", "done", "x"):
            page = clinic_client.request("GET", f"/clinic/?after={after}&view={view}")
            assert page.status == 200, (after[:60], view)


def test_counts_stop_at_a_thousand(clinic_client: WebClient, sqlite_store: Store) -> None:
    add(sqlite_store)
    copy = (
        "INSERT INTO screenings SELECT printf('%032x', value), randomblob(32), received_at, status, is_open,"
        " outcome, urgency_rank, language, questionnaire_version, rules_version, edition,"
        " is_demonstration, row_version, answers, assessment FROM screenings,"
        " (WITH RECURSIVE counter(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM counter LIMIT 1000)"
        "  SELECT value FROM counter)"
    )
    with sqlite_store.database.writing() as session:
        session.execute(text(copy))
        assert session.query(Screening).count() == 1001
        session.execute(text("UPDATE screenings SET is_open = 0"))
    assert "Done 1000+" in clinic_client.open("/clinic/").main


# --- finding --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "way",
    ["plain", "dashes", "lower", "spaces", "letters for digits", "long dashes", "a tab and a line"],
)
def test_a_code_is_found_however_it_is_typed(way: str, clinic_client: WebClient, sqlite_store: Store) -> None:
    code = next(each for each in iter(new_reference_code, "") if "0" in each and "1" in each)
    screening_id = add(sqlite_store, code=code)
    typed = {
        "plain": code,
        "dashes": format_reference_code(code),
        "lower": format_reference_code(code).lower(),
        "spaces": f"  {' '.join(code)}  ",
        "letters for digits": code.replace("0", "O").replace("1", "l"),
        "long dashes": format_reference_code(code).replace("-", " – "),
        "a tab and a line": f"\t{code}\r\n",
    }[way]
    clinic_client.open("/clinic/find")
    page = clinic_client.submit("Find", code=typed)
    assert page.address == f"/clinic/screenings/{screening_id}"


def test_the_code_is_in_no_address(clinic_client: WebClient, sqlite_store: Store) -> None:
    code = new_reference_code()
    add(sqlite_store, code=code)
    clinic_client.open("/clinic/find")
    clinic_client.submit("Find", code=code)
    assert not [each for each in clinic_client.visited if code in each.upper()]
    assert clinic_client.request("GET", f"/clinic/find?code={code}").status == 200


def wrong_symbol(code: str) -> str:
    other = ALPHABET[(ALPHABET.index(code[3]) + 1) % len(ALPHABET)]
    return code[:3] + other + code[4:]


CHECK_IT = "Check the code: it has 17 letters and digits, and one of these is missing or wrong"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the code from the patient’s page or paper"),
        ("   ", "Enter the code from the patient’s page or paper"),
        ("ABCD", CHECK_IT),
        ("U" * 17, CHECK_IT),
        (wrong_symbol(new_reference_code()), CHECK_IT),
        ("<script>alert(1)</script>", CHECK_IT),
        ("' OR 1=1 --", CHECK_IT),
        (new_reference_code(), "No screening of this clinic has this code. Check it with the patient"),
        ("A" * 101, "Enter only the code: 17 letters and digits"),
        ("A" * 5000, "Enter only the code: 17 letters and digits"),
    ],
    ids=[
        "empty",
        "spaces",
        "short",
        "letter U",
        "a wrong symbol",
        "markup",
        "sql",
        "unknown",
        "long",
        "very long",
    ],
)
def test_a_wrong_code_is_explained(
    typed: str, sentence: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    add(sqlite_store)
    clinic_client.open("/clinic/find")
    page = clinic_client.submit("Find", code=typed, status=422)
    assert page.errors == {"code": sentence}
    assert page.text_of("code-error") == f"Error: {sentence}"
    assert page.title == "Error: Find by reference code – Screening desk"
    (kept,) = page.values()["code"]
    assert kept[:100] == typed[:100]
