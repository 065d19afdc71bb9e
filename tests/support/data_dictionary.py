"""Writes docs/data-dictionary.md from the code, or checks that it is true: `--check`."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from app.domain.answers import KINDS
from app.domain.codes import (
    TAKEN_BACK,
    ConfirmedDiagnosis,
    Contradiction,
    Outcome,
    Status,
    TrialResult,
    Urgency,
)
from app.domain.medication_overuse import (
    SEVERAL_CLASSES,
    SEVERAL_CLASSES_PER_30,
    THRESHOLDS_PER_30,
    OveruseStatus,
)
from app.domain.medicines import CATALOGUE
from app.domain.policies import Phase, RequirementStatus
from app.domain.policy_files import shipped_policies
from app.domain.preventive_history import CountReason
from app.domain.red_flags import URGENCY
from app.domain.requirement_kinds import KINDS as REQUIREMENT_KINDS
from app.storage.statuses import ScreeningStatus

TARGET: Final = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"

_HEAD: Final = """# Names and values

Made from the code by `make messages`; `make check` fails when it is not true any more. Names and codes are
stable: they may be added to, never changed.

## Answers

All are optional; absent means *not asked*, and `"not_sure"` is a value for every one. In CSV an empty cell is
*not asked*, items of a list are separated by `;`, an empty list is `none`, and a preventive trial is
`medicine:weeks:result`. A row may carry `id`, which is returned as it came.

| name | value |
|---|---|
"""


def _table(rows: Iterable[tuple[str, ...]]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _codes(title: str, words: str, codes: list[str]) -> str:
    return f"\n## {title}\n\n{words}\n\n" + "".join(f"* `{code}`\n" for code in codes)


_FOUND: Final = "What a clinician found in the end; `taken_back` stands in place of one that was a mistake."


def _overuse() -> str:
    thresholds = {**THRESHOLDS_PER_30, SEVERAL_CLASSES: SEVERAL_CLASSES_PER_30}
    rows = [(f"`{name}`", str(days)) for name, days in thresholds.items()]
    words = "`watch`: the days are reached, but not the months or the headache days."
    return (
        _codes("Status of medication overuse", words, list(OveruseStatus))
        + "\n| class | days per 30, at least |\n|---|---|\n"
        + _table(rows)
    )


def _policies() -> str:
    policies = [(f"`{each.id}`", each.version, each.title, each.source) for each in shipped_policies()]
    kinds = [
        (
            f"`{name}`",
            ", ".join(kind.settings),
            ", ".join(kind.optional),
            (kind.make.__doc__ or "").splitlines()[0],
        )
        for name, kind in REQUIREMENT_KINDS.items()
    ]
    words = "A comparison with published points; it decides nothing."
    return "".join(
        (
            "\n## Policies\n\n| id | version | title | source |\n|---|---|---|---|\n",
            _table(policies),
            _codes("Phases of a policy", "An assessment compares the start.", list(Phase)),
            _codes("Status of a policy and of its requirements", words, list(RequirementStatus)),
            "\n## Kinds of requirement\n\n",
            "| kind | settings | optional settings | met when |\n|---|---|---|---|\n",
            _table(kinds),
        )
    )


def document() -> str:
    """The whole page."""
    answers = [(f"`{name}`", kind.describes) for name, kind in KINDS.items()]
    medicines = [(f"`{each.name}`", each.medicine_class.value, ", ".join(each.brands)) for each in CATALOGUE]
    flags = [(f"`{code.value}`", urgency.value) for code, urgency in URGENCY.items()]
    return "".join(
        (
            _HEAD,
            _table(answers),
            _codes("Outcomes", "What a screening says; never a diagnosis.", list(Outcome)),
            _codes("Status of a criterion", "`borderline` stands beside it.", list(Status)),
            _codes("Urgencies", "The order of the queue.", list(Urgency)),
            "\n## Red flags\n\n| code | urgency |\n|---|---|\n",
            _table(flags),
            _codes("Results of a preventive trial", "What a trial may say happened.", list(TrialResult)),
            _codes("Why a preventive counts or does not", "The first three count.", list(CountReason)),
            _overuse(),
            _policies(),
            _codes("Statuses of a screening", "Where it stands at the desk.", list(ScreeningStatus)),
            _codes("Confirmed diagnoses", _FOUND, [*ConfirmedDiagnosis, TAKEN_BACK]),
            _codes("Contradictions", "Answers to ask about again.", list(Contradiction)),
            "\n## Medicines\n\n`other` stands for a medicine that is not listed.\n\n",
            "| name | class | brands |\n|---|---|---|\n",
            _table(medicines),
        )
    )


def main() -> None:
    wanted = document()
    if "--check" in sys.argv:
        if not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != wanted:
            sys.exit("docs/data-dictionary.md is not what the code says. Run: make messages")
        print("docs/data-dictionary.md is what the code says.")
        return
    TARGET.write_text(wanted, encoding="utf-8")
    print(f"Wrote {TARGET.name}.")


if __name__ == "__main__":
    main()
