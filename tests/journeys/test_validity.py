"""Every page in every state is valid HTML, as a validator sees it that nobody here wrote.

The text that the server sends is read strictly in every other test (`check_page`), which refuses what a
browser would mend. Here the document is looked at: what may stand where, and with which attributes.
"""

from dataclasses import replace

import pytest

from tests.journeys.conftest import OpenWindow
from tests.journeys.desk import Account
from tests.journeys.tour import Guide
from tests.journeys.tours import TOURS
from tests.support.node_checks import HTML
from tests.support.server import Server

pytestmark = pytest.mark.browser


@pytest.mark.node
@pytest.mark.requirement("WEB-09", part="valid HTML in every state")
@pytest.mark.parametrize("tour", TOURS)
def test_every_state_is_valid(
    tour: str, window: OpenWindow, server: Server, account: Account, colleague: Account
) -> None:
    seen: dict[str, str] = {}
    guide = Guide(window(), server, account, colleague)
    TOURS[tour](replace(guide, look=lambda state: seen.update({state: guide.page.content()})))
    verdicts = HTML.faults(list(seen.values()))
    found = [f"{state}: {fault}" for state, faults in zip(seen, verdicts, strict=True) for fault in faults]
    assert seen
    assert not found, "\n".join(found)


@pytest.mark.node
@pytest.mark.parametrize(
    "fault",
    [
        "<p><div>x</div></p>",
        "<ul><p>x</p></ul>",
        "<button><a href='/'>x</a></button>",
        "<input type='radio' autocomplete='off'>",
        "<h1 foo bar=>x</h1><img src='x'>",
    ],
)
def test_the_validator_finds_faults(fault: str) -> None:
    whole = f"<!doctype html><html lang='en'><head><title>x</title></head><body>{fault}</body></html>"
    assert HTML.faults([whole])[0]
