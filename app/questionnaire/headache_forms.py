"""Optional pages about the headaches themselves: ICHD-3 1.1 A to D and aura, in plain words."""

from typing import Final

from flask_babel import lazy_gettext as _l

from app.questionnaire.amounts import AgeField, HoursField
from app.questionnaire.choices import days_in_window, yes_or_no
from app.questionnaire.page import PageForm

_SOURCES: Final = ("danish-headache-society-2020",)


class UntreatedForm(PageForm):
    """ICHD-3 1.1 A and B, and headache-free days as a check on the count."""

    title = _l("How your headaches go")
    sources = _SOURCES
    hours_per_headache_day = HoursField(
        _l("On a headache day, how many hours does it last if you take nothing?"),
        description=_l(
            "Or if medicine does not work. If you fall asleep with it and wake without it, count until "
            "you wake."
        ),
        highest=24,
        unit=_l("hours"),
        too_many=_l("Enter a number of hours from 0 to 24"),
    )
    lifetime_attacks_at_least_5 = yes_or_no(
        _l("Have you had 5 or more attacks of migraine in your life?"),
    )
    headache_free_days = days_in_window(
        _l("In the last 30 days, on how many days were you free of any headache?"),
        _l("Counting the clear days as well helps to see whether the count is right."),
    )


class PainForm(PageForm):
    """ICHD-3 1.1 C1 and C2."""

    title = _l("Where and how it hurts")
    sources = _SOURCES
    unilateral_location = yes_or_no(_l("Is the pain mostly on one side of your head?"))
    pulsating_quality = yes_or_no(_l("Does it throb or beat?"), _l("Such as in time with your heart."))


class StrengthForm(PageForm):
    """ICHD-3 1.1 C3 and C4."""

    title = _l("How strong it is")
    sources = _SOURCES
    moderate_or_severe_pain = yes_or_no(
        _l("Is the pain medium or strong?"), _l("Answer for a headache without medicine.")
    )
    aggravated_by_routine_activity = yes_or_no(
        _l("Does moving make it worse, or do you avoid moving?"),
        _l("Such as walking or going up stairs."),
    )


class CompanyForm(PageForm):
    """ICHD-3 1.1 D: light and sound count together, unless there is nausea or vomiting."""

    title = _l("What comes with the pain")
    sources = _SOURCES
    nausea_or_vomiting = yes_or_no(_l("Do you feel sick or throw up?"))
    photophobia = yes_or_no(_l("Is light hard to bear?"))
    phonophobia = yes_or_no(_l("Is sound hard to bear?"))


class AuraForm(PageForm):
    """Aura (ICHD-3 1.2), and the age that some rules ask for."""

    title = _l("Signs before the pain, and your age")
    sources = _SOURCES
    aura = yes_or_no(
        _l("Do you get signs that build up, last 5 to 60 minutes, and go away again?"),
        _l("Such as zigzag lines, a blind spot, tingling on one side, or words that will not come."),
    )
    age_years = AgeField(
        _l("How old are you?"),
        description=_l("Some treatment rules are for adults only."),
        highest=120,
        unit=_l("years"),
        too_many=_l("Enter your age in years, from 0 to 120"),
    )
