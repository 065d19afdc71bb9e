"""The table of security requirements is whole, and every mark of a test names one of them."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tests.support.requirements import ROOT, Mark, MarkError, find_marks, load_requirements

# How many there are of each family, and which of them come first; written out so that none is lost.
FAMILIES = {"PAT": 21, "AUTH": 18, "SESS": 10, "AZ": 9, "WEB": 12, "IO": 13, "DAT": 16, "OPS": 10}
FIRST_WAVE = {
    "PAT": {*range(1, 11), 12, 13, *range(16, 20), 21},
    "AUTH": {*range(1, 10), 11, *range(13, 17)},
    "SESS": {*range(1, 7), 8},
    "AZ": {*range(1, 5), 6, 9},
    "WEB": {1, 2, *range(4, 9), 11},
    "IO": {*range(1, 6), 7, 9, 10, 13},
    "DAT": {1, 2, 5, 6, *range(8, 11), 13, 15},
    "OPS": {2, *range(5, 9), 10},
}
SOURCES = r"ASVS \d+\.\d+\.\d+ L[123]|ASVS (13\.1|appendix C)|WSTG-[A-Z]+-\d\d|NIST SP 800-63B-4"
SOURCES += r"|HIPAA (\([a-z0-9]+\))+|HIPAA contingency plan|GDPR art\. \d+|own"


def named(numbers: dict[str, set[int]]) -> set[str]:
    return {f"{family}-{number:02}" for family, those in numbers.items() for number in those}


def test_every_requirement_is_in_the_table_once() -> None:
    found = [each.id for each in load_requirements()]
    assert len(found) == len(set(found)) == 109
    assert set(found) == named({family: set(range(1, most + 1)) for family, most in FAMILIES.items()})


def test_the_first_wave_is_what_was_chosen() -> None:
    first = {each.id for each in load_requirements() if each.is_first_wave}
    assert len(first) == 76
    assert first == named(FIRST_WAVE)


def test_families_stand_together_in_order() -> None:
    ids = [each.id for each in load_requirements()]
    order = list(FAMILIES)
    assert ids == sorted(ids, key=lambda each: (order.index(each.split("-")[0]), each))


def test_every_requirement_has_words_and_known_sources() -> None:
    for each in load_requirements():
        assert 30 < len(each.says) < 300, each.id
        assert not each.says.endswith("."), each.id
        assert "|" not in each.says + each.deviation, each.id
        assert each.sources, each.id
        assert all(re.fullmatch(SOURCES, source) for source in each.sources), each.id


def test_each_part_of_a_requirement_is_shown_by_a_test() -> None:
    """A part without one would be a requirement that nobody can hold."""
    shown = {(mark.requirement_id, mark.part) for mark in find_marks()}
    wanted = {(each.id, part) for each in load_requirements() for part in each.parts}
    assert len(wanted) > 20
    assert not wanted - shown


def test_no_two_requirements_say_the_same() -> None:
    assert max(Counter(each.says for each in load_requirements()).values()) == 1


def test_every_mark_names_a_requirement() -> None:
    known = {each.id for each in load_requirements()}
    unknown = [mark for mark in find_marks() if mark.requirement_id not in known]
    assert not unknown


def test_no_test_names_a_requirement_twice() -> None:
    counted = Counter((mark.requirement_id, mark.test) for mark in find_marks())
    assert not [each for each, times in counted.items() if times > 1]


def test_the_threat_model_names_requirements_that_there_are() -> None:
    text = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
    rows = text.partition("what stands against it")[2].partition("\n## What the law")[0].splitlines()
    named = [re.findall(r"([A-Z]{2,4})-(\d\d(?:(?:, | to )\d\d)*)", row) for row in rows if "---" not in row]
    assert sum(map(bool, named)) > 20
    for family, numbers in re.findall(r"\b([A-Z]{2,4})-(\d\d(?:(?:, | to )\d\d)*)", text):
        if family in FAMILIES:
            assert max(map(int, re.findall(r"\d\d", numbers))) <= FAMILIES[family], (family, numbers)


# --- how marks are read ---------------------------------------------------------------------------


def marks_in(folder: Path, *lines: str) -> list[Mark]:
    folder.joinpath("test_one.py").write_text("\n".join((*lines, "def test_it(): ...", "")))
    return find_marks(folder)


def test_a_mark_may_name_several_and_a_part(tmp_path: Path) -> None:
    marks = marks_in(
        tmp_path,
        '@pytest.mark.requirement("PAT-02", "PAT-03")',
        '@pytest.mark.parametrize("x", [1])',
        '@pytest.mark.requirement("IO-06", part="in characters")',
    )
    test = f"{tmp_path.name}/test_one.py::test_it"
    assert marks == [Mark("PAT-02", test, ""), Mark("PAT-03", test, ""), Mark("IO-06", test, "in characters")]


@pytest.mark.parametrize(
    "line",
    [
        "@pytest.mark.requirement",
        "@pytest.mark.requirement()",
        '@pytest.mark.requirement("A-" + str(1))',
        "@pytest.mark.requirement(1)",
        '@pytest.mark.requirement("PAT-02", parts="a word too many")',
        'pytestmark = pytest.mark.requirement("PAT-02")',
        '@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.requirement("PAT-02"))])',
    ],
)
def test_a_mark_that_cannot_be_read_is_refused(line: str, tmp_path: Path) -> None:
    with pytest.raises(MarkError, match=r"test_one\.py"):
        marks_in(tmp_path, line)
