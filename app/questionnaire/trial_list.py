"""The list of preventive medicines while it is being filled: pure changes of the answers of a draft.

Each entry carries a `key` that is its own for as long as the draft lives, so that a page that is out of
date, or a button pressed twice, can never change another medicine. The key is not an answer.
"""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from app.domain.medicines import OTHER

MOST_TRIALS: Final = 30
_KEY: Final = "key"
Answers = Mapping[str, Any]
Trial = dict[str, Any]


def trials_of(answers: Answers) -> list[Trial]:
    """The medicines named so far."""
    given = answers.get("preventives")
    return list(given) if isinstance(given, list) else []


def _with(answers: Answers, trials: list[Trial]) -> dict[str, Any]:
    """The answers with this list; an empty one means that the question is open again."""
    return {**answers, "preventives": trials or None}


def _name(trial: Trial) -> str:
    return str(trial.get("name_given") or trial["medicine"]).casefold()


def find_same(answers: Answers, trial: Trial) -> Trial | None:
    """The entry for the same medicine, or for the same name outside the catalogue."""
    for each in trials_of(answers):
        if each["medicine"] == trial["medicine"] and (
            trial["medicine"] != OTHER or _name(each) == _name(trial)
        ):
            return each
    return None


def find_trial(answers: Answers, key: str) -> Trial | None:
    return next((each for each in trials_of(answers) if each[_KEY] == key), None)


def with_medicine(answers: Answers, medicine: str, name_given: str | None) -> dict[str, Any]:
    """The answers with one more medicine, unless it is on the list already or the list is full."""
    trial: Trial = {_KEY: secrets.token_hex(6), "medicine": medicine}
    if medicine == OTHER:
        trial["name_given"] = name_given
    trials = trials_of(answers)
    if find_same(answers, trial) is not None or len(trials) >= MOST_TRIALS:
        return dict(answers)
    return _with(answers, [*trials, trial])


def with_story(answers: Answers, key: str, story: Trial) -> dict[str, Any]:
    """The answers with what happened with one medicine; unchanged when it is no longer on the list."""
    trials = [{**each, **story} if each[_KEY] == key else each for each in trials_of(answers)]
    return _with(answers, trials) if trials else dict(answers)


def without_trial(answers: Answers, key: str) -> dict[str, Any]:
    """The answers without one medicine."""
    trials = trials_of(answers)
    kept = [each for each in trials if each[_KEY] != key]
    return dict(answers) if len(kept) == len(trials) else _with(answers, kept)


def with_keys(answers: Answers) -> dict[str, Any]:
    """Stored answers made ready to be filled in again."""
    trials = [{**each, _KEY: secrets.token_hex(6)} for each in trials_of(answers)]
    return _with(answers, trials) if trials else dict(answers)


def without_keys(answers: Answers) -> dict[str, Any]:
    """The answers as they are handed in, with nothing in them but answers."""
    trials = [{name: value for name, value in each.items() if name != _KEY} for each in trials_of(answers)]
    return {**answers, "preventives": trials} if trials else dict(answers)
