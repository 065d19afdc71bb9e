"""Optional pages about the medicines taken when it hurts, by class (ICHD-3 8.2): days, not tablets."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.domain.medicines import CATALOGUE, MEDICINES, MedicineClass
from app.questionnaire.choices import days_in_window, yes_or_no
from app.questionnaire.durations import IN_MONTHS, DurationField
from app.questionnaire.explanations import MIGRAINE_MEDICINE, PAINKILLERS
from app.questionnaire.medicine_names import medicine_name
from app.questionnaire.page import PageForm

_SOURCES: Final = ("ichd-3-8.2",)


DAYS_BY_CLASS: Final = (
    "triptan_days",
    "ergot_days",
    "gepant_or_ditan_days",
    "simple_analgesic_days",
    "combination_analgesic_days",
    "opioid_days",
)


def takes_medicine(answers: Mapping[str, Any]) -> bool:
    """Whether days of single classes are asked for: not of somebody who took no medicine on any day."""
    return answers.get("any_acute_medication_days") != 0


def _examples(medicine_class: MedicineClass, *others: str) -> str:
    """The medicines of a class with the brands people know."""
    named = [each for each in CATALOGUE if each.medicine_class is medicine_class]
    names = (medicine_name(each) for each in [*named, *(MEDICINES[name] for name in others)])
    return ", ".join(name[0].lower() + name[1:] for name in names)


def _brands(medicine_class: MedicineClass) -> str:
    """The brands of a class alone: what a mixed painkiller is made of says little to those who take it."""
    return ", ".join(
        name for each in CATALOGUE if each.medicine_class is medicine_class for name in each.brands
    )


def _such_as(medicine_class: MedicineClass, *others: str) -> Any:
    return _l("Such as %(names)s.", names=LazyString(_examples, medicine_class, *others))


class MedicineDaysForm(PageForm):
    """All medicines for attacks together, and for how long (ICHD-3 8.2 B: more than 3 months)."""

    title = _l("Days with any medicine")
    sources = _SOURCES
    any_acute_medication_days = days_in_window(
        _l("In the last 30 days, on how many days did you take any medicine for a headache?"),
        _l("Count days, not tablets: a day with one tablet and a day with six are one day each."),
    )
    months_of_acute_medication_use = DurationField(
        _l("For how long have you taken it about this often?"),
        description=_l("For less than one month, enter 0.5 months."),
        highest=1200,
        units=IN_MONTHS,
        missing_unit=_l("Choose months or years"),
        too_many=_l("Enter at most 100 years"),
    )


class MigraineMedicineForm(PageForm):
    """Triptans (10 days), ergots (10 days), and gepants and ditans, for which no limit is published."""

    title = _l("Medicines made for migraine, in the last 30 days")
    sources = _SOURCES
    triptan_days = days_in_window(
        _l("On how many days did you take a triptan?"),
        _such_as(MedicineClass.TRIPTAN),
        explained=MIGRAINE_MEDICINE,
    )
    ergot_days = days_in_window(_l("On how many days did you take an ergot?"), _such_as(MedicineClass.ERGOT))
    gepant_or_ditan_days = days_in_window(
        _l("On how many days did you take a gepant or a ditan for an attack?"),
        _such_as(MedicineClass.ACUTE_GEPANT_OR_DITAN, "rimegepant"),
    )


class PainkillerForm(PageForm):
    """Simple painkillers (15 days), combinations (10 days) and opioids (10 days)."""

    title = _l("Painkillers, in the last 30 days")
    sources = ("ichd-3-8.2", "ichd-3-8.2.5")
    simple_analgesic_days = days_in_window(
        _l("On how many days did you take a simple painkiller?"),
        _such_as(MedicineClass.SIMPLE_ANALGESIC),
        explained=PAINKILLERS,
    )
    combination_analgesic_days = days_in_window(
        _l("On how many days did you take a mixed painkiller?"),
        _l(
            "One tablet with caffeine, codeine or butalbital in it as well, such as %(names)s. "
            "Two simple painkillers taken together are not a mixed one: count them above.",
            names=_brands(MedicineClass.COMBINATION_ANALGESIC),
        ),
    )
    opioid_days = days_in_window(
        _l("On how many days did you take an opioid?"), _such_as(MedicineClass.OPIOID)
    )


class MedicinePlanForm(PageForm):
    """Whether overuse is managed, as some rules ask (NICE TA260)."""

    title = _l("A plan for your medicine")
    sources = ("nice-ta260",)
    medication_overuse_managed = yes_or_no(
        _l("Have you made a plan with a clinician about taking this medicine on fewer days?"),
        _l("You take it on many days. That can bring on more headaches, and it is nobody’s fault."),
    )
