"""The answers of a draft, as its pages ask them, and as the contract names them.

Warning signs are asked on two pages and are one list; a person may be unsure of one page and not of the
other. Entries of the list of medicines carry a key while they are being filled in (trial_list.py).
"""

from collections.abc import Mapping
from typing import Any, Final

from app.domain.answers import KINDS
from app.domain.codes import RedFlagGroup
from app.domain.red_flags import EMERGENCY_CODES
from app.domain.values import NOT_SURE_WORD
from app.questionnaire.trial_list import with_keys, without_keys

Answers = Mapping[str, Any]
_PAGES: Final = {RedFlagGroup.EMERGENCY: "red_flags", RedFlagGroup.OTHER: "other_red_flags"}
WARNING_SIGNS: Final = tuple(_PAGES.values())
_MERGED: Final = ("red_flags", "unsure_red_flags")


def _merged_signs(answers: Answers) -> dict[str, Any]:
    """The signs of both pages. Nothing ticked is "none" only when no page was answered with not sure."""
    given = {group: answers.get(name) for group, name in _PAGES.items()}
    if all(value is None for value in given.values()):
        return {}
    unsure = [group.value for group, value in given.items() if value == NOT_SURE_WORD]
    ticked = [code for value in given.values() if isinstance(value, list) for code in value]
    merged: dict[str, Any] = {"red_flags": ticked or (NOT_SURE_WORD if unsure else [])}
    if unsure or None not in given.values():
        merged["unsure_red_flags"] = unsure
    return merged


def contract_answers(answers: Answers) -> dict[str, Any]:
    """The answers of a draft with the names of the contract, and nothing in them but answers."""
    named = {name: value for name, value in answers.items() if name in KINDS and name not in _MERGED}
    return {**without_keys(named), **_merged_signs(answers)}


def _signs_by_page(stored: Answers) -> dict[str, Any]:
    """The signs as each page shows them. Questionnaire 1.0 had the emergency page alone."""
    signs, unsure = stored.get("red_flags"), stored.get("unsure_red_flags")
    if signs is None:
        return {}
    if unsure is None or (signs == NOT_SURE_WORD and not unsure):
        unsure = [RedFlagGroup.EMERGENCY.value] if signs == NOT_SURE_WORD else []
    known = [] if signs == NOT_SURE_WORD else signs
    pages: dict[str, Any] = {
        "red_flags": [code for code in known if code in EMERGENCY_CODES],
        "other_red_flags": [code for code in known if code not in EMERGENCY_CODES],
    }
    if not pages["other_red_flags"] and "unsure_red_flags" not in stored:
        del pages["other_red_flags"]
    for group in RedFlagGroup if unsure == NOT_SURE_WORD else unsure:
        page = _PAGES[RedFlagGroup(group)]
        pages[page] = pages.get(page) or NOT_SURE_WORD  # a sign that was ticked is never hidden
    return pages


def draft_answers(stored: Answers) -> dict[str, Any]:
    """Stored answers as the pages ask them, ready to be shown or filled in again."""
    others = {name: value for name, value in stored.items() if name not in _MERGED}
    return {**with_keys(others), **_signs_by_page(stored)}
