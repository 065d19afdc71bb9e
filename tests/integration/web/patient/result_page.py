"""Coming to the result with any answers, and reading its parts."""

from typing import Any
from xml.etree.ElementTree import Element

from app.questionnaire.draft_answers import draft_answers
from app.services.self_screening import change_answers
from app.storage.store import Store
from app.web.context import now
from tests.support.client import Page, WebClient
from tests.support.journeys import ADVICE_READ, CHECK, LOOK_AGAIN, Answers
from tests.support.page import text as words


def result_of(client: WebClient, store: Store, answers: Answers) -> Page:
    """The result of these answers. They are put into the draft of this browser without drawing its pages."""
    client.open("/")
    client.submit("/start")
    token = client.cookie("screening")
    given: dict[str, Any] = {**draft_answers(answers), **ADVICE_READ}
    change_answers(store, token, lambda _: given, now())
    client.open(CHECK)
    if client.current.address == LOOK_AGAIN:
        client.submit("They are right: go on")
    return client.submit("Send my answers")


def before_heading(page: Page) -> str:
    """What stands in the main part before its h1."""
    (main,) = page.html.iter("main")
    parts: list[str] = []
    for child in main:
        if any(each.tag == "h1" for each in child.iter()):
            return " ".join(parts)
        parts.append(words(child))
    raise AssertionError("There is no h1 in the main part")


def headings(page: Page) -> list[str]:
    """Every h2 in order."""
    return [words(each) for each in page.html.iter("h2")]


def _holds_heading(element: Element, heading: str) -> bool:
    return any(words(each) == heading for each in element if each.tag == "h2")


def part(page: Page, heading: str) -> str:
    """The words of the section or card below this h2; empty when there is none."""
    found = [each for each in page.html.iter() if _holds_heading(each, heading)]
    assert len(found) <= 1, f"{len(found)} parts {heading!r}"
    return words(found[0]) if found else ""


def numbers_to_call(element: Element) -> list[str]:
    """The telephone links inside."""
    links = (each.get("href", "") for each in element.iter("a"))
    return [link.removeprefix("tel:") for link in links if link.startswith("tel:")]


def card(page: Page, heading: str) -> Element:
    """The card below this h2."""
    (found,) = (each for each in page.html.iter("div") if _holds_heading(each, heading))
    return found
