"""Rules of the web that hold on every page: methods, ways back, and whose word about an address counts."""

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask

from app.clinic.way_back import checked_way_back
from app.storage.store import Store
from app.web import source
from config import Settings
from tests.support.accounts import CLINICIAN, Person, clinic_app
from tests.support.client import WebClient
from tests.support.product import Product, row_counts
from tests.support.routes import routes_of
from tests.support.screenings import add

METHODS = {"GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "BREW"}

# --- methods --------------------------------------------------------------------------------------


@pytest.mark.requirement("WEB-06")
@pytest.mark.parametrize("prefix", ["", "/clinic"], ids=["patient", "clinic"])
def test_a_method_that_a_page_was_not_given_is_a_405(
    prefix: str, app: Flask, enter: Callable[[Person], WebClient], sqlite_store: Store
) -> None:
    identifier = str(add(sqlite_store))
    client = enter(CLINICIAN)
    part = clinic_app(app) if prefix else app
    before = row_counts(sqlite_store)
    for path in {route.example(identifier) for route in routes_of(part)}:
        allowed = set(part.url_map.bind("localhost").allowed_methods(path))
        for method in METHODS - allowed:
            page = client.request(method, prefix + path)
            assert page.status == 405, (method, path)
            assert method not in page.headers["Allow"]
    assert row_counts(sqlite_store) == before


# --- the way back ---------------------------------------------------------------------------------

EVIL = (
    "//evil.example",
    "///evil.example",
    "////evil.example/screenings",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https:evil.example",
    "https://evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "%2f%2fevil.example",
    "/%2f%2fevil.example",
    "/%2Fevil.example",
    "/%5cevil.example",
    " //evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\x00/evil.example",
    "/@evil.example",
    "@evil.example",
    ".evil.example",
    "/..//evil.example",
    "/./",
    "http://[",
    "/screenings/\u202e",
    "/nothing",
    "",
    "find",
    "?next=//evil.example",
)


@pytest.mark.requirement("WEB-07")
@pytest.mark.parametrize("wanted", EVIL)
def test_nothing_leads_to_another_site_after_signing_in(wanted: str, app: Flask) -> None:
    with clinic_app(app).test_request_context("/sign-in"):
        assert checked_way_back(wanted) is None


@pytest.mark.requirement("WEB-07", part="pages of our own")
@pytest.mark.parametrize("wanted", ["/find", "/statistics", "/?status=done&outcome=positive"])
def test_a_page_of_ours_is_a_way_back_unless_it_comes_by_itself(wanted: str, app: Flask) -> None:
    with clinic_app(app).test_request_context("/sign-in"):
        assert checked_way_back(wanted) == wanted


# --- the address of a visitor ---------------------------------------------------------------------

PROXY, VISITOR, FORGED = "192.0.2.1", "198.51.100.7", "203.0.113.9"
CHAINS: dict[str, tuple[str, str, str]] = {
    "a visitor who forges": (VISITOR, FORGED, VISITOR),
    "a visitor who forges our proxy": (VISITOR, f"{FORGED}, {PROXY}", VISITOR),
    "our proxy": (PROXY, VISITOR, VISITOR),
    "our proxy, and a visitor who forges": (PROXY, f"{FORGED}, {VISITOR}", VISITOR),
    "two of our proxies": (PROXY, f"{FORGED}, {VISITOR}, 192.0.2.2", VISITOR),
    "our proxy, and nonsense": (PROXY, "unknown", PROXY),
    "our proxy, and half nonsense": (PROXY, f"{VISITOR}, <script>", PROXY),
    "our proxy, and no word": (PROXY, "", PROXY),
    "our proxy in the other notation": (f"::ffff:{PROXY}", VISITOR, VISITOR),
    "a household": ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
}


def address_of(app: Flask, remote: str, forwarded: str) -> str:
    headers = {"X-Forwarded-For": forwarded, "X-Real-IP": FORGED, "Forwarded": f"for={FORGED}"}
    environ: dict[str, Any] = {"REMOTE_ADDR": remote}
    with app.test_request_context("/", headers=headers, environ_base=environ):
        return source.client_address()


@pytest.mark.requirement("WEB-08")
@pytest.mark.parametrize("chain", CHAINS)
def test_only_proxies_that_are_named_are_believed(
    chain: str, product: Product, settings: Settings, sqlite_store: Store
) -> None:
    trusting = replace(settings, trusted_proxies=(ip_network("192.0.2.0/24"),))
    remote, forwarded, expected = CHAINS[chain]
    assert address_of(product.make(trusting, sqlite_store), remote, forwarded) == expected


@pytest.mark.requirement("WEB-08")
def test_without_a_named_proxy_nobody_is_believed(app: Flask) -> None:
    for forwarded in (FORGED, f"{FORGED}, 127.0.0.1", "127.0.0.1"):
        assert address_of(app, VISITOR, forwarded) == VISITOR


@pytest.mark.requirement("WEB-08", part="the log")
def test_an_address_that_is_forged_is_in_no_log(
    patient_client: WebClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    patient_client.request("GET", "/", headers={"X-Forwarded-For": FORGED, "X-Real-IP": FORGED})
    assert FORGED not in caplog.text
