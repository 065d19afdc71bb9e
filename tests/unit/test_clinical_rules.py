"""docs/clinical-rules.md: what it is made from, and that the check fails when it is not true any more."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain import RULES_VERSION, Status
from app.domain.criteria import CRITERIA, GREY_HEADACHE_DAYS, HEADACHE_DAYS_PER_30, MONTHS, Criterion
from app.domain.policies import Check, Finding, Phase, Policy, Requirement
from app.domain.red_flags import URGENCY
from app.domain.requirement_kinds import KINDS
from app.questionnaire import QUESTIONNAIRE_VERSION
from tests.support.clinical_rules import boundaries, document, evidence, policies, prose
from tests.support.clinical_rules.document import TARGET, all_rules, main
from tests.support.clinical_rules.evidence import OWN, ROOT, Rule, faults, is_test, link, policies_by_id

GOOD = Rule(
    "A rule",
    "15",
    ("ichd-3-1.3", "uk-nice-ta260", "adr 0004", "app/domain/scores.py: Kroenke 2003", OWN),
    ("tests/unit/domain/test_criteria.py::test_days_per_30_are_exact",),
)
TEXT = document.document()


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """A document that is true."""
    path = tmp_path / "clinical-rules.md"
    path.write_text(TEXT, "utf-8")
    return path


def line_of_error(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line that was said, and nothing beside it."""
    said = capsys.readouterr()
    assert said.out == ""
    [line] = said.err.splitlines()
    return line


def chapter(title: str) -> str:
    """One chapter of the document, from its heading to the next one of the same level."""
    level = title.partition(" ")[0]
    return re.split(rf"^{level} ", TEXT.split(f"\n{title}", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


# --- the check passes and fails -------------------------------------------------------------------


def test_a_true_document_passes_and_is_left_alone(target: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"], target) == 0
    assert capsys.readouterr() == ("docs/clinical-rules.md is what the code says.\n", "")
    assert target.read_text("utf-8") == TEXT


@pytest.mark.parametrize(
    "change", [("15 or more", "16 or more"), ("# Clinical", "# The clinical"), ("\n", "")]
)
def test_a_document_that_says_something_else_fails_and_is_left_alone(
    change: tuple[str, str], target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = TEXT.replace(*change, 1)
    assert stale != TEXT
    target.write_text(stale, "utf-8")
    assert main(["--check"], target) == 1
    assert line_of_error(capsys) == "docs/clinical-rules.md is not what the code says. Run: make messages"
    assert target.read_text("utf-8") == stale


def test_a_missing_document_fails_and_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = tmp_path / "clinical-rules.md"
    assert main(["--check"], missing) == 1
    assert "Run: make messages" in line_of_error(capsys)
    assert not missing.exists()


def test_without_the_option_it_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], tmp_path / "clinical-rules.md") == 0
    assert (tmp_path / "clinical-rules.md").read_text("utf-8") == TEXT
    assert capsys.readouterr() == ("Wrote clinical-rules.md.\n", "")


@pytest.mark.parametrize("option", [[], ["--check"]])
@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (replace(GOOD, tests=("tests/unit/domain/test_criteria.py::test_gone",)), "there is no test"),
        (replace(GOOD, sources=("no-such-source",)), "'no-such-source' is not in"),
    ],
)
def test_a_row_without_its_test_or_source_fails_and_nothing_is_written(
    option: list[str],
    rule: Rule,
    fault: str,
    target: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(document, "all_rules", lambda: iter([*all_rules(), rule]))
    target.write_text("before", "utf-8")
    assert main(option, target) == 1
    line = line_of_error(capsys)
    assert line.startswith("clinical-rules.md: “A rule”: ")
    assert fault in line
    assert target.read_text("utf-8") == "before"


def test_a_figure_that_left_its_page_fails(
    target: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prose, "_FOUND", ("app/templates/patient/sources.html", "no such words ([0-9]+)"))
    assert main(["--check"], target) == 1
    assert "no longer gives the figures" in line_of_error(capsys)


def test_another_number_in_the_code_makes_the_document_stale(
    target: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def later(answers: object) -> Criterion:
        return Criterion(Status.NOT_MET, False, None, 99)

    monkeypatch.setitem(CRITERIA, "duration", later)
    assert main(["--check"], target) == 1
    assert "is not what the code says" in line_of_error(capsys)


def test_the_command_checks_the_document_of_the_project() -> None:
    command = [sys.executable, "-m", "tests.support.clinical_rules", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_make_runs_it() -> None:
    assert "-m tests.support.clinical_rules --check\n" in (ROOT / "scripts" / "check.sh").read_text()
    assert "-m tests.support.clinical_rules\n" in (ROOT / "Makefile").read_text()


# --- sources and tests ----------------------------------------------------------------------------


def test_every_row_has_its_sources_and_its_tests() -> None:
    assert faults(all_rules()) == []
    assert faults([GOOD]) == []


@pytest.mark.parametrize(
    "name",
    [
        "tests/unit/domain/test_criteria.py::test_gone",
        "tests/unit/domain/test_gone.py::test_days_per_30_are_exact",
        "tests/unit/domain/test_criteria.py",
        "tests/unit/domain/test_criteria.py::Case",
        "tests/unit/domain/test_outcome.py::outcome_of",  # a function, and no test
        "app/domain/criteria.py::test_days_per_30_are_exact",
        "tests/unit/domain/test_criteria.py::test_days_per_30_are_exact[14]",
        "",
    ],
)
def test_a_test_that_is_not_there_is_a_fault(name: str) -> None:
    assert not is_test(name)
    assert faults([replace(GOOD, tests=(*GOOD.tests, name))]) == [f"“A rule”: there is no test {name}"]


def test_a_name_in_a_comment_is_no_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "ROOT", tmp_path)
    (tmp_path / "tests").mkdir()
    text = "# def test_one(): pass\nWORDS = 'def test_two(): pass'\ndef test_three(): pass\n"
    (tmp_path / "tests" / "test_it.py").write_text(text, "utf-8")
    found = [is_test(f"tests/test_it.py::test_{name}") for name in ("one", "two", "three")]
    assert found == [False, False, True]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("no-such-source", "'no-such-source' is not in app/questionnaire/sources.py"),
        ("ichd-3-1", "'ichd-3-1' is not in app/questionnaire/sources.py"),
        ("adr 0000", "there is no decision 0000 in docs/adr"),
        ("app/domain/scores.py: Nobody 1900", "app/domain/scores.py does not name 'Nobody 1900'"),
        ("app/domain/gone.py: Kroenke", "app/domain/gone.py does not name 'Kroenke'"),
        ("", "'' is not in app/questionnaire/sources.py"),
    ],
)
def test_a_source_that_is_not_there_is_a_fault(source: str, fault: str) -> None:
    assert faults([replace(GOOD, sources=(*GOOD.sources, source))]) == [f"“A rule”: {fault}"]
    with pytest.raises(LookupError):
        link(source)


def test_a_policy_without_a_source_is_a_fault() -> None:
    found = policies_by_id()
    label = replace(found["us-fda-botox-label"], source="")
    rules = policies.policy_rules(label, Phase.START)
    wrong = faults(rules, {**found, label.id: label})
    assert len(wrong) == len(rules) > 0
    assert all(fault.endswith("'us-fda-botox-label' has no source") for fault in wrong)


@pytest.mark.parametrize(("part", "fault"), [("tests", "names no test"), ("sources", "names no source")])
def test_a_row_that_names_none_is_a_fault(part: str, fault: str) -> None:
    changes: dict[str, tuple[str, ...]] = {part: ()}
    assert faults([replace(GOOD, **changes)]) == [f"“A rule”: {fault}"]  # type: ignore[arg-type]


def test_a_requirement_of_a_kind_that_nothing_holds_is_a_fault() -> None:
    check = Check(lambda _case: (), lambda: Finding(Status.MET, {}))
    policy: Policy = replace(
        policies_by_id()["ichd-3-1.3"], start=(Requirement("x", {"kind": "new"}, check),)
    )
    assert faults(policies.policy_rules(policy, Phase.START)) == ["“new”: names no test"]
    assert set(policies._TESTS) == set(policies._LINES) == set(KINDS)


# --- what it says ---------------------------------------------------------------------------------


def test_the_versions_and_the_missing_review_are_said() -> None:
    assert f"* Version of the rules: {RULES_VERSION}\n" in TEXT
    assert f"* Version of the questionnaire: {QUESTIONNAIRE_VERSION}\n" in TEXT
    assert TEXT.count("not yet reviewed by a clinician") == 2


def test_both_sides_of_the_criteria_are_those_of_the_code() -> None:
    text = chapter("## The three criteria")
    low, high = GREY_HEADACHE_DAYS
    line = HEADACHE_DAYS_PER_30
    bands = f"0–{low - 1} | {low}–{line - 1} | {line}–{high} | {high + 1}–30"
    assert f"| 30 days | memory | {bands} |" in text
    assert f"| 30 days | diary | 0–{line - 1} | none | {line} | {line + 1}–30 |" in text
    assert f"| {MONTHS - 0.5:g} | not met | no |\n| {MONTHS} | met | yes |\n" in text


def test_every_warning_sign_stands_with_its_urgency() -> None:
    text = chapter("## Warning signs")
    for code, urgency in URGENCY.items():
        assert f"| `{code}` | {urgency} |" in text


@pytest.mark.parametrize("policy", policies_by_id().values(), ids=lambda policy: policy.id)
def test_every_policy_stands_with_its_papers_and_every_requirement(policy: Policy) -> None:
    text = chapter(f"### `{policy.id}`")
    papers = " ".join(text.split())
    assert f"Version {policy.version}, published {policy.published}; source" in papers
    assert f"({policy.source}), last checked {policy.checked}." in papers
    rows = [line for line in text.splitlines() if line.startswith("| ") and "::" in line]
    assert len(rows) == len(policy.start) + len(policy.continuing)
    assert all(" | " in row and "|  |" not in row for row in rows)


@pytest.mark.parametrize(
    ("policy_id", "words"),
    [
        ("ichd-3-1.3", "more than 3 | 2.5: not met; exactly 3: not met; 3.5: met"),
        ("au-mbs-18377", "6 or more | 5.5: not met; exactly 6: met; 6.5: met"),
        ("us-fda-botox-label", "18 or more | 17: not met; exactly 18: met; 19: met"),
        ("uk-nice-ta260", "a fall of exactly 30 % goes on; 29.9 %: not met"),
        ("uk-nice-ta260", "3: met; 2: not met; one that was unsuitable and never taken counts"),
        ("uk-nice-ta260", "15 days in each of 3 months: met; 14 in each: not met; 14 in only 2: missing"),
        ("us-wa-lni", "a fall of exactly 50 % is not enough"),
        ("us-wa-lni", "4 given: met; 5 given: not met"),
        ("us-wa-lni", "2: met; 1: not met; one that was unsuitable and never taken does not count"),
        ("eu-ehf-2018", "29.9 % with fewer than 3 courses: missing"),
        ("ca-qc-inesss", "1: met; 0: not met"),
        ("ca-qc-inesss", "In the file: The opinion itself was not read"),
    ],
)
def test_what_happens_exactly_on_a_line_is_in_words(policy_id: str, words: str) -> None:
    assert words in " ".join(chapter(f"### `{policy_id}`").split())


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (
            "exactly 3 months: `watch`; 3.5 months: `likely`; 14 headache days: `watch`",
            "## Medication overuse",
        ),
        ("| Simple painkillers | 15 or more | 14: `not_likely` | 15: `likely` |", "## Medication overuse"),
        ("| Several kinds together | 10 or more | 9: `not_likely` | 10: `likely` |", "## Medication overuse"),
        (
            "light alone: not met; sound alone: not met; light and sound together: met",
            "## Features of migraine",
        ),
        ("2 or more of 4", "## Features of migraine"),
        ("grade 1: 0–5; grade 2: 6–10; grade 3: 11–20; grade 4: 21–270", "## Scores"),
        ("| `unsuitable` | not safe or not suitable | counts |", "## Preventive treatment"),
        ("under 8 weeks; exactly 8 is not short", "## Preventive treatment"),
        ("more than 1 day off", "## Answers that do not fit together"),
        ("30.7 were found when they scored", "## How often it is right"),
        ("recalled 11.1 headache days where their diary had 13.7", "## How often it is right"),
    ],
)
def test_numbers_of_the_code_stand_in_their_chapter(words: str, title: str) -> None:
    assert words in " ".join(chapter(title).split())


def test_every_file_it_links_to_is_there() -> None:
    linked = re.findall(r"\]\((?!https://)([^)]+)\)", TEXT)
    assert linked
    assert not [name for name in linked if not (TARGET.parent / name).exists()]


def test_numbers_are_told_as_ranges() -> None:
    assert boundaries.spans([0, 1, 2, 5, 7, 8]) == "0–2, 5, 7–8"
    assert boundaries.spans([]) == "none"


def test_no_word_of_a_verdict_and_no_cell_that_breaks_its_table() -> None:
    assert not re.search(r"\b(eligib|approv|qualif)", TEXT, re.IGNORECASE)
    widths = [line.replace("\\|", "").count("|") for line in TEXT.splitlines() if line.startswith("|")]
    assert set(widths) <= {3, 4, 5, 7}
