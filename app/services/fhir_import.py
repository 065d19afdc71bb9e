"""A FHIR QuestionnaireResponse that comes in and becomes a screening."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from app.domain.reference_code import new_reference_code
from app.reports.fhir.response import ReceivedAnswers, answers_from_response
from app.services.self_screening import new_screening
from app.services.storing import keep_screening
from app.storage import events
from app.storage.screenings import NewScreening
from app.storage.statuses import EventKind
from app.storage.store import Store


@dataclass(frozen=True)
class TakenIn:
    """The screening that a response became, and its new reference code, which is shown this once."""

    screening_id: UUID
    reference_code: str


def take_in_response(
    store: Store, resource: Any, *, language: str, now: datetime, clinician_id: UUID | None = None
) -> TakenIn:
    """Assess the answers of a response by today's rules and store them, with the note of who took them in.

    `resource` is parsed JSON of any shape. The same response sent twice becomes two screenings: its id
    names it only where it was made, and no table keeps such ids (docs/fhir.md).

    Raises:
        FhirError: it cannot be taken in; nothing was stored.
    """
    received = answers_from_response(resource)
    code = new_reference_code()
    new = _as_answered(
        received,
        new_screening(
            received.answers,
            reference_mac=store.mac_of(code),
            language=language,
            received_at=now,
            policies=store.policies.policies,
        ),
    )
    with store.database.writing() as session:
        screening_id = keep_screening(session, store, new)
        events.add_event(
            session,
            store.cipher,
            kind=EventKind.FHIR_TAKEN_IN,
            clinician_id=clinician_id,
            now=now,
            screening_id=screening_id,
        )
    return TakenIn(screening_id, code)


def _as_answered(received: ReceivedAnswers, new: NewScreening) -> NewScreening:
    """The screening under the version of the questionnaire that was answered, which may be an earlier one."""
    versions = {**new.assessment["versions"], "questionnaire": received.questionnaire_version}
    return replace(new, assessment={**new.assessment, "versions": versions})
