"""Where a request comes from: believed only from proxies that are named, and never kept."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
import time_machine
from flask import Flask

from app.storage.store import Store
from app.web.source import client_address, source
from config import Settings, load_settings
from tests.support.product import Product

PROXIES = "10.0.0.0/8, 2001:db8:1::/48"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def behind(settings: Settings, sqlite_store: Store, product: Product) -> Flask:
    """The product behind named proxies."""
    named = load_settings({"DATA_DIR": str(settings.data_dir), "COUNTRY": "GB", "TRUSTED_PROXIES": PROXIES})
    assert ip_network("10.0.0.0/8") in named.trusted_proxies
    return product.make(named, sqlite_store)


def address(app: Flask, peer: str, forwarded: str = "") -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    with app.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": peer}):
        return client_address()


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("198.51.100.7", "192.0.2.1", "198.51.100.7"),
        ("10.0.0.1", "192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9, 192.0.2.1", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9, 192.0.2.1, 10.2.2.2", "192.0.2.1"),
        ("10.0.0.1", "192.0.2.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("2001:db8:1::1", "2001:db8:9:9:1:2:3:4", "2001:db8:9:9::/64"),
        ("::ffff:198.51.100.7", "", "198.51.100.7"),
    ],
)
def test_the_last_address_that_is_no_proxy_of_ours_counts(
    peer: str, forwarded: str, expected: str, behind: Flask
) -> None:
    assert address(behind, peer, forwarded) == expected


@pytest.mark.requirement("OPS-05", part="forwarded headers only where told to")
def test_without_named_proxies_nobody_is_believed(app: Flask) -> None:
    assert address(app, "127.0.0.1", "192.0.2.1") == "127.0.0.1"


def test_a_source_says_not_where_and_changes_daily(app: Flask) -> None:
    seen = []
    for later, peer in ((0, "192.0.2.1"), (1, "192.0.2.1"), (0, "192.0.2.2"), (24, "192.0.2.1")):
        with (
            time_machine.travel(NOON + timedelta(hours=later), tick=False),
            app.test_request_context(environ_base={"REMOTE_ADDR": peer}),
        ):
            seen.append(source())
    assert seen[0] == seen[1]
    assert len(set(seen)) == 3
    assert "192" not in seen[0] or len(seen[0]) == 32
