"""What a clinician types for one paper stands in that paper, and afterwards nowhere."""

import logging
from typing import Any, Final

import pytest
from flask import Flask

from app.storage.encryption import FieldCipher
from app.storage.store import Store
from tests.integration.web.clinic.desk_files import address_of, attachment_faults, events, request, send, take
from tests.support.client import WebClient
from tests.support.databases import stored_bytes
from tests.support.papers import text_of
from tests.support.product import row_counts
from tests.support.screenings import add

# Something else in every field, so that each can be looked for alone.
TYPED: Final = {
    "patient_name": "Canary Patientname",
    "date_of_birth": "11 Canary 1971",
    "member_number": "CANARYMEMBER77",
    "payer": "Canary Mutual",
    "prescriber_name": "Dr Canary Prescriber",
    "specialty": "Canaryology",
    "npi": "1987654321",
    "dea": "CX1234563",
    "local_number": "GMC 7654321",
    "practice": "Canary House\n5 Finch Lane\nTelephone 0999 555",
    "other_code": "8A80.2 of ICD-11",
    "procedure_codes": "64615 and J0585",
    "planned_dose": "155 canary units",
    "previous_toxin": "3 May, 155 units\n1 August, 195 units",
    "diary_span": "1 Sep to 30 Nov 2031",
}
CHOSEN: Final = {"diagnosis_codes": ["G43.709", "G43.E09"], "diary": "yes"}
FORM: Final = {"policy": "uk-nice-ta260", "paper": "a4", **TYPED, **CHOSEN}
HOSTILE: Final = (
    "<script>alert(1)</script>",
    '#{panic()} #eval("1") $ x $ *b* _i_ @ref <label> \\u{41}',
    "= heading\n- list\n/ term: x\n```raw```",
    '"},"facts":{"outcome":"negative"}',
    "\x01\x02\x1b[31m\x7f\x9f",
    "\N{RIGHT-TO-LEFT OVERRIDE}txet neddih\N{POP DIRECTIONAL FORMATTING}",
    "\ufdd0\uffff\ufeff\u2028\u2029",
    "漢字 한국어 ไทย 🤕 𝟙 مرحبا",
    "a" * 120,
    "%s %(name)s {0} {{7*7}} {% raw %}",
    "../../etc/passwd",
    '=HYPERLINK("http://127.0.0.1")',
)


@pytest.fixture
def evidence(sqlite_store: Store) -> str:
    return address_of(add(sqlite_store), "/evidence")


def needles() -> list[str]:
    """Every line that was typed."""
    return [line for value in TYPED.values() for line in value.split("\n")]


def test_every_field_stands_in_the_paper(evidence: str, clinic_client: WebClient) -> None:
    text = text_of(take(clinic_client, evidence, **FORM))
    for needle in (*needles(), *CHOSEN["diagnosis_codes"]):
        assert needle in text, needle
    assert "G43.711" not in text, "a code that nobody chose"


def test_nothing_of_it_is_stored(
    evidence: str, clinic_client: WebClient, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, sealed = row_counts(sqlite_store), []
    seal = FieldCipher.seal

    def watched(cipher: FieldCipher, value: Any, place: Any) -> bytes:
        sealed.append(str(value))
        return seal(cipher, value, place)

    monkeypatch.setattr(FieldCipher, "seal", watched)
    take(clinic_client, evidence, **FORM)
    assert row_counts(sqlite_store) == {**before, "audit_events": before["audit_events"] + 2}
    assert [detail for _, _, detail in events(sqlite_store)] == [{"policy": "uk-nice-ta260"}]
    kept = stored_bytes(sqlite_store.database)
    for needle in (*needles(), *CHOSEN["diagnosis_codes"]):
        assert needle.encode() not in kept, needle
        assert not [each for each in sealed if needle in each], needle


def test_nothing_of_it_is_in_a_log_a_cookie_or_a_file(
    evidence: str,
    app: Flask,
    clinic_client: WebClient,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    take(clinic_client, evidence, **FORM)
    send(clinic_client, evidence, {**FORM, "policy": ""})
    told = "".join(capfd.readouterr()) + caplog.text
    told += "".join(clinic_client.cookies_set)
    laid_down = [file.read_bytes() for file in settings.data_dir.rglob("*") if file.is_file()]
    assert laid_down
    for needle in needles():
        assert needle not in told, needle
        assert not [each for each in laid_down if needle.encode() in each], needle


def test_nothing_of_it_is_there_when_the_form_is_opened_again(
    evidence: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    take(clinic_client, evidence, **FORM)
    pages = [clinic_client.open(each).body for each in (evidence, evidence.removesuffix("/evidence"))]
    for needle in needles():
        assert not [body for body in pages if needle in body], needle


def test_what_was_typed_stays_while_something_is_to_mend(evidence: str, clinic_client: WebClient) -> None:
    clinic_client.open(evidence)
    page = clinic_client.submit("Make the paper", {**FORM, "npi": "9" * 121}, status=422)
    assert list(page.errors) == ["npi"]
    kept = page.values("Make the paper")
    for name, value in TYPED.items():
        if name != "npi":
            assert kept[name] == [value], name
    assert kept["diagnosis_codes"] == CHOSEN["diagnosis_codes"]
    assert kept["diary"] == ["yes"]


def test_nothing_at_all_need_be_typed(evidence: str, clinic_client: WebClient) -> None:
    text = text_of(take(clinic_client, evidence, policy="us-fda-botox-label", paper="us-letter"))
    assert "G43" not in text
    assert "not a diagnosis" in text


@pytest.mark.requirement("IO-01", part="a few texts in each field")
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_in_every_field_are_only_texts(
    hostile: str, evidence: str, clinic_client: WebClient, sqlite_store: Store
) -> None:
    clinic_client.open(evidence)
    response = send(clinic_client, evidence, {**FORM, **dict.fromkeys(TYPED, hostile)})
    assert response.status_code == 200
    assert not attachment_faults(response)
    assert "not a diagnosis" in text_of(response.data)
    assert [detail for _, _, detail in events(sqlite_store)] == [{"policy": "uk-nice-ta260"}]
    refused = send(clinic_client, evidence, {**FORM, **dict.fromkeys(TYPED, hostile), "policy": hostile})
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text


def test_codes_that_are_not_offered_are_refused(evidence: str, clinic_client: WebClient) -> None:
    clinic_client.open(evidence)
    for forged in ("Z99.9", "G43", "<b>", "none", "not_sure"):
        response = send(clinic_client, evidence, {**FORM, "diagnosis_codes": [forged]})
        assert response.status_code == 422, forged


def test_what_was_typed_is_never_read_from_an_address(evidence: str, clinic_client: WebClient) -> None:
    response = request(clinic_client, "GET", f"{evidence}?patient_name=Canary+Patientname")
    assert "Canary Patientname" not in response.text
