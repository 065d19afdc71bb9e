"""Opening a record at the desk, and reading its parts."""

from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element

from app.storage.store import Store
from tests.support.client import Page, WebClient
from tests.support.journeys import POSITIVE, Answers
from tests.support.page import text as words
from tests.support.screenings import add

ADD_SCORE, ADD_COURSE = "Add a score", "Add headache days under treatment"


def record(client: WebClient, store: Store, answers: Answers = POSITIVE, **more: Any) -> Page:
    """The record of a new screening with these answers."""
    return client.open(f"/clinic/screenings/{add(store, answers, **more)}")


def screening_id_of(page: Page) -> UUID:
    return UUID(page.address.partition("/screenings/")[2][:36])


def tiles(page: Page) -> list[str]:
    return [words(each) for each in page.html.iter("div") if each.get("class") == "tile"]


def rows_of(table: Element) -> list[list[str]]:
    """The rows of a table without its headers."""
    return [[words(cell) for cell in row] for row in table.iter("tr")][1:]


def table(page: Page, caption: str) -> list[list[str]]:
    """The rows of the only table with this caption."""
    found = [each for each in page.html.iter("table") if words(next(each.iter("caption"))) == caption]
    assert len(found) == 1, f"{len(found)} tables {caption!r}"
    return rows_of(found[0])


def captions(page: Page) -> list[str]:
    return [words(each) for each in page.html.iter("caption")]


def headings(page: Page) -> list[str]:
    """Every heading below the first, in order."""
    main = next(page.html.iter("main"))
    return [words(each) for each in main.iter() if each.tag in ("h2", "h3")]


def folded(page: Page, begins: str) -> Element:
    """The only part that folds and whose line begins like this."""
    found = [
        each for each in page.html.iter("details") if words(next(each.iter("summary"))).startswith(begins)
    ]
    assert len(found) == 1, f"{len(found)} folded parts begin with {begins!r}"
    return found[0]


def before_heading(page: Page) -> str:
    """What stands in the open record before its h1."""
    part = next(each for each in page.html.iter("div") if each.get("class") == "desk-record")
    children = list(part)
    at = next(number for number, each in enumerate(children) if each.tag == "h1")
    return " ".join(words(each) for each in children[:at])


def action_of(page: Page, part: str) -> str:
    """The address of the form for "reviews", "scores" or "courses" of the open record."""
    actions = [each.get("action", "") for each in page.html.iter("form")]
    (action,) = (each for each in actions if each.partition("?")[0].endswith(f"/{part}"))
    return action
