"""A FHIR QuestionnaireResponse that comes in and becomes a screening."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from app.domain import ScreeningAnswers
from app.domain.reference_code import new_reference_code
from app.reports.fhir.reading import FhirError
from app.reports.fhir.response import ReceivedAnswers, answers_from_response
from app.services.assessing import new_screening
from app.services.storing import keep_screening
from app.storage import responses
from app.storage.audit import OPERATOR, Action, Actor, AuditEntry, add_audit_entry, clinician
from app.storage.database import ConflictError
from app.storage.new_screenings import NewScreening
from app.storage.store import Store


class TakenInBeforeError(Exception):
    """The response has become a screening already, which was received `at`."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at


@dataclass(frozen=True)
class TakenIn:
    """The screening that a response became, and its new reference code, which is shown this once."""

    screening_id: UUID
    reference_code: str


def take_in_response(
    store: Store, resource: Any, *, language: str, now: datetime, clinician_id: UUID | None = None
) -> TakenIn:
    """Assess the answers of a response by today's rules and store them, with the note of who took them in.

    `resource` is parsed JSON of any shape. The same response becomes one screening, however often it comes.

    Raises:
        FhirError: it cannot be taken in; nothing was stored.
        TakenInBeforeError: there is a screening of it already; nothing was stored.
    """
    received = answers_from_response(resource)
    if received.answers == ScreeningAnswers():
        raise FhirError(_("The response holds no answer."))
    code = new_reference_code()
    new = _as_answered(store, received, code, language, now)
    actor = OPERATOR if clinician_id is None else clinician(clinician_id)
    try:
        return TakenIn(_keep(store, new, received.digest, actor), code)
    except ConflictError:  # it came a second time at the same moment: now the first is there
        return TakenIn(_keep(store, new, received.digest, actor), code)


def _keep(store: Store, new: NewScreening, digest: bytes, actor: Actor) -> UUID:
    macs = responses.response_macs(store.keyring, digest)
    with store.database.writing() as session:
        before = responses.taken_in_at(session, macs)
        if before is not None:
            raise TakenInBeforeError(before)
        kept_id = keep_screening(session, store, new)
        responses.note_response(session, kept_id, macs)
        entry = AuditEntry(Action.FHIR_TAKEN_IN, actor, new.received_at, kept_id)
        add_audit_entry(session, store.keyring, entry)
    return kept_id


def _as_answered(
    store: Store, received: ReceivedAnswers, code: str, language: str, now: datetime
) -> NewScreening:
    """The screening under the version of the questionnaire that was answered, which may be an earlier one."""
    new = new_screening(
        received.answers,
        code=store.macs_of(code),
        language=language,
        received_at=now,
        policies=store.policies.policies,
        is_demonstration=received.is_demonstration,
    )
    versions = {**new.assessment["versions"], "questionnaire": received.questionnaire_version}
    return replace(new, assessment={**new.assessment, "versions": versions})
