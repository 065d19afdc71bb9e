"""The security report says no more than the tests show, and is written from the marks there are now."""

from pathlib import Path

import pytest

from tests.support import security_report
from tests.support.requirement_run import FAILED, NOT_RUN, Outcomes, State, state_of
from tests.support.requirements import Mark, Requirement, find_marks, load_requirements
from tests.support.security_report import document, is_current, main, make_rows

A, B, C = (f"tests/checks/test_it.py::test_{letter}" for letter in "abc")
SAYS = "A thing is held in such a way that a test can decide it"
ONE = Requirement("PAT-01", SAYS, ("ASVS 1.2.3 L1", "own"), True, "")
TWO = Requirement("OPS-10", SAYS, ("own",), False, "It costs less this way.")
RAN_ON = "Last run on Python 3, SQLite 3 and PostgreSQL 16."


def whole(test: str) -> Mark:
    return Mark("PAT-01", test, "")


def part(test: str, words: str) -> Mark:
    return Mark("PAT-01", test, words)


@pytest.mark.parametrize(
    ("marks", "results", "state"),
    [
        ([], {}, State.NOT_HELD),
        ([whole(A)], {A: "passed"}, State.HELD),
        ([whole(A), whole(B)], {A: "passed", B: "passed (3)"}, State.HELD),
        ([whole(A), whole(B)], {A: "passed", B: FAILED}, State.FAILED),
        ([whole(A), part(B, "half")], {A: "passed", B: "passed"}, State.HELD),
        ([whole(A), part(B, "half")], {A: "passed", B: FAILED}, State.FAILED),
        ([part(A, "half"), part(B, "more")], {A: "passed", B: "passed"}, State.IN_PART),
        ([whole(A)], {}, State.NOT_HELD),
        ([whole(A)], {A: NOT_RUN}, State.NOT_HELD),
        ([whole(A), whole(B)], {A: "passed", B: NOT_RUN}, State.IN_PART),
        ([whole(A), part(B, "half")], {A: NOT_RUN, B: "passed"}, State.IN_PART),
    ],
)
def test_a_state_is_never_better_than_its_tests(
    marks: list[Mark], results: dict[str, str], state: State
) -> None:
    assert state_of(marks, results) is state


@pytest.mark.parametrize(
    ("marks", "results", "state"),
    [
        ([part(A, "half")], {A: "passed"}, State.IN_PART),
        ([part(A, "half"), part(B, "rest")], {A: "passed", B: "passed"}, State.HELD),
        ([part(A, "half"), part(B, "other")], {A: "passed", B: "passed"}, State.IN_PART),
        ([part(A, "half"), part(B, "rest")], {A: "passed", B: FAILED}, State.FAILED),
        ([part(A, "half"), part(B, "rest")], {A: "passed", B: NOT_RUN}, State.IN_PART),
        ([part(A, "half"), part(B, "rest"), part(C, "rest")], {A: "passed", B: "passed"}, State.IN_PART),
        ([part(A, "half"), part(B, "rest"), part(C, "more")], {A: "passed", B: "passed"}, State.HELD),
        ([whole(A)], {A: "passed"}, State.HELD),
        ([], {}, State.NOT_HELD),
    ],
)
def test_tests_of_all_parts_hold_a_requirement_together(
    marks: list[Mark], results: dict[str, str], state: State
) -> None:
    assert state_of(marks, results, ("half", "rest")) is state


@pytest.mark.parametrize(
    ("ended", "result"),
    [
        ([("call", "passed")], "passed"),
        ([("setup", "passed"), ("call", "passed"), ("teardown", "passed")] * 3, "passed (3)"),
        ([("call", "passed"), ("call", "failed")], FAILED),
        ([("call", "passed"), ("teardown", "failed")], FAILED),
        ([("setup", "failed")], FAILED),
        ([("setup", "skipped")], NOT_RUN),
        ([("setup", "skipped"), ("call", "passed")], "passed"),
    ],
)
def test_a_result_counts_every_case(ended: list[tuple[str, str]], result: str) -> None:
    outcomes = Outcomes()
    for number, (when, outcome) in enumerate(ended):
        report = pytest.TestReport(f"{A}[{number}]", ("", None, ""), {}, outcome, None, when)  # type: ignore[arg-type]
        outcomes.pytest_runtest_logreport(report)
    assert outcomes.results() == {A: result}


def page(marks: list[Mark], results: dict[str, str]) -> str:
    return document(make_rows([ONE, TWO], marks, results), results, RAN_ON)


def row_of(text: str, name: str) -> list[str]:
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {name}")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_row_says_what_is_held_by_which_test() -> None:
    text = page([whole(A), part(B, "half")], {A: "passed", B: "passed (2)"})
    tests = f"`{A}` passed<br>`{B}` passed (2)"
    assert row_of(text, "PAT-01") == ["PAT-01 ★", SAYS, "**held**", tests, "ASVS 1.2.3 L1, own"]
    assert row_of(text, "OPS-10") == [
        "OPS-10",
        f"{SAYS}<br>*Otherwise on purpose:* It costs less this way.",
        "**not held yet**",
        "",
        "own",
    ]


def test_what_is_held_in_part_is_named_once_and_a_failure_is_seen() -> None:
    parts = [part(A, "half"), part(B, "half"), part(C, "a bit more")]
    text = page(parts, dict.fromkeys((A, B, C), "passed"))
    assert row_of(text, "PAT-01")[2] == "**in part**: half; a bit more"
    failed = page(parts, {A: "passed", B: FAILED, C: "passed"})
    assert row_of(failed, "PAT-01")[2] == "**FAILED**"
    assert f"`{B}` FAILED" in failed


def test_the_summary_counts_each_requirement_once() -> None:
    text = page([whole(A)], {A: "passed"})
    assert row_of(text, "first wave") == ["first wave", "1", "0", "0", "0", "1"]
    assert row_of(text, "later") == ["later", "0", "0", "1", "0", "1"]
    assert row_of(text, "all") == ["all", "1", "0", "1", "0", "2"]


def test_a_page_is_current_until_a_mark_comes_or_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security_report, "TARGET", tmp_path / "report.md")
    marks = [part(A, "a bit"), part(B, "half")]
    assert not is_current([ONE, TWO], marks)
    (tmp_path / "report.md").write_text(page(marks, {A: "passed (7)", B: NOT_RUN}), "utf-8")
    assert is_current([ONE, TWO], marks)
    assert not is_current([ONE, TWO], marks[:1])
    assert not is_current([ONE, TWO], [*marks, whole(C)])
    assert not is_current([ONE, TWO], [whole(A), marks[1]])
    assert not is_current([ONE, TWO], [marks[0], part(B, "another half")])
    assert not is_current([ONE], marks)


@pytest.mark.parametrize(("status", "code"), [(0, 0), (1, 1), (5, 1)])
def test_the_command_ends_as_its_tests_did(
    status: int, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = find_marks()
    results = dict.fromkeys((mark.test for mark in marks), "passed" if status == 0 else FAILED)
    monkeypatch.setattr(security_report, "ROOT", tmp_path)
    monkeypatch.setattr(security_report, "TARGET", tmp_path / "report.md")
    monkeypatch.setattr(security_report, "run_tests", lambda _: (status, results))
    monkeypatch.setattr(security_report, "versions", lambda: RAN_ON)
    assert main([]) == code
    assert main(["--check"]) == 0
    text = (tmp_path / "report.md").read_text("utf-8")
    assert all(f"| {each.id}" in text for each in load_requirements())
    assert ("FAILED |" not in text.partition("## The")[2]) is (status == 0)


def test_no_mark_breaks_a_table() -> None:
    assert not [mark for mark in find_marks() if "|" in mark.part or "\n" in mark.part]
