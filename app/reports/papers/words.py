"""Words that stand only on paper. All others are those of the record."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.domain.codes import CountedFrom, YesNo

PRODUCT: Final = _l("Headache screening")
SUMMARY_TITLE: Final = _l("Headache screening: clinical summary")
EVIDENCE_TITLE: Final = _l("Headache screening: evidence for one policy")
SELF_REPORTED: Final = _l("Self-reported answers, not a diagnosis.")
BOXES: Final = _l("Letters that no font of this installation has stand as boxes.")
NOT_KNOWN: Final = _l("not known")
NOT_SURE: Final = _l("not sure")
NOT_ANSWERED: Final = _l("not answered")
NONE_TICKED: Final = _l("none ticked")
NOTHING_ANSWERED: Final = _l("Not answered.")
NO_COURSE: Final = _l("No headache days under treatment were entered.")
NO_COURSE_TO_COMPARE: Final = _l(
    "No headache days under treatment were entered, so there is nothing to compare yet."
)
NOTHING_ON_GOING_ON: Final = _l("It says nothing about going on.")
NOTHING_MISSING: Final = _l("No answer is missing.")
NO_LINE: Final = _l("no line")
COMPARISON: Final = _l(
    "Each requirement beside the answers, to start treatment. A comparison, never an approval."
)
BY_TODAYS_POLICIES: Final = _l("By the policies of today.")
DIARY: Final = _l("Diary under the same code, noted by the patient, up to the day before printing")
NO_REVIEW: Final = _l("Nobody has recorded a review yet.")
NOTE_GOES_ON: Final = _l("The note goes on in the record.")
COUNTED_FROM: Final[dict[CountedFrom, Any]] = {
    CountedFrom.MEMORY: _l("Days counted from memory"),
    CountedFrom.DIARY: _l("Days counted from a diary or calendar"),
}
HEADACHE_FREE_DAYS: Final = _l("Headache-free days a month")
# Counts of days that have no line.
DAYS: Final[dict[str, Any]] = {
    "any_acute_medication_days": _l("Days with any acute medicine"),
    "gepant_or_ditan_days": _l("Days with a gepant or ditan"),
    "work_days_missed": _l("Days of work missed"),
    "work_days_half_done": _l("Days of work half done"),
}
# The headings of both papers, and of the columns of their tables.
HEADINGS: Final[dict[str, Any]] = {
    "warning_signs": _l("Warning signs"),
    "to_ask": _l("To consider and to ask"),
    "days": _l("Days and months against the published pattern"),
    "features": _l("Features of migraine"),
    "overuse": _l("Acute medicine and overuse, days in 30"),
    "about": _l("Also answered"),
    "treatment": _l("Preventive treatment"),
    "scores": _l("Scores"),
    "course": _l("Headache days under treatment"),
    "policies": _l("Published policies"),
    "own_words": _l("In the patient’s own words"),
    "patient": _l("Patient"),
    "review": _l("Latest review"),
    "prescriber": _l("Prescriber"),
    "requirements": _l("What the policy asks for, to start treatment"),
    "going_on": _l("What the policy asks for, to go on"),
    "questions": _l("To settle what is missing, ask"),
    "codes": _l("Codes and treatment"),
    "signature": _l("Signature"),
}
TREATMENT_COLUMNS: Final = (
    _l("Medicine"),
    _l("Class"),
    _l("Dose a day"),
    _l("How long"),
    _l("What happened"),
    _l("Counted"),
)
SCORE_COLUMNS: Final = (_l("Instrument"), _l("Total"), _l("Meaning"), _l("Entered"))
REQUIREMENT_COLUMNS: Final = (_l("Requirement"), _l("Status"), _l("Answer"), _l("Date of the answer"))
# What a clinician types for the paper alone, by the names of `TypedIdentity`.
TYPED: Final[dict[str, Any]] = {
    "patient_name": _l("Name of the patient"),
    "date_of_birth": _l("Date of birth"),
    "payer": _l("Payer or plan"),
    "member_number": _l("Member or insurance number"),
    "prescriber_name": _l("Name of the prescriber"),
    "specialty": _l("Specialty"),
    "npi": _l("NPI"),
    "dea": _l("DEA number"),
    "local_number": _l("Other registration number"),
    "practice": _l("Practice: address, telephone, fax"),
    "diagnosis_codes": _l("ICD-10-CM codes"),
    "other_code": _l("Another diagnosis code"),
    "procedure_codes": _l("Procedure codes"),
    "diary": _l("Diary attached"),
    "diary_span": _l("Days that the diary covers"),
    "previous_toxin": _l("Earlier botulinum toxin: dates and units"),
    "planned_dose": _l("Planned dose"),
}
# Who the summary is about: nothing stored tells, so these are lines to fill in by hand.
IDENTITY: Final = (_l("Name"), _l("Date of birth"), _l("Record number"))
SIGNATURE: Final = (_l("Signature"), _l("Name in capital letters"), _l("Date"))
YES_NO: Final[dict[YesNo, Any]] = {YesNo.YES: _l("Yes"), YesNo.NO: _l("No")}
# Meanings as in ICD-10-CM. None is ever chosen for the clinician.
DIAGNOSIS_CODES: Final[dict[str, Any]] = {
    "G43.701": _l("Chronic migraine without aura, not intractable, with status migrainosus"),
    "G43.709": _l("Chronic migraine without aura, not intractable, without status migrainosus"),
    "G43.711": _l("Chronic migraine without aura, intractable, with status migrainosus"),
    "G43.719": _l("Chronic migraine without aura, intractable, without status migrainosus"),
    "G43.E01": _l("Chronic migraine with aura, not intractable, with status migrainosus"),
    "G43.E09": _l("Chronic migraine with aura, not intractable, without status migrainosus"),
    "G43.E11": _l("Chronic migraine with aura, intractable, with status migrainosus"),
    "G43.E19": _l("Chronic migraine with aura, intractable, without status migrainosus"),
    "G44.40": _l("Drug-induced headache, not elsewhere classified, not intractable"),
    "G44.41": _l("Drug-induced headache, not elsewhere classified, intractable"),
}
