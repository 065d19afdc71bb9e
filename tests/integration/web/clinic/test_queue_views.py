"""Views that a clinician keeps by name: kept, replaced, removed, and nobody else's."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import pytest

from app.services.queue import keep_view
from app.storage.models import Clinician
from app.storage.store import Store
from app.storage.views import MOST_VIEWS
from config import Settings
from tests.integration.web.clinic.queue_page import ids
from tests.support.accounts import CLINICIAN, COLLEAGUE, Doorkeeper, Person
from tests.support.client import Page, WebClient
from tests.support.page import text as words
from tests.support.product import Product, row_counts
from tests.support.screenings import URGENT_ANSWERS, add

Enter = Callable[[Person], WebClient]


def links(page: Page) -> dict[str, str]:
    """The views that were kept: name and address."""
    (part,) = (each for each in page.html.iter("nav") if each.get("aria-label") == "Views")
    return {words(link): link.get("href", "") for link in list(part.iter("a"))[5:]}


def keep(client: WebClient, query: str, name: str, *, status: int = 200) -> Page:
    client.open(f"/clinic/?{query}")
    return client.submit("Keep", name=name, status=status)


def remove(client: WebClient, name: str) -> Page:
    """Press the button that says this name."""
    page = client.open("/clinic/?status=any")
    (form,) = (
        form
        for form in page.html.iter("form")
        if f"Remove {name}" in {words(button) for button in form.iter("button")}
    )
    sent = {each.get("name", ""): each.get("value", "") for each in form.iter("input")}
    answer = client.post(form.get("action", ""), sent)
    assert (answer.status, answer.location) == (303, "/clinic/?status=any")
    return client.open(answer.location)


def test_a_view_is_kept_under_its_name_and_opened_again(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    urgent = add(sqlite_store, URGENT_ANSWERS)
    add(sqlite_store)
    page = keep(clinic_client, "urgency=urgent&from=2026-03-01&outcome=", "Urgent in March")
    assert page.address == "/clinic/?urgency=urgent&from=2026-03-01"
    assert ids(page) == [str(urgent)]
    assert links(clinic_client.open("/clinic/")) == {"Urgent in March": page.address}
    page = clinic_client.follow("Urgent in March")
    assert ids(page) == [str(urgent)]
    (marked,) = (each for each in page.html.iter("a") if words(each) == "Urgent in March")
    assert marked.get("aria-current") == "true"


def test_only_what_was_understood_is_kept(clinic_client: WebClient) -> None:
    keep(clinic_client, "status=closed&outcome=wrong&x=y&after=3.5.z", "Closed")
    assert links(clinic_client.current) == {"Closed": "/clinic/?status=closed"}


TAKEN = "You keep another view under this name. Enter another name, or press “Replace it”"


def replace(client: WebClient, name: str, *, status: int = 200) -> Page:
    """Press "Replace it" with this name in the box."""
    (button,) = (each for each in client.current.html.iter("button") if words(each) == "Replace it")
    return client.submit(
        "Keep", name=name, extra={button.get("name", ""): button.get("value")}, status=status
    )


def test_a_name_that_is_in_use_is_asked_about_and_nothing_is_lost(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    keep(clinic_client, "status=done", "Mine")
    page = keep(clinic_client, "assigned=me", "  Mine ", status=422)
    assert page.errors == {"name": TAKEN}
    assert page.text_of("name-error") == f"Error: {TAKEN}"
    assert page.by_id("name").get("value") == "  Mine "
    assert_open_at_the_form(page)
    assert links(page) == {"Mine": "/clinic/?status=done"}
    assert links(replace(clinic_client, "Mine")) == {"Mine": "/clinic/?assigned=me"}
    assert "Replace it" not in clinic_client.current.main
    assert row_counts(sqlite_store)["saved_views"] == 1


def test_another_name_is_kept_beside_the_first_or_asked_about_in_its_turn(clinic_client: WebClient) -> None:
    keep(clinic_client, "status=done", "One")
    keep(clinic_client, "status=any", "Two")
    keep(clinic_client, "assigned=me", "One", status=422)
    assert replace(clinic_client, "Two", status=422).errors == {"name": TAKEN}
    assert clinic_client.submit("Keep", name="Three").status == 200
    assert links(clinic_client.current) == {
        "One": "/clinic/?status=done",
        "Three": "/clinic/?assigned=me",
        "Two": "/clinic/?status=any",
    }


def test_the_same_view_under_its_name_again_is_no_question(clinic_client: WebClient) -> None:
    for _ in range(2):
        keep(clinic_client, "status=done", "Mine")
    assert links(clinic_client.current) == {"Mine": "/clinic/?status=done"}


def test_a_view_is_removed_and_the_others_stay(clinic_client: WebClient) -> None:
    for name in ("One", "Two", "Three"):
        keep(clinic_client, f"status=done&from=2026-03-0{len(name)}", name)
    assert list(links(remove(clinic_client, "Two"))) == ["One", "Three"]


def test_removing_what_is_gone_or_none_is_no_mistake(clinic_client: WebClient, sqlite_store: Store) -> None:
    keep(clinic_client, "", "Stays")
    for view in (str(uuid4()), "", "x", "\x00", "0" * 32, "x" * 5000):
        assert clinic_client.post("/clinic/views/remove", {"view": view}).status == 303, view[:60]
    assert clinic_client.post("/clinic/views/remove").status == 303
    assert list(links(clinic_client.open("/clinic/"))) == ["Stays"]


@pytest.mark.requirement("AZ-04", part="saved views")
def test_views_of_others_are_neither_shown_nor_removed(
    clinic_client: WebClient, enter: Enter, sqlite_store: Store
) -> None:
    colleague = enter(COLLEAGUE)
    keep(clinic_client, "status=done", "Ada’s")
    keep(colleague, "assigned=me", "Bo’s")
    assert list(links(clinic_client.open("/clinic/"))) == ["Ada’s"]
    assert "Bo’s" not in clinic_client.current.body
    page = colleague.open("/clinic/")
    theirs = [each.get("value") for each in page.html.iter("input") if each.get("name") == "view"]
    assert len(theirs) == 1
    assert clinic_client.post("/clinic/views/remove", {"view": theirs[0]}).status == 303
    assert list(links(colleague.open("/clinic/"))) == ["Bo’s"]
    assert row_counts(sqlite_store)["saved_views"] == 2


def test_assigned_to_me_is_another_for_each(clinic_client: WebClient, enter: Enter) -> None:
    """What is kept is the word, not the person of the moment."""
    keep(clinic_client, "assigned=me", "Mine")
    assert links(clinic_client.current) == {"Mine": "/clinic/?assigned=me"}


TOO_MANY = f"You keep {MOST_VIEWS} views already. Remove one before you keep another"


def test_the_twenty_first_view_is_refused_in_words_and_its_name_is_kept(
    clinic_client: WebClient, sqlite_store: Store
) -> None:
    with sqlite_store.database.reading() as session:
        me = session.query(Clinician.id).one()[0]
    for number in range(MOST_VIEWS):
        keep_view(sqlite_store, me, f"View {number:02}", "")
    page = keep(clinic_client, "status=done", "One more", status=422)
    assert page.errors == {"name": TOO_MANY}
    assert page.text_of("name-error") == f"Error: {TOO_MANY}"
    assert page.by_id("name").get("value") == "One more"
    assert page.h1 == "Screenings that are done"
    assert_open_at_the_form(page)
    assert row_counts(sqlite_store)["saved_views"] == MOST_VIEWS
    keep(clinic_client, "status=done", "View 03", status=422)
    assert replace(clinic_client, "View 03").address == "/clinic/?status=done"
    assert links(clinic_client.current)["View 03"] == "/clinic/?status=done"


def assert_open_at_the_form(page: Page) -> None:
    """What is wrong stands in a part that folds: it must not be folded away."""
    box = next(each for each in page.html.iter("details") if each.get("class") == "filter-box")
    assert any(each.get("id") == "name" for each in box.iter("input"))
    assert box.get("open") is not None


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Enter a name for this view"),
        ("   ", "Enter a name for this view"),
        ("\x00", "Enter a name for this view"),
        ("x" * 61, "Enter a name of at most 60 characters"),
        ("🧠" * 5000, "Enter a name of at most 60 characters"),
    ],
    ids=["empty", "spaces", "nul", "long", "very long"],
)
def test_a_view_without_a_usable_name_is_explained(
    name: str, sentence: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    page = keep(clinic_client, "status=done", name, status=422)
    assert page.errors == {"name": sentence}
    assert page.title.startswith("Error: Screenings that are done")
    assert_open_at_the_form(page)
    assert row_counts(sqlite_store)["saved_views"] == 0
    assert clinic_client.submit("Keep", name="Done").address == "/clinic/?status=done"


NAMES = (
    "<script>alert(1)</script>",
    '" onfocus="alert(1)',
    "{{ 7*7 }}",
    "%(name)s %s",
    "🧠 Ünïcode",
    "x" * 60,
)


@pytest.mark.requirement("IO-01", part="a few texts in each field")
def test_a_name_is_shown_as_it_was_typed_and_is_never_markup(clinic_client: WebClient) -> None:
    for name in NAMES:
        keep(clinic_client, "", name)
    page = clinic_client.open("/clinic/")
    assert set(links(page)) == set(NAMES)
    assert "<script>alert" not in page.body


# --- on both databases ----------------------------------------------------------------------------


@pytest.fixture
def client(store: Store, settings: Settings, product: Product, doorkeeper: Doorkeeper) -> WebClient:
    """A clinician at a desk on each kind of database."""
    return doorkeeper.enter(product.make(settings, store), store, CLINICIAN)


LONGEST = {
    "status": "needs_contact",
    "outcome": "cannot_tell",
    "urgency": "emergency",
    "from": "2026-03-02",
    "until": "2026-12-31",
    "language": "en",
    "policy": "eu-ehf-2018",
}


def test_the_longest_view_there_can_be_is_kept(client: WebClient, store: Store) -> None:
    with store.database.reading() as session:
        me = session.query(Clinician.id).one()[0]
    query = urlencode({"assigned": f"{{{me.hex}}}", **LONGEST})
    page = keep(client, query, "🧠" * 60)
    ((name, address),) = links(page).items()
    assert name == "🧠" * 60
    assert dict(parse_qsl(urlsplit(address).query)) == dict(parse_qsl(query))


def test_what_is_sent_to_keep_or_remove_a_view_is_never_a_failure(client: WebClient, store: Store) -> None:
    client.open("/clinic/")
    queries = ("", "status=x", "assigned=" + "{" * 5000 + "0" * 32, "policy=" + "%7E" * 61, "from=0000-01-01")
    for query in queries:
        for name in ("View", "\x00", "", "x" * 5000, "é" * 60):
            for part in ("views", "views/remove"):
                page = client.post(f"/clinic/{part}?{query}", {"name": name, "view": name})
                assert page.status in (303, 422), (part, query[:60], name[:60])
    assert row_counts(store)["saved_views"] == 2
    assert set(links(client.open("/clinic/"))) == {"View", "é" * 60}
