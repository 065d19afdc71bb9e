"""What the pages of a patient weigh behind a proxy that compresses, with nothing kept before."""

import gzip
from urllib.parse import urlsplit

import pytest

from tests.support.client import Page, WebClient
from tests.support.journeys import DAYS, NO_MEDICINE, RESULT, walk_to

LARGEST_QUESTION_BYTES = 13_000
LARGEST_RESULT_BYTES = 20_000
MOST_REQUESTS = 3


def parts_of(client: WebClient, page: Page) -> dict[str, int]:
    """Every address a browser without a cache asks for to show the page, with its bytes as they travel."""
    named = [
        each.get("href", "") for each in page.html.iter("link") if "alternate" not in each.get("rel", "")
    ]
    named += [each.get("src", "") for name in ("script", "img") for each in page.html.iter(name)]
    fetched = [each for each in dict.fromkeys(named) if urlsplit(each).scheme != "data"]
    bodies = {each: client.flask.get(each, buffered=True).get_data() for each in fetched}
    bodies[page.address] = page.body.encode()
    return {each: len(gzip.compress(body)) for each, body in bodies.items()}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("address", "most"),
    [(DAYS, LARGEST_QUESTION_BYTES), (RESULT, LARGEST_RESULT_BYTES)],
    ids=["question", "result"],
)
def test_a_page_is_light(address: str, most: int, language: str, patient_client: WebClient) -> None:
    walk_to(patient_client, NO_MEDICINE, address)
    patient_client.open(f"/about?lang={language}")
    page = patient_client.request("GET", address, headers={"Sec-Fetch-Site": "none"})  # opened from nowhere
    assert page.html.get("lang") == language
    parts = parts_of(patient_client, page)
    print(sum(parts.values()), parts)  # noqa: T201 (shown by `pytest -rP`)
    assert sum(parts.values()) <= most, parts
    assert len(parts) <= MOST_REQUESTS, parts
