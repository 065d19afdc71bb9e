"""One screening as FHIR for the person it is about: the Bundle of the desk without what is the desk's."""

import json
from typing import Any, Final

import pytest
from sqlalchemy import select, update

from app.domain import answers_from_mapping
from app.domain.codes import ConfirmedDiagnosis
from app.domain.reference_code import format_reference_code, new_reference_code
from app.reports.fhir.bundle import bundle_for
from app.reports.fhir.response import answers_from_response
from app.services.clinical_review import open_record
from app.services.reading_by_code import TAKINGS
from app.services.reviewing import NewReview, record_review
from app.services.throttling import count_within
from app.storage.audit import Action
from app.storage.models import AuditEvent, ScreeningDraft
from app.storage.statuses import ScreeningStatus
from app.storage.store import Store
from app.web.context import now
from tests.integration.web.patient.test_taking_along import MANY, find, take
from tests.support.accounts import CLINICIAN, add_person
from tests.support.client import WebClient
from tests.support.fhir import resources, sent
from tests.support.fhir_checks import python_errors
from tests.support.journeys import EMERGENCY, NEGATIVE, POSITIVE, walk_to
from tests.support.node_checks import FHIR
from tests.support.papers import FULL
from tests.support.screenings import NOON, add

OF_RESULT: Final = "/screening/result/fhir"
OF_FIRST: Final = "/your-screening/1/fhir"


def taken(client: WebClient, address: str = OF_FIRST) -> Any:
    return json.loads(take(client, address))


def taken_under(client: WebClient, code: str) -> Any:
    find(client, code)
    return taken(client)


@pytest.mark.parametrize("name", [*MANY, "emergency"])
def test_it_is_the_bundle_of_the_desk_and_its_answers_come_back_exactly(
    name: str, patient_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    screening_id = add(sqlite_store, MANY.get(name, EMERGENCY), code=code)
    bundle = taken_under(patient_client, code)
    record = open_record(sqlite_store, screening_id)
    assert bundle == sent(bundle_for(record, with_text=True))
    assert answers_from_response(bundle).answers == answers_from_mapping(record.screening.answers)
    assert python_errors(bundle) == []


@pytest.mark.node
def test_the_other_validator_finds_nothing_wrong_either(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    bundles = []
    for answers in (FULL, EMERGENCY):
        code = new_reference_code()
        add(sqlite_store, answers, code=code)
        bundles.append(taken_under(patient_client, code))
    assert FHIR.faults(bundles) == [[], []]


def test_nothing_of_the_desk_and_no_code_is_in_it(patient_client: WebClient, sqlite_store: Store) -> None:
    code = new_reference_code()
    screening_id = add(sqlite_store, FULL, code=code)
    ada = add_person(sqlite_store, CLINICIAN, "no password")
    review = NewReview(
        ada, ScreeningStatus.NEEDS_CONTACT, "a secret note", ConfirmedDiagnosis.CHRONIC_MIGRAINE, None
    )
    record_review(sqlite_store, screening_id, review, clinician_id=ada, now=NOON)
    bundle = taken_under(patient_client, code)
    assert resources(bundle, "ClinicalImpression") == []
    assert "Feverfew tea" in json.dumps(bundle)  # what the person typed is theirs
    for word in (
        "secret",
        CLINICIAN.name,
        CLINICIAN.email,
        "needs_contact",
        "confirmed-diagnosis",
        code,
        format_reference_code(code),
    ):
        assert word not in json.dumps(bundle)


def test_the_file_is_named_by_its_day_alone_and_each_taking_is_noted(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    ids = [add(sqlite_store, code=code), add(sqlite_store, NEGATIVE, code=code)]
    find(patient_client, code)
    answer = patient_client.post("/your-screening/2/fhir")
    assert answer.headers["Content-Type"] == "application/fhir+json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="headache-fhir-2026-03-02.json"'
    taken(patient_client)
    with sqlite_store.database.reading() as session:
        query = select(AuditEvent.subject_id).where(AuditEvent.action == Action.SCREENING_COPIED_BY_CODE)
        assert list(session.scalars(query.order_by(AuditEvent.seq))) == [ids[1], ids[0]]


def test_the_result_gives_what_was_handed_in(patient_client: WebClient) -> None:
    walk_to(patient_client, POSITIVE)
    assert 'action="/screening/result/fhir"' in patient_client.current.body
    (response,) = resources(taken(patient_client, OF_RESULT), "QuestionnaireResponse")
    answers = {item["linkId"]: item.get("answer") for item in response["item"]}
    assert answers["headache_days"] == [{"valueInteger": 20}]


def test_before_handing_in_and_without_a_code_there_is_nothing(patient_client: WebClient) -> None:
    walk_to(patient_client, NEGATIVE, "/screening/check-answers")
    assert patient_client.post(OF_RESULT).status == 404
    for address in (OF_RESULT, OF_FIRST):
        assert patient_client.request("GET", address).status == 405
    assert patient_client.post(OF_FIRST).location == "/your-screening"


def test_on_a_shared_device_there_is_none(patient_client: WebClient, sqlite_store: Store) -> None:
    shown = walk_to(patient_client, NEGATIVE)
    with sqlite_store.database.writing() as session:
        session.execute(update(ScreeningDraft).values(is_shared=True))
    assert patient_client.post(OF_RESULT).status == 404
    find(patient_client, shown.code)
    assert "FHIR" not in patient_client.current.main
    assert patient_client.post(OF_FIRST).status == 404


def test_it_counts_among_the_copies_that_one_source_may_take(
    patient_client: WebClient, sqlite_store: Store
) -> None:
    code = new_reference_code()
    add(sqlite_store, code=code)
    find(patient_client, code)
    with sqlite_store.database.writing() as session:
        for moment in (now(), now() + TAKINGS.window):  # the clock may step on meanwhile
            for _ in range(TAKINGS.most):
                count_within(session, sqlite_store, TAKINGS, "127.0.0.1", moment)
    for address in (OF_FIRST, OF_RESULT):
        assert patient_client.post(address).status == 429
