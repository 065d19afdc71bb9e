"""What a clinician types for one paper: it goes into the paper and is stored nowhere."""

from dataclasses import dataclass

from app.domain.codes import YesNo


@dataclass(frozen=True)
class TypedIdentity:
    """Who the paper is about, who asks, and the codes, as typed. What is empty becomes a line to fill in.

    `diagnosis_codes` are those chosen from the list of `words.DIAGNOSIS_CODES`; none is ever preselected.
    """

    patient_name: str = ""
    date_of_birth: str = ""
    payer: str = ""
    member_number: str = ""
    prescriber_name: str = ""
    specialty: str = ""
    npi: str = ""
    dea: str = ""
    local_number: str = ""
    practice: str = ""
    diagnosis_codes: tuple[str, ...] = ()
    other_code: str = ""
    procedure_codes: str = ""
    diary: YesNo | None = None
    diary_span: str = ""
    previous_toxin: str = ""
    planned_dose: str = ""
