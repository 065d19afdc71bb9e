"""The whole of docs/clinical-rules.md, and the check that it is true."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.domain.answers import DEFAULT_WINDOW_DAYS
from app.domain.red_flags import URGENCY
from app.questionnaire.labels import RED_FLAGS
from tests.support.clinical_rules import boundaries, care_rules, prose, rules
from tests.support.clinical_rules.evidence import ROOT, Rule, faults, policies_by_id, rule_table, table
from tests.support.clinical_rules.policies import all_policy_rules, general_rules, policy_chapter

TARGET: Final = ROOT / "docs" / "clinical-rules.md"
_DAYS: Final = ("Window", "Counted from", "Not met", "Not met, borderline", "Met, borderline", "Met")


def all_rules() -> Iterator[Rule]:
    """Every row of the document."""
    for module in (rules, care_rules):
        for make in module.CHAPTERS:
            yield from make()
    yield from all_policy_rules()


def _chapter(title: str, *parts: str) -> str:
    shown = (part if part.startswith(("|", "\n")) else prose.paragraphs(part) for part in parts)
    return f"## {title}\n\n" + "\n".join(part.strip("\n") + "\n" for part in shown) + "\n"


def _screening() -> Iterator[str]:
    """The outcome, the criteria, the windows, and what is missing."""
    yield _chapter(
        "From answers to an outcome",
        "In this order; the first that holds is the outcome.",
        rule_table(rules.outcome_rules()),
        f"Worked cases, as the code answers them ({DEFAULT_WINDOW_DAYS} days and from memory where nothing "
        "is said):",
        table(("Answers", "Outcome"), boundaries.example_rows()),
    )
    yield _chapter(
        "The three criteria",
        rule_table(rules.criteria_rules()),
        "**Headache days**, on both sides of every line:",
        table(_DAYS, boundaries.days_rows("headache_days")),
        "**Migraine days**:",
        table(_DAYS, boundaries.days_rows("migraine_days")),
        "**Months** at this frequency:",
        table(("Months", "Status", "Marked borderline"), boundaries.months_rows()),
    )
    yield _chapter("Days counted over different windows", rule_table(rules.window_rules()))
    yield _chapter("Missing answers and “not sure”", rule_table(rules.missing_rules()))


def _safety() -> Iterator[str]:
    """Warning signs and look-alikes."""
    signs = [(str(RED_FLAGS[code]), f"`{code}`", urgency.value) for code, urgency in URGENCY.items()]
    yield _chapter(
        "Warning signs",
        "Asked first, at every screening. The list follows SNNOOP10 and what the NHS is reported to advise. "
        "How soon each sign needs somebody to look is in no source that was read itself: the reviewer has to "
        "confirm it.",
        table(("As patients read it", "Code", "Urgency"), signs),
        rule_table(rules.red_flag_rules()),
        prose.red_flag_ways(),
    )
    yield _chapter("Look-alikes", rule_table(rules.look_alike_rules()), prose.look_alike_ways())


def _beside() -> Iterator[str]:
    """What stands beside the outcome."""
    yield _chapter(
        "Features of migraine (ICHD-3 1.1)",
        rule_table(care_rules.feature_rules()),
        "They stand beside the outcome: a day of chronic migraine needs C and D, and not B (ICHD-3 1.3 C1).",
    )
    yield _chapter(
        "Medication overuse (ICHD-3 8.2)",
        rule_table(care_rules.overuse_rules()),
        "Each class on both sides of its line, with the months and the headache days reached. All simple "
        "painkillers are one class, and so are all triptans: their days are asked for together.",
        table(("Class", "Days per 30", "One day fewer", "On the line"), boundaries.overuse_rows()),
        "Overuse changes the advice and never the outcome. Nobody is told to stop a medicine by themselves.",
    )
    yield _chapter(
        "Preventive treatment",
        rule_table(care_rules.preventive_rules()),
        table(("Code", "Words", "Verdict"), boundaries.reason_rows()),
        "This is the count on the result and in the queue. Each policy counts the same trials by its own "
        "settings.",
    )
    yield _chapter(
        "Answers that do not fit together",
        "They are asked about once, shown to the clinician, and never corrected.",
        rule_table(care_rules.contradiction_rules()),
    )
    yield _chapter(
        "Scores",
        "Totals of instruments that were scored elsewhere, entered by a clinician. No item is shown or "
        "stored.",
        rule_table(care_rules.score_rules()),
        table(("Instrument", "Range", "Meaning"), boundaries.score_rows()),
    )


def _policies() -> Iterator[str]:
    yield _chapter(
        "Policies",
        "What published bodies ask for, as data. A policy decides nothing. The column of numbers says what "
        "the code answers exactly on the line and beside it.",
        rule_table(general_rules()),
    )
    for policy in policies_by_id().values():
        yield policy_chapter(policy)
    yield prose.clinics_own_policies()


def document() -> str:
    """The whole page.

    Raises:
        LookupError: a source or a figure it names is not there.
    """
    parts = [
        *(prose.head(), prose.intended_use(), prose.not_for()),
        *_screening(),
        *_safety(),
        *_beside(),
        *_policies(),
        *(prose.accuracy(), prose.left_out(), prose.disagreements(), prose.before_use()),
    ]
    return "".join(parts).strip() + "\n"


def _problems(target: Path, only_check: bool) -> list[str]:
    """What is wrong, a line each; writes the document when asked to and nothing is."""
    if found := faults(all_rules()):
        return [f"{target.name}: {fault}" for fault in found]
    try:
        wanted = document()
    except LookupError as problem:
        return [f"{target.name}: {problem.args[0]}"]
    if not only_check:
        target.write_text(wanted, encoding="utf-8")
    elif not target.is_file() or target.read_text(encoding="utf-8") != wanted:
        return [f"docs/{target.name} is not what the code says. Run: make messages"]
    return []


def main(arguments: list[str], target: Path = TARGET) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.clinical_rules", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when it is not true")
    only_check = parser.parse_args(arguments).check
    problems = _problems(target, only_check)
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    print(f"docs/{target.name} is what the code says." if only_check else f"Wrote {target.name}.")
    return 0
