"""The names of our codes in FHIR, and the few standard codes that are used.

Standard codes stand here only where they were confirmed; all others are ours, under `BASE`. They are
exchanged: never rename one.
"""

import re
from enum import StrEnum
from typing import Any, Final, TypeAlias

Resource: TypeAlias = dict[str, Any]

BASE: Final = "urn:headache-screening:"
QUESTIONNAIRE_URL: Final = f"{BASE}questionnaire"
RESPONSE_DOCUMENT: Final = {
    "system": "http://loinc.org",
    "code": "74465-6",
    "display": "Questionnaire response Document",
}
SURVEY: Final = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}
TEST_DATA: Final = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}
ABSENT_REASON_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
UNIT_SYSTEM: Final = "http://unitsofmeasure.org"
STANDARD_EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition/"


def code_system(name: str) -> str:
    """The address of one of our code systems."""
    return f"{BASE}codes:{name}"


def system_of(codes: type[StrEnum]) -> str:
    """The code system of an enumeration of the domain: `RedFlagCode` is `…codes:red-flag-code`."""
    return code_system(re.sub("(?<!^)(?=[A-Z])", "-", codes.__name__).lower())


def coding(system: str, code: str, display: Any = "") -> Resource:
    """A code of a system, with the words for it where there are any."""
    written = {"system": system, "code": str(code)}
    words = str(display)
    return {**written, "display": words} if words else written


def concept(system: str, code: str, display: Any) -> Resource:
    """A code with its words, as a CodeableConcept."""
    return {"coding": [coding(system, code, display)], "text": str(display)}


def code_concept(code: StrEnum, display: Any) -> Resource:
    """A code of the domain with its words, as a CodeableConcept."""
    return concept(system_of(type(code)), code.value, display)


def reference(full_url: str) -> Resource:
    """A link to another resource of the same bundle."""
    return {"reference": full_url}
