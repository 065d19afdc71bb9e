"""Five hundred hostile texts, as the name of a medicine and as a note: kept as typed, shown as text only."""

from collections import Counter
from collections.abc import Callable
from itertools import product
from typing import Any, Final
from uuid import uuid4

import pytest
from flask import Flask

from app.domain.trials import LONGEST_NAME
from app.questionnaire.draft_answers import draft_answers
from app.services.clinical_review import find_by_reference_code, open_record
from app.services.reviewing import NewReview, record_review
from app.services.self_screening import change_answers
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from app.web.context import now
from tests.support.accounts import COLLEAGUE, Doorkeeper
from tests.support.client import Page, WebClient
from tests.support.journeys import ADVICE_READ, CHECK, POSITIVE, PROPRANOLOL
from tests.support.page import text as words
from tests.support.screenings import add

OPENINGS: Final = (
    "",
    '"',
    "'",
    '">',
    "'>",
    "-->",
    "</p></main>",
    "</textarea>",
    "]]>",
    "\\",
    "\N{FULLWIDTH LESS-THAN SIGN}",
)
PAYLOADS: Final = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe srcdoc='<p>x'></iframe>",
    "<form action=//evil.example><button>Send</button></form>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0>",
    "<style>body{display:none}</style>",
    " onfocus=alert(1) autofocus x=",
    "&lt;script&gt;&#60;b&#62;&amp;",
    "{{ config }}{% raw %}${7*7}#{7*7}",
    "<b>bold</b><!-- ",
    "' OR '1'='1; DROP TABLE screenings",
    "=HYPERLINK(1)@SUM+-|cmd",
    "%(num)s%s{0}{x}",
)
ENDINGS: Final = ("", "x", "\N{RIGHT-TO-LEFT OVERRIDE}é🧠")
_ALL: Final = dict.fromkeys("".join(parts).strip() for parts in product(OPENINGS, PAYLOADS, ENDINGS))
PORTION: Final = 30
TEXTS: Final = [text for text in _ALL if len(text) <= LONGEST_NAME][: 17 * PORTION]
PORTIONS: Final = [TEXTS[start : start + PORTION] for start in range(0, len(TEXTS), PORTION)]
HARMLESS: Final = [f"medicine {number}" for number in range(PORTION)]


def tags(page: Page) -> Counter[Any]:
    return Counter(each.tag for each in page.html.iter())


def spaced(text: str) -> str:
    return " ".join(text.split())


def missing(page: Page, texts: list[str]) -> list[str]:
    return [each for each in texts if spaced(each) not in page.main]


def answers_with(names: list[str]) -> dict[str, Any]:
    trials = [{**PROPRANOLOL, "medicine": "other", "name_given": name} for name in names]
    return {**POSITIVE, "preventives": trials}


@pytest.fixture
def pages(
    app: Flask, clinic_client: WebClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> Callable[[list[str]], list[Page]]:
    """The check page, the result and the record of somebody who named these medicines."""
    numbers = iter(range(1000))
    token = ""

    def next_token(_: int) -> str:
        nonlocal token
        token = f"token-{next(numbers)}"
        return token

    monkeypatch.setattr("app.services.self_screening.secrets.token_urlsafe", next_token)

    def seen(names: list[str]) -> list[Page]:
        client = WebClient(app)
        client.open("/")
        client.submit("Start")
        given = {**draft_answers(answers_with(names)), **ADVICE_READ}
        change_answers(sqlite_store, token, lambda before: {**before, **given}, now())
        check = client.open(CHECK)
        result = client.submit("Send my answers")
        screening_id = find_by_reference_code(sqlite_store, result.code)
        stored = open_record(sqlite_store, screening_id).screening.answers
        assert stored == answers_with(names)
        return [check, result, clinic_client.open(f"/clinic/screenings/{screening_id}?status=done")]

    return seen


def test_there_are_enough_texts() -> None:
    assert len(set(TEXTS)) == len(TEXTS) == 510


@pytest.mark.slow
@pytest.mark.requirement("IO-01", part="500 texts as names of medicines")
def test_the_name_of_a_medicine_is_text_on_every_page(pages: Callable[[list[str]], list[Page]]) -> None:
    expected = [tags(page) for page in pages(HARMLESS)]
    for portion in PORTIONS:
        found = pages(portion)
        assert [tags(page) for page in found] == expected
        assert [missing(page, portion) for page in found] == [[], [], []]


@pytest.mark.slow
@pytest.mark.requirement("IO-01", part="500 texts as notes")
def test_a_note_is_text_in_the_record(
    app: Flask, clinic_client: WebClient, sqlite_store: Store, doorkeeper: Doorkeeper
) -> None:
    author = doorkeeper.make(sqlite_store, COLLEAGUE)
    for portion in PORTIONS:
        screening_id = add(sqlite_store)
        for note in portion:
            review = NewReview(uuid4(), ScreeningStatus.IN_REVIEW, note)
            record_review(sqlite_store, screening_id, review, clinician_id=author, now=now())
        newest_first = portion[::-1]
        assert [each.note for each in open_record(sqlite_store, screening_id).reviews] == newest_first
        page = clinic_client.open(f"/clinic/screenings/{screening_id}")
        notes = [each for each in page.html.iter("p") if each.get("class") == "note"]
        assert [words(each) for each in notes] == [spaced(each) for each in newest_first]
        assert not [child for each in notes for child in each]
