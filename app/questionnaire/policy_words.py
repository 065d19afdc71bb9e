"""A requirement of a policy in words: what it asks for, the answer behind it, what to ask next.

For clinicians; patients are shown no verdict by policy. Made from the stored codes alone, so that a record
can be read when its policy file is gone.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext

from app.domain.medicines import MEDICINES, MedicineClass
from app.domain.values import NOT_SURE_WORD
from app.questionnaire.labels import MEDICINE_CLASSES, named_medicine
from app.questionnaire.number_words import number_words
from app.questionnaire.steps import STEPS

Codes = Mapping[str, Any]
# The answers that requirements are about, as a clinician names them.
ANSWERS: Final[dict[str, Any]] = {
    "age_years": _l("Age in years"),
    "headache_days": _l("Headache days"),
    "migraine_days": _l("Migraine days"),
    "months_at_this_frequency": _l("Months at this frequency"),
    "hours_per_headache_day": _l("Hours a headache day, untreated"),
    "months_of_acute_medication_use": _l("Months of acute medicine"),
    "diary_months": _l("Months of diary"),
    "lifetime_attacks_at_least_5": _l("5 or more attacks in life"),
    "specialist_involved": _l("Treated by a neurologist or headache specialist"),
    "medication_overuse_managed": _l("Medication overuse managed"),
    "current_cgrp_treatment": _l("CGRP treatment now"),
    "unilateral_location": _l("Pain on one side"),
    "pulsating_quality": _l("Pulsating pain"),
    "moderate_or_severe_pain": _l("Moderate or severe pain"),
    "aggravated_by_routine_activity": _l("Worse with routine activity"),
    "nausea_or_vomiting": _l("Nausea or vomiting"),
    "photophobia": _l("Photophobia"),
    "phonophobia": _l("Phonophobia"),
    "aura": _l("Aura"),
}
OVERUSE: Final[dict[str, Any]] = {
    "likely": _l("likely"),
    "watch": _l("days reached, not yet for more than 3 months with frequent headache"),
    "cannot_tell": _l("cannot be told"),
    "not_likely": _l("not likely"),
}
_RESULTS: Final[dict[str, Any]] = {
    "no_benefit": _l("did not help"),
    "side_effects": _l("not tolerated"),
    "unsuitable": _l("not suitable"),
}
_YES_NO: Final = {"yes": _l("yes"), "no": _l("no"), NOT_SURE_WORD: _l("not sure")}
_QUESTIONS: Final = {
    field.name: field.label.text for step in STEPS for field in step.form().questions if field.label.text
}
_MORE_QUESTIONS: Final[dict[str, Any]] = {
    "medicines": _l("Which preventives were tried, for how long each, what for, and what happened?"),
    "medication_overuse": _l("On how many days a month is each acute medicine taken, and for how long?"),
    "reduction_percent": _l(
        "How many headache days in the month before treatment and in each month since, and how many courses?"
    ),
}


def _named(name: str) -> Any:
    return ANSWERS.get(name, name)


def _listed(items: list[Any]) -> str:
    return ", ".join(str(item) for item in items)


def _trials(needed: Codes, what: Any) -> str:
    """The number of medicines or classes, with what narrows it."""
    parts = [str(what)]
    if "classes" in needed:
        classes = [MEDICINE_CLASSES[MedicineClass(name)] for name in needed["classes"]]
        parts.append(str(_l("of these classes: %(names)s", names=_listed(classes))))
    if "without" in needed:
        names = [named_medicine(name, None) for name in needed["without"]]
        parts.append(str(_l("not counting %(names)s", names=_listed(names))))
    if "results" in needed:
        parts.append(_listed([_RESULTS[result] for result in needed["results"]]))
    if "shortest_days" in needed:
        parts.append(str(_l("each for %(days)s days or more", days=needed["shortest_days"])))
    return "; ".join(parts)


def _after_cycles(needed: Codes, words: Any) -> Any:
    if "after_cycles" not in needed:
        return words
    return _l("%(what)s, judged after %(num)s courses", what=words, num=needed["after_cycles"])


_NEEDED: Final[dict[str, Callable[[Codes], Any]]] = {
    "days_at_least": lambda needed: _l(
        "%(what)s: %(days)s or more in 30", what=_named(needed["count"]), days=needed["days"]
    ),
    "amount_at_least": lambda needed: _l(
        "%(what)s: %(num)s or more", what=_named(needed["amount"]), num=needed["least"]
    ),
    "amount_more_than": lambda needed: _l(
        "%(what)s: more than %(num)s", what=_named(needed["amount"]), num=needed["limit"]
    ),
    "answer_yes": lambda needed: _named(needed["answer"]),
    "overuse_managed": lambda _needed: _l("No medication overuse, or it is managed"),
    "medicines_tried": lambda needed: _trials(
        needed, lazy_ngettext("%(num)s preventive tried", "%(num)s preventives tried", needed["least"])
    ),
    "classes_tried": lambda needed: _trials(
        needed,
        lazy_ngettext("Preventives of %(num)s class", "Preventives of %(num)s classes", needed["least"]),
    ),
    "reduction_at_least": lambda needed: _after_cycles(
        needed, _l("Headache days fell by %(num)s %% or more", num=needed["percent"])
    ),
    "reduction_more_than": lambda needed: _after_cycles(
        needed, _l("Headache days fell by more than %(num)s %%", num=needed["percent"])
    ),
    "not_below_for": lambda needed: _l(
        "Not under %(days)s headache days in %(months)s months in a row",
        days=needed["days"],
        months=needed["months"],
    ),
    "course_within": lambda needed: _l("At most %(num)s courses", num=needed["most"]),
}


def needed_words(needed: Codes) -> Any:
    """What a requirement asks for. A kind of a later version is named by its code."""
    words = _NEEDED.get(needed["kind"])
    return needed["kind"] if words is None else words(needed)


def _change(percent: float) -> Any:
    if percent < 0:
        return _l("rose by %(num)s %%", num=number_words(-percent))
    return _l("fell by %(num)s %%", num=number_words(percent))


_VALUES: Final[dict[str, Callable[[Any], Any]]] = {
    "medication_overuse": lambda value: _l("overuse %(status)s", status=OVERUSE[value]),
    "reduction_percent": _change,
    "cycles": lambda value: lazy_ngettext("%(num)s course given", "%(num)s courses given", value),
}


def _value(name: str, value: Any) -> Any:
    """One answer behind a requirement."""
    if name == "medication_overuse_managed":
        return _l("managed: %(answer)s", answer=_YES_NO.get(value, _l("not asked")))
    if value is None:
        return _l("not asked")
    if isinstance(value, list):
        return _listed([_item(name, each) for each in value]) or _l("none")
    if name in _VALUES:
        return _VALUES[name](value)
    return _YES_NO.get(value, number_words(value) if isinstance(value, int | float) else value)


def _item(name: str, item: Any) -> Any:
    if name == "classes":
        return MEDICINE_CLASSES[MedicineClass(item)] if item in list(MedicineClass) else item
    return named_medicine(item, None) if item in MEDICINES else item


def answer_words(answer: Codes) -> str:
    """The answer behind a requirement."""
    shown = {name: value for name, value in answer.items() if name != "window_days"}
    words = "; ".join(str(_value(name, value)) for name, value in shown.items())
    window = answer.get("window_days")
    counted = any(isinstance(value, int | list) for value in shown.values())
    return str(_l("%(days)s in %(window)s days", days=words, window=window)) if counted and window else words


def question_words(answer: Codes) -> Any:
    """What to ask to settle a requirement that is missing an answer."""
    name = next(iter(answer), "")
    alike = {"classes": "medicines", "cycles": "reduction_percent"}.get(name, name)
    if isinstance(answer.get(name), list) and name == "headache_days":  # of the months under treatment
        alike = "reduction_percent"
    if answer.get("medication_overuse") in ("likely", "watch"):
        alike = "medication_overuse_managed"
    return _MORE_QUESTIONS.get(alike) or _QUESTIONS.get(alike, _named(alike))
