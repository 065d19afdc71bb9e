"""What the scan (tests/support/scan.py) asks for: pages that there are, and fields that they have."""

import json
from pathlib import Path

from flask import Flask

from app.application import create_app
from app.storage.store import Store
from config import Settings
from tests.support.accounts import clinic_app
from tests.support.page import parse
from tests.support.routes import Route, routes_of
from tests.support.scan import faults_of, read_reach, wapiti_findings
from tests.support.scan_visitors import ASKED, LAST, SLUGS, addresses_of, fields_of_form

LINE = '{"app": "clinic", "page": "clinic.queue", "method": "GET", "status": %d, "level": "info"}'


def endpoints(app: Flask) -> set[str]:
    return {route.endpoint for each in (app, clinic_app(app)) for route in routes_of(each)}


def test_every_page_that_is_asked_in_a_special_way_is_there(settings: Settings, store: Store) -> None:
    known = endpoints(create_app(settings, store))
    assert {*ASKED, LAST} <= known


def test_every_address_can_be_filled(settings: Settings, store: Store) -> None:
    """A part of an address that the scan does not know would end it at its start."""
    app = create_app(settings, store)
    known = dict.fromkeys(("screening_id", "account_id", "digest"), "7")
    for route in (route for each in (app, clinic_app(app)) for route in routes_of(each)):
        if route.endpoint != "static":
            assert not [each for each in addresses_of(route, known) if "<" in each], route


def test_an_address_is_filled_with_what_the_visitor_has() -> None:
    slug = Route("x", "/screening/<slug>", frozenset({"GET"}))
    assert addresses_of(slug, {}) == [f"/screening/{SLUGS[0]}"]
    assert len(addresses_of(slug, {"key": "0a"})) == len(SLUGS)
    token = Route("y", "/set-up/<token>", frozenset({"GET"}))
    assert addresses_of(token, {"set-up": "abc"}) == ["/set-up/abc"]
    record = Route("z", "/screenings/<uuid:screening_id>", frozenset({"GET"}))
    assert addresses_of(record, {"screening_id": "7"}) == ["/screenings/7"]


def test_every_field_of_a_form_gets_a_value_that_fits() -> None:
    page = parse(
        '<!DOCTYPE html><title>x</title><form method="post" action="/x">'
        '<input type="hidden" name="seen"><input name="code"><input name="days-not-sure" type="checkbox">'
        '<input type="password" name="password"><select name="role"><option value="">-</option>'
        '<option value="clinician">c</option></select><input type="file" name="file"></form>'
    )
    fields = fields_of_form(next(page.iter("form")), "ABCD")
    assert fields.keys() == {"seen", "code", "days-not-sure", "password", "role"}
    assert (fields["seen"], fields["code"], fields["role"]) == ([""], ["ABCD"], ["clinician"])


def test_the_reach_is_counted_from_the_log_and_doors_make_a_scan_void() -> None:
    reach = read_reach("\n".join(["[INFO] Starting", LINE % 200, LINE % 403, LINE % 429]))
    assert reach.pages == {f"GET clinic.queue {status}": 1 for status in (200, 403, 429)}
    assert reach.is_void
    assert not read_reach("\n".join([LINE % 200, LINE % 422, LINE % 403])).is_void
    assert read_reach("").is_void


def test_a_failure_of_the_server_is_told() -> None:
    assert faults_of(LINE % 200) == []
    assert faults_of("\n".join([LINE % 500, "Traceback (most recent call last):"])) == [
        "1 answers of 500",
        "Traceback (most recent call last):",
    ]


def test_findings_are_told_once_for_each_place(tmp_path: Path) -> None:
    found = {"method": "GET", "path": "/x", "info": "No X header"}
    report = tmp_path / "report.json"
    told = {"vulnerabilities": {"Headers": [found, found]}, "anomalies": {}, "additionals": {}}
    report.write_text(json.dumps(told), "utf-8")
    assert list(wapiti_findings(report)) == ["Headers: GET /x No X header (2)"]
