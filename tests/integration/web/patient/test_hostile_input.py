"""What nobody types by accident. Nothing of it is a failure of ours, and nothing of it is stored."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from app.services.clinical_review import find_by_reference_code, open_record
from app.storage.models import Screening, ScreeningDraft
from app.storage.store import Store
from tests.support.client import WebClient
from tests.support.journeys import (
    ADD_MEDICINE,
    CHECK,
    DAYS,
    HOW_LONG,
    OPTIONAL_PAGES,
    OTHER_SIGNS,
    PAIN,
    POSITIVE,
    PREVENTIVES,
    PROPRANOLOL,
    SAFETY,
    SECTIONS,
    add_medicine,
    answers_of,
    fields_of,
    fill_section,
    open_optional,
    walk_to,
)
from tests.support.product import row_counts

PAGES = (SAFETY, OTHER_SIGNS, DAYS, HOW_LONG, PREVENTIVES, *OPTIONAL_PAGES)
HOSTILE = (
    "\x00",
    "a\x00b",
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe",
    "x" * 50_000,
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' OR '1'='1",
    "{{ config }}",
    "%(num)s %s {0} {x}",
    "../../etc/passwd",
    "\r\nSet-Cookie: x=y",
    "🧠" * 200,
    "e\u0301" * 300,
    "=cmd|' /C calc'!A0",
    "\ufffd\ufeff\u200b",
    "ＮＯＴ＿ＳＵＲＥ",
    "not_sure",
    "null",
    "[]",
)
ONLY_TICKS = (SAFETY, OTHER_SIGNS, "/screening/botulinum-safety")
each_page = pytest.mark.parametrize("address", PAGES)


def at(client: WebClient, address: str) -> dict[str, Any]:
    """The client at this page, and the names of its fields with proper answers."""
    if address in OPTIONAL_PAGES:
        open_optional(client, address)
        return fields_of(address, OPTIONAL_PAGES[address])
    walk_to(client, POSITIVE, address)
    return fields_of(address, POSITIVE)


@each_page
def test_a_hostile_text_in_any_field_is_answered_calmly(
    address: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    proper = at(patient_client, address)
    for text in HOSTILE:
        for name in proper:
            page = patient_client.post(address, {**proper, name: text})
            assert page.status in (303, 422), (name, text[:80])
        page = patient_client.post(address, dict.fromkeys(proper, text))
        assert page.status in (303, 413, 422), text[:80]
    assert row_counts(sqlite_store)["screenings"] == 0


@pytest.mark.requirement("IO-01", part="a few texts in each field")
def test_a_hostile_name_of_a_medicine_is_kept_as_text_or_refused(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, PREVENTIVES)
    patient_client.submit("Continue", preventives="yes")
    for text in HOSTILE:
        page = patient_client.post(ADD_MEDICINE, {"name_given": text})
        assert page.status in (303, 422), text[:80]
        elements = {each.tag for each in page.html.iter()} if page.document is not None else set()
        assert not elements & {"script", "img"}, text[:80]
        page = patient_client.post(ADD_MEDICINE, {"name_given": text, "medicine": "other"})
        assert page.status in (303, 422), text[:80]
    page = patient_client.open(PREVENTIVES)
    assert not {"script", "img"} & {each.tag for each in page.html.iter()}


@pytest.mark.requirement("IO-01", part="a few texts in each field")
def test_a_hostile_name_is_shown_as_it_was_typed_everywhere(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    name = '<b>"Feverfew"</b> & {{7*7}} 🌿'
    trial = {**PROPRANOLOL, "medicine": "other", "name_given": name}
    page = walk_to(patient_client, {**POSITIVE, "preventives": [trial]}, CHECK)
    assert name in page.main
    page = patient_client.submit("Send my answers")
    assert name in page.main
    stored = open_record(sqlite_store, find_by_reference_code(sqlite_store, page.code)).screening
    assert stored.answers["preventives"][0]["name_given"] == name


@pytest.mark.requirement("IO-04", part="a parameter sent twice")
@each_page
def test_an_answer_that_comes_twice_is_refused(address: str, patient_client: WebClient) -> None:
    """Each field that takes one answer, even when both are the same; ticks may be many."""
    proper = at(patient_client, address)
    token = patient_client.csrf_token
    single = [name for name, value in proper.items() if not isinstance(value, list)]
    assert single or address in ONLY_TICKS
    for name in single:
        twice = MultiDict([*proper.items(), ("csrf_token", token), (name, proper[name])])
        page = patient_client.request("POST", address, data=twice)
        assert page.status == 422, name
        assert "This answer came twice. Look at it and send it once more." in page.main, name


@pytest.mark.requirement("IO-04", part="values, contradictions and choices")
@each_page
def test_codes_that_nobody_knows_are_refused(address: str, patient_client: WebClient) -> None:
    proper = at(patient_client, address)
    page = patient_client.post(address, {**proper, **dict.fromkeys(proper, "unheard_of")})
    assert page.status == 422


@each_page
def test_an_empty_body_of_any_type_is_refused(address: str, patient_client: WebClient) -> None:
    at(patient_client, address)
    for content_type in ("application/json", "text/plain", "multipart/form-data", "", "application/xml"):
        page = patient_client.post(address, b"{}", headers={"Content-Type": content_type})
        assert (page.status, page.h1) == (400, "Send it once more")


def test_bytes_that_are_no_text_are_answered_calmly(patient_client: WebClient) -> None:
    at(patient_client, DAYS)
    token = patient_client.csrf_token.encode()
    for value in (b"%ff%fe", b"%00", b"%ED%A0%80", b"%C0%AF", b"\xff\xfe", b"%", b"%zz"):
        body = b"headache_days=" + value + b"&migraine_days=9&counted_from=memory&csrf_token=" + token
        page = patient_client.post(DAYS, body, headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert page.status in (303, 400, 422)


def test_a_file_in_place_of_a_text_is_refused(patient_client: WebClient) -> None:
    at(patient_client, DAYS)
    upload = {"headache_days": (BytesIO(b"18"), "days.txt"), "migraine_days": "9", "counted_from": "memory"}
    assert patient_client.post(DAYS, upload).status == 422


@pytest.mark.requirement("IO-05", part="bodies and parts")
@pytest.mark.parametrize("size", [64 * 1024 + 1, 10_000_000])
def test_a_body_that_is_too_large_is_a_413_page(
    size: int, patient_client: WebClient, sqlite_store: Store
) -> None:
    at(patient_client, DAYS)
    page = patient_client.post(DAYS, {"headache_days": "9" * size})
    assert (page.status, page.h1) == (413, "What you sent is too large")
    parts = b"--x\r\nContent-Disposition: form-data; name=headache_days\r\n\r\n" + b"9" * size
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert patient_client.post(DAYS, parts + b"\r\n--x--\r\n", headers=headers).status == 413
    assert row_counts(sqlite_store)["screenings"] == 0


def test_a_body_that_says_it_is_small_and_is_not_does_no_harm(patient_client: WebClient) -> None:
    at(patient_client, DAYS)
    page = patient_client.post(DAYS, b"x" * 1000, headers={"Content-Length": "10"})
    assert page.status == 400


@pytest.mark.requirement("IO-05", part="bodies and parts")
def test_a_hundred_thousand_parts_are_refused(patient_client: WebClient) -> None:
    at(patient_client, DAYS)
    many = {f"field{number}": "" for number in range(100_000)}
    assert patient_client.post(DAYS, many).status == 413
    boundary = b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"
    body = boundary * 1000 + b"--x--\r\n"
    page = patient_client.post(DAYS, body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert page.status == 413


def test_thousands_of_ticks_are_answered_calmly(patient_client: WebClient, sqlite_store: Store) -> None:
    at(patient_client, SAFETY)
    page = patient_client.post(SAFETY, {"red_flags": ["x"] * 4000})
    assert page.status == 422
    page = patient_client.post(SAFETY, {"red_flags": ["painful_red_eye"] * 2000})
    assert (page.status, page.location) == (303, "/screening/emergency")
    with sqlite_store.database.reading() as session:
        assert len(session.scalars(select(Screening.answers)).one()) < 2000


COLUMNS = {
    *(column.name for model in (Screening, ScreeningDraft) for column in model.__table__.columns),
    *("score", "outcome", "assessment", "versions", "answers", "safety_advice", "is_administrator"),
    *("age_years", "work_days_missed", "triptan_days", "contradictions_seen", "reference_code"),
}


@pytest.mark.requirement("PAT-18")
def test_fields_that_a_page_does_not_have_are_ignored(patient_client: WebClient, sqlite_store: Store) -> None:
    forged: Mapping[str, Any] = dict.fromkeys(COLUMNS - set(POSITIVE), "1")
    walk_to(patient_client, POSITIVE, SAFETY)
    for address in (SAFETY, OTHER_SIGNS, DAYS, HOW_LONG):
        assert patient_client.current.address == address
        patient_client.submit("Continue", fields_of(address, POSITIVE), extra=forged)
    patient_client.submit("Continue", {"preventives": "yes"}, extra=forged)
    for number, trial in enumerate(POSITIVE["preventives"]):
        if number:
            patient_client.follow("Add another medicine")
        add_medicine(patient_client, trial)
    patient_client.submit("That is all: continue", extra=forged)
    patient_client.post(PAIN, {**forged, "red_flags": "loss_of_vision", "headache_days": "1"})
    page = patient_client.submit("Send my answers", extra=forged)
    stored = open_record(sqlite_store, find_by_reference_code(sqlite_store, page.code)).screening
    assert stored.answers == POSITIVE
    assert (stored.outcome, stored.status, stored.language, stored.is_demonstration) == (
        "positive",
        "new",
        "en",
        False,
    )


class Forger(WebClient):
    """A browser that adds to every form it sends whatever the form does not ask for."""

    forms_sent = 0

    def _send(self, method: str, address: str, **options: Any) -> TestResponse:
        if method == "POST":
            asked = {each.get("name") for each in self.current.html.iter()}
            forged = dict.fromkeys((COLUMNS | set(POSITIVE)) - asked, "1")
            options["data"] = {**forged, **options["data"]}
            self.forms_sent += 1
        return super()._send(method, address, **options)


@pytest.mark.requirement("PAT-18")
def test_no_form_of_a_whole_journey_takes_what_it_does_not_ask_for(app: Flask, sqlite_store: Store) -> None:
    forger = Forger(app)
    walk_to(forger, POSITIVE, CHECK)
    expected = dict(POSITIVE)
    for section in SECTIONS:
        fill_section(forger, section)
        expected |= answers_of(section)
    code = forger.submit("Send my answers").code
    stored = open_record(sqlite_store, find_by_reference_code(sqlite_store, code)).screening
    assert forger.forms_sent > 20
    assert stored.answers == expected
    assert (stored.outcome, stored.status, stored.language, stored.visit, stored.is_demonstration) == (
        "positive",
        "new",
        "en",
        1,
        False,
    )


@pytest.mark.parametrize(
    "address",
    [
        "/screening/unheard-of",
        "/screening/",
        "/screening/safety-check/",
        "/screening/preventives/1/2",
        "/screening/%00",
        "/screening/" + "x" * 5000,
        "/%2e%2e/%2e%2e/etc/passwd",
        "/static/../../config.py",
        "/static/%2e%2e/%2e%2e/config.py",
        "/nothing",
    ],
)
def test_an_address_that_does_not_exist_is_a_calm_404(address: str, patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, CHECK)
    page = patient_client.request("GET", address)
    assert page.status == 404
    if page.document is not None:
        assert page.h1 == "There is no such page"


@pytest.mark.parametrize(
    "query", ["change=maybe", "change=", "change=yes&change=no", "x=%00", "%ff", "a" * 5000]
)
def test_a_strange_query_is_ignored(query: str, patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE, DAYS)
    assert patient_client.request("GET", f"{DAYS}?{query}").status == 200


@pytest.mark.requirement("AUTH-16")
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Accept-Language", "xx-XX, de;q=0.9, *;q=" + "9" * 500),
        ("Accept-Language", "../../etc"),
        ("Accept", "application/json"),
        ("Cookie", "screening=" + "x" * 5000),
        ("Cookie", "screening=.e30.xxxx.yyyy; screening=\x7f; ;;;="),
        ("Sec-Fetch-Site", "cross-site"),
        ("Origin", "http://["),
        ("If-None-Match", "*"),
        ("Range", "bytes=0-0,-1,5-2"),
        ("X-HTTP-Method-Override", "DELETE"),
    ],
)
def test_a_strange_header_changes_nothing_for_a_reader(
    header: str, value: str, patient_client: WebClient
) -> None:
    page = patient_client.request("GET", "/", headers={header: value})
    assert (page.status, page.h1) == (200, "Do you have very frequent headaches?")
    assert "evil.example" not in page.body


@pytest.mark.parametrize(
    "origin", ["http://[", "http://[::1", "http://a b", "\N{SNOWMAN}", "x" * 5000, "//", ""]
)
def test_an_origin_that_is_no_address_is_refused_and_is_no_failure(
    origin: str, patient_client: WebClient
) -> None:
    patient_client.open("/")
    page = patient_client.post("/start", headers={"Origin": origin.encode().decode("latin-1")})
    assert page.status in (303, 400)


@pytest.mark.requirement("AUTH-16")
def test_a_host_that_is_not_ours_is_refused_with_a_page(
    patient_client: WebClient, caplog: pytest.LogCaptureFixture
) -> None:
    page = patient_client.request("GET", "/", headers={"Host": "evil.example"})
    assert page.status == 400
    assert "evil.example" not in page.body
    assert "evil.example" not in caplog.text, "a stranger must not be able to fill the log"
