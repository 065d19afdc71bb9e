"""Reading the queue: its rows, its views, and its pages."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID
from xml.etree.ElementTree import Element

from tests.support.client import Page, WebClient
from tests.support.page import text as words

RECORD = re.compile(r"^/clinic/screenings/([0-9a-f-]{36})(?:\?|$)")
MOST_PAGES = 20


@dataclass(frozen=True)
class Row:
    """One line of the queue: the record it leads to, and the words of each column."""

    id: str
    address: str
    is_unread: bool
    cells: dict[str, str]

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.address).query))


def rows(page: Page) -> list[Row]:
    """The lines of the queue in order; none where it says that there are none."""
    tables = list(page.html.iter("table"))
    assert len(tables) <= 1
    return [_row(_headers(table), line) for table in tables for line in _lines(table)]


def _lines(table: Element) -> list[Element]:
    return [line for body in table.iter("tbody") for line in body.iter("tr")]


def _headers(table: Element) -> list[str]:
    return [words(each) for head in table.iter("thead") for each in head.iter("th")]


def _row(headers: list[str], line: Element) -> Row:
    links = [(match[1], each.get("href", "")) for each in line.iter("a") if (match := _match(each))]
    assert len(links) == 1, f"{len(links)} records in one line"
    cells = [words(each) for each in line]
    assert len(cells) == len(headers)
    labels = [each.get("data-label") for each in line if each.tag == "td"]
    assert labels == headers[1:], "on a phone each value says what it is"
    is_unread = line.get("class") == "unread"
    assert is_unread == (" unread" in cells[0]), "bold alone says nothing to who does not see it"
    return Row(*links[0], is_unread, dict(zip(headers, cells, strict=True)))


def _match(link: Element) -> re.Match[str] | None:
    return RECORD.match(link.get("href", ""))


def ids(page: Page) -> list[str]:
    return [row.id for row in rows(page)]


def column(page: Page, header: str) -> list[str]:
    return [row.cells[header] for row in rows(page)]


def walk(client: WebClient, address: str = "/clinic/") -> list[list[str]]:
    """The ids of every page of a view."""
    pages = [ids(client.open(address))]
    while any(words(link) == "Next page" for link in client.current.html.iter("a")):
        pages.append(ids(client.follow("Next page")))
        assert len(pages) < MOST_PAGES
    return pages


def list_beside(page: Page) -> list[str]:
    """The ids of the screenings at the left of an open record."""
    links = (each for each in page.html.iter("a") if "queue-item" in each.get("class", "").split())
    return [match[1] for link in links if (match := _match(link))]


def in_header(page: Page) -> str:
    """What the head of every page says of the queue."""
    (head,) = (each for each in page.html.iter("header"))
    return words(next(head.iter("span")))


def in_view(page: Page) -> str:
    """How many the view has, in words."""
    (said,) = (words(each) for each in page.html.iter() if each.get("role") == "status")
    return said


def address_of(screening_id: UUID | str, query: str = "") -> str:
    return f"/clinic/screenings/{screening_id}" + (f"?{query}" if query else "")
