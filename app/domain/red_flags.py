"""Warning signs of a dangerous cause of headache, and how soon each needs someone to look.

Source: SNNOOP10 (Do 2019, 10.1212/WNL.0000000000006697) and the action levels of the clinical
reference, section 5. Weakness on one side is treated as an emergency, the safer of two lists.
"""

from dataclasses import dataclass
from typing import Final

from app.domain.answers import ScreeningAnswers
from app.domain.codes import NotSure, RedFlagCode, Urgency

URGENCY: Final[dict[RedFlagCode, Urgency]] = {
    RedFlagCode.THUNDERCLAP_ONSET: Urgency.EMERGENCY,
    RedFlagCode.RECENT_HEAD_INJURY: Urgency.EMERGENCY,
    RedFlagCode.NEW_NEUROLOGICAL_DEFICIT: Urgency.EMERGENCY,
    RedFlagCode.LOSS_OF_VISION: Urgency.EMERGENCY,
    RedFlagCode.FEVER_WITH_STIFF_NECK: Urgency.EMERGENCY,
    RedFlagCode.PAINFUL_RED_EYE: Urgency.EMERGENCY,
    RedFlagCode.ONSET_AFTER_50: Urgency.URGENT,
    RedFlagCode.JAW_OR_SCALP_PAIN: Urgency.URGENT,
    RedFlagCode.DOUBLE_VISION: Urgency.URGENT,
    RedFlagCode.PREGNANCY_OR_POSTPARTUM: Urgency.URGENT,
    RedFlagCode.CANCER_OR_IMMUNE_SUPPRESSION: Urgency.URGENT,
    RedFlagCode.BROUGHT_ON_BY_COUGH_OR_EXERTION: Urgency.URGENT,
    RedFlagCode.CHANGES_WITH_POSTURE: Urgency.URGENT,
    RedFlagCode.VOMITING_WITH_WEIGHT_LOSS: Urgency.URGENT,
    RedFlagCode.RECENT_CHANGE_OF_PATTERN: Urgency.SOON,
}
EMERGENCY_CODES: Final = tuple(code for code, urgency in URGENCY.items() if urgency is Urgency.EMERGENCY)
OTHER_CODES: Final = tuple(code for code in URGENCY if code not in EMERGENCY_CODES)
_MOST_URGENT_FIRST: Final = tuple(Urgency)


@dataclass(frozen=True)
class RedFlag:
    code: RedFlagCode
    urgency: Urgency


def red_flags_of(answers: ScreeningAnswers) -> tuple[RedFlag, ...]:
    """The warning signs reported, the most urgent first, in a fixed order within one urgency."""
    if answers.red_flags is None or isinstance(answers.red_flags, NotSure):
        return ()
    reported = set(answers.red_flags)
    return tuple(RedFlag(code, urgency) for code, urgency in URGENCY.items() if code in reported)


def is_unsure_of_danger(answers: ScreeningAnswers) -> bool:
    """Whether the person was asked about a warning sign and could not tell."""
    return isinstance(answers.red_flags, NotSure) or bool(answers.unsure_red_flags)


def urgency_of(answers: ScreeningAnswers) -> Urgency:
    """How soon someone should look. Being unsure of a warning sign counts as urgent: it is unsettled."""
    reported = [flag.urgency for flag in red_flags_of(answers)]
    unsettled = [Urgency.URGENT] if is_unsure_of_danger(answers) else []
    return min([*reported, *unsettled, Urgency.ROUTINE], key=_MOST_URGENT_FIRST.index)
