"""What all resources of one bundle share: whom they are about, where they come from, by which rules."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final
from uuid import UUID, uuid5

from flask_babel import gettext as _

from app.domain.assessment import Assessment
from app.reports.fhir.codes import SURVEY, TEST_DATA, Resource, code_system, coding, concept, reference
from app.services.clinical_review import ScreeningRecord
from app.storage.screenings import StoredScreening

QUESTIONNAIRE_VERSION_SYSTEM: Final = code_system("questionnaire-version")
RULES_VERSION_SYSTEM: Final = code_system("rules-version")
OBSERVATION_SYSTEM: Final = code_system("observation")


@dataclass(frozen=True)
class Subject:
    """One screening, and the addresses of what its resources point to.

    Ids are made from the id of the screening, which cannot be found from them: the same record gives the
    same bundle, and two screenings of one person have nothing in common.
    """

    record: ScreeningRecord
    with_text: bool
    zone: tzinfo

    @property
    def screening(self) -> StoredScreening:
        return self.record.screening

    @property
    def assessment(self) -> Assessment:
        return self.record.assessment

    @property
    def received(self) -> str:
        """When the answers were received."""
        return self.written(self.screening.received_at)

    def written(self, moment: datetime) -> str:
        """A time as it leaves the desk: the day at the clinic, and to the second only with texts."""
        if self.with_text:
            return moment.isoformat(timespec="seconds")
        return moment.astimezone(self.zone).date().isoformat()

    def id_of(self, name: str) -> UUID:
        return uuid5(self.screening.id, name)

    def link_to(self, name: str) -> Resource:
        return reference(self.id_of(name).urn)

    def meta(self, *tags: Resource) -> Resource:
        """The versions behind a resource; and that the person does not exist, where that is so."""
        assessment = self.assessment
        versions = [
            coding(QUESTIONNAIRE_VERSION_SYSTEM, assessment.questionnaire_version),
            coding(RULES_VERSION_SYSTEM, assessment.rules_version),
        ]
        meta: Resource = {"tag": [*versions, *tags]}
        return {**meta, "security": [TEST_DATA]} if self.screening.is_demonstration else meta

    def resource(self, resource_type: str, name: str, *tags: Resource) -> Resource:
        """The beginning of a resource: `name` is its own within the bundle."""
        return {"resourceType": resource_type, "id": str(self.id_of(name)), "meta": self.meta(*tags)}

    def observation(self, name: str, title: Any, **content: Any) -> Resource:
        """What follows from the answers, as an Observation that says where it comes from."""
        return {
            **self.resource("Observation", name),
            "status": "final",
            "category": [{"coding": [SURVEY]}],
            "code": concept(OBSERVATION_SYSTEM, name, title),
            "subject": self.link_to("patient"),
            "effectiveDateTime": self.received,
            "performer": [self.link_to("patient")],
            **{part: value for part, value in content.items() if value != []},
            "method": concept(
                code_system("method"), "self_reported", _("Self-reported by questionnaire. Not a diagnosis.")
            ),
            "derivedFrom": [self.link_to("response")],
        }
