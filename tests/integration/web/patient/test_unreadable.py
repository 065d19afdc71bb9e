"""A draft that cannot be read: it is said calmly, nothing stands in its place, and there is a way out."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from app.storage.models import ScreeningDraft
from app.storage.store import Store
from config import Settings
from tests.support.client import WebClient
from tests.support.journeys import CHECK, POSITIVE, RESULT, SAFETY, walk_to
from tests.support.product import Product

SAID = "Your answers cannot be read here"


@pytest.fixture
def client(store: Store, settings: Settings, product: Product) -> WebClient:
    """A patient on each kind of database."""
    return WebClient(product.make(settings, store))


def flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


def of_a_lost_key(content: bytes) -> bytes:
    return content[:1] + b"\0\0\0\0" + content[5:]


def spoil(store: Store, how: Callable[[bytes], bytes]) -> None:
    with store.database.writing() as session:
        row = session.scalars(select(ScreeningDraft)).one()
        row.content = how(row.content)


@pytest.mark.requirement("DAT-02", part="told to the person who answers")
@pytest.mark.parametrize("how", [flipped, of_a_lost_key])
def test_every_page_with_answers_says_so_and_the_way_out_works(
    how: Callable[[bytes], bytes], client: WebClient, store: Store
) -> None:
    walk_to(client, POSITIVE, CHECK)
    spoil(store, how)
    for address in (SAFETY, CHECK, RESULT, "/"):
        page = client.open(address, status=410)
        assert page.h1 == SAID
        assert page.answers == {}
    client.submit("Finish and clear this screen")
    assert client.open("/").status == 200
    client.submit("Start")
    assert client.current.address == SAFETY


@pytest.mark.requirement("DAT-02", part="told to the person who answers")
def test_the_answers_of_somebody_else_are_never_shown(client: WebClient, store: Store) -> None:
    walk_to(client, POSITIVE, CHECK)
    with store.database.reading() as session:
        first = session.scalars(select(ScreeningDraft)).one()
    other = WebClient(client.flask.application)
    other.open("/")
    other.submit("Start")
    with store.database.writing() as session:
        mine = session.scalars(select(ScreeningDraft).where(ScreeningDraft.id != first.id)).one()
        mine.content, mine.row_version = first.content, first.row_version
    assert other.open(CHECK, status=410).h1 == SAID
    assert client.open(CHECK).answers


def test_a_form_that_is_sent_meanwhile_says_so_and_a_warning_sign_still_leads_to_help(
    client: WebClient, store: Store
) -> None:
    client.open("/")
    client.submit("Start")
    spoil(store, flipped)
    page = client.submit("Continue", red_flags=["thunderclap_onset"])
    assert page.address == "/screening/emergency"
    assert client.open("/", status=410).h1 == SAID
