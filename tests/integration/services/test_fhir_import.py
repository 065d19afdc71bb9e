"""A response that comes in is a screening like any other, with a code of its own; a wrong one is nothing."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from app.domain import answers_from_mapping
from app.domain.codes import Outcome, Urgency
from app.domain.reference_code import parse_reference_code
from app.reports.fhir.bundle import bundle_for
from app.reports.fhir.reading import FhirError
from app.reports.fhir.response import answers_from_response
from app.services.clinical_review import ScreeningRecord, find_by_reference_code, open_record
from app.services.fhir_import import TakenIn, TakenInBeforeError, take_in_response
from app.services.keys import rotate
from app.storage.audit import Action, clinician
from app.storage.database import StorageUnavailableError
from app.storage.encryption import FieldCipher
from app.storage.keyring import load_keyring
from app.storage.models import ResponseTakenIn
from app.storage.removal import remove_content
from app.storage.responses import response_macs
from app.storage.statuses import Remover, ScreeningStatus
from app.storage.store import Store
from config import Settings
from tests.support.accounts import CLINICIAN, add_person
from tests.support.fhir import bundle_of, the_response
from tests.support.journeys import EMERGENCY, POSITIVE, WITH_RESULT, Answers
from tests.support.product import row_counts
from tests.support.screenings import add, minutes_after_noon
from tests.support.words import english

__all__ = ["english"]

NOW = minutes_after_noon(90)


def take_in(store: Store, resource: Any, **more: Any) -> TakenIn:
    return take_in_response(store, resource, language="en", now=NOW, **more)


def taken_in(store: Store, answers: Answers) -> ScreeningRecord:
    return open_record(store, take_in(store, bundle_of(answers)).screening_id)


def test_a_response_becomes_a_new_screening_received_now(store: Store) -> None:
    record = taken_in(store, POSITIVE)
    assert record.screening.answers == POSITIVE
    assert record.screening.received_at == NOW
    assert record.screening.status is ScreeningStatus.NEW
    assert record.screening.is_demonstration is False
    assert (record.screening.language, record.screening.visit) == ("en", 1)


@pytest.mark.parametrize(("answers", "outcome"), [*WITH_RESULT.values(), (EMERGENCY, "emergency")])
def test_it_is_assessed_by_todays_rules_with_the_policies_of_the_clinic(
    sqlite_store: Store, answers: Answers, outcome: str
) -> None:
    record = taken_in(sqlite_store, answers)
    assert record.screening.outcome.value == record.assessment.outcome.value == outcome
    assert [policy.id for policy in record.assessment.policies] == [
        policy.id for policy in sqlite_store.policies.policies
    ]


def test_an_outcome_that_somebody_else_wrote_is_not_believed(sqlite_store: Store) -> None:
    bundle = bundle_of(EMERGENCY)
    told = json.loads(json.dumps(bundle).replace('"emergency"', '"negative"'))
    record = open_record(sqlite_store, take_in(sqlite_store, told).screening_id)
    assert (record.screening.outcome, record.screening.urgency) == (Outcome.EMERGENCY, Urgency.EMERGENCY)


def test_its_code_is_new_and_leads_to_it(store: Store) -> None:
    taken = take_in(store, the_response(bundle_of()))
    assert parse_reference_code(taken.reference_code) == taken.reference_code
    assert find_by_reference_code(store, taken.reference_code) == taken.screening_id


def test_the_same_response_again_is_refused_with_its_time_and_stores_nothing(store: Store) -> None:
    """However its JSON is laid out, alone or in a bundle, and with every key that it may be noted by."""
    bundle = bundle_of()
    take_in(store, bundle)
    before = row_counts(store)
    for again in (bundle, the_response(bundle), _turned_round(the_response(bundle))):
        with pytest.raises(TakenInBeforeError) as problem:
            take_in(store, again)
        assert problem.value.at == NOW
    assert row_counts(store) == before
    assert before["screenings"] == before["responses_taken_in"] == 1


def _turned_round(response: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed(response.items()))


def test_the_same_answers_in_a_response_of_its_own_are_another_screening(store: Store) -> None:
    response = the_response(bundle_of())
    taken = [take_in(store, {**response, "id": name}) for name in ("one", "two")]
    assert taken[0].screening_id != taken[1].screening_id
    assert taken[0].reference_code != taken[1].reference_code
    assert open_record(store, taken[1].screening_id).screening.visit == 1


def test_the_same_response_sent_four_times_at_once_is_stored_once(store: Store) -> None:
    bundle = bundle_of()

    def send(_turn: int) -> bool:
        try:
            take_in(store, bundle)
            return True
        except TakenInBeforeError:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [False, False, False, True]
    assert row_counts(store)["screenings"] == 1


def test_of_a_response_a_keyed_mac_is_kept_and_it_goes_with_the_screening(store: Store) -> None:
    bundle = bundle_of()
    taken = take_in(store, bundle)
    digest = answers_from_response(bundle).digest
    macs = response_macs(store.keyring, digest)
    with store.database.reading() as session:
        [row] = session.query(ResponseTakenIn)
        assert row.response_mac == macs[-1] != digest
    with store.database.writing() as session:
        assert remove_content(session, taken.screening_id, Remover.PATIENT, NOW)
    assert row_counts(store)["responses_taken_in"] == 0
    take_in(store, bundle)


def test_a_response_is_known_by_a_key_of_before(store: Store, settings: Settings) -> None:
    take_in(store, bundle_of())
    rotate(store, settings.keyring_path, NOW)
    keyring = load_keyring(settings.keyring_path)
    with pytest.raises(TakenInBeforeError):
        take_in(replace(store, keyring=keyring, cipher=FieldCipher(keyring)), bundle_of())


def test_who_took_it_in_is_noted_with_it(store: Store) -> None:
    clinician_id = add_person(store, CLINICIAN, "no password")
    taken = take_in(store, bundle_of(), clinician_id=clinician_id)
    [entry] = open_record(store, taken.screening_id).entries
    assert (entry.action, entry.actor, entry.happened_at) == (
        Action.FHIR_TAKEN_IN,
        clinician(clinician_id),
        NOW,
    )


def test_the_version_that_was_answered_stays_with_the_answers(store: Store) -> None:
    response = the_response(bundle_of())
    response["questionnaire"] = response["questionnaire"].replace("|2.0", "|1.0")
    record = open_record(store, take_in(store, response).screening_id)
    assert record.assessment.questionnaire_version == "1.0"
    assert the_response(bundle_for(record, with_text=True))["questionnaire"].endswith("|1.0")


def test_a_stored_screening_goes_out_and_comes_back_the_same(store: Store) -> None:
    stored = open_record(store, add(store, POSITIVE))
    bundle = json.loads(json.dumps(bundle_for(stored, with_text=True)))
    again = open_record(store, take_in(store, bundle).screening_id)
    assert again.screening.answers == stored.screening.answers
    assert again.assessment == stored.assessment


def test_no_reference_code_goes_out(sqlite_store: Store) -> None:
    taken = take_in(sqlite_store, bundle_of())
    record = open_record(sqlite_store, taken.screening_id)
    assert taken.reference_code not in json.dumps(bundle_for(record, with_text=True))


@pytest.mark.parametrize(
    "resource", [None, {"resourceType": "Bundle"}, {"resourceType": "QuestionnaireResponse"}]
)
def test_what_cannot_be_taken_in_leaves_nothing(store: Store, resource: Any) -> None:
    before = row_counts(store)
    with pytest.raises(FhirError):
        take_in(store, resource)
    assert row_counts(store) == before


def test_a_failure_at_the_end_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise StorageUnavailableError("gone")

    monkeypatch.setattr("app.storage.audit._append", fail)
    before = row_counts(store)
    with pytest.raises(StorageUnavailableError):
        take_in(store, bundle_of())
    assert row_counts(store) == before


def test_a_text_of_any_kind_is_kept_as_it_came(store: Store) -> None:
    answers = {"preventives": [{"medicine": "other", "name_given": "\x00'; DROP TABLE <b>“µ”</b> 🙂"}]}
    record = open_record(store, take_in(store, bundle_of(answers)).screening_id)
    assert record.screening.answers == answers
    assert answers_from_mapping(record.screening.answers).preventives


def test_a_response_without_any_answer_is_no_screening(sqlite_store: Store) -> None:
    before = row_counts(sqlite_store)
    with pytest.raises(FhirError, match="holds no answer"):
        take_in(sqlite_store, bundle_of({}))
    assert row_counts(sqlite_store) == before


def test_a_response_with_more_medicines_than_a_person_can_have_tried_is_refused(sqlite_store: Store) -> None:
    many = [{"medicine": "propranolol", "weeks": 8}] * 101
    with pytest.raises(FhirError, match="more than 100"):
        take_in(sqlite_store, bundle_of({**POSITIVE, "preventives": many}))


def test_a_demonstration_stays_one(sqlite_store: Store) -> None:
    """Its bundle says that the person does not exist; it must not count among real ones."""
    source = open_record(sqlite_store, add(sqlite_store, is_demonstration=True))
    taken = take_in(sqlite_store, bundle_for(source, with_text=False))
    assert open_record(sqlite_store, taken.screening_id).screening.is_demonstration is True
