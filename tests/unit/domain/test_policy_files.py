"""A policy file that is not right is refused with file, line and reason; a clinic's own files."""

from pathlib import Path
from typing import Final

import pytest

from app.domain import Status, answers_from_mapping
from app.domain.policies import Case
from app.domain.policy_files import PolicyFileError, load_policies, read_policy, shipped_policies

GOOD: Final = """id = "xx-test"
version = "2026-01"
issuer = "Someone"
jurisdiction = "Somewhere"
title = "Something"
published = "2026"
source = "https://example.org/policy"
checked = "2026-11-22"

[[start]]
id = "adult"
kind = "amount_at_least"
amount = "age_years"
least = 18

[[start]]
id = "tried"
kind = "medicines_tried"
least = 3
results = ["no_benefit"]

[[continue]]
id = "fall"
kind = "reduction_at_least"
percent = 30
"""


ADULT: Final = 'kind = "amount_at_least"\namount = "age_years"\nleast = 18'


def written(folder: Path, text: str, name: str = "test.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    policy = read_policy(written(tmp_path, GOOD))
    assert [each.id for each in policy.start] == ["adult", "tried"]
    assert [each.id for each in policy.continuing] == ["fall"]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('kind = "medicines_tried"', 'kind = "guess"', 18, "there is no kind 'guess'"),
        ('kind = "medicines_tried"\n', "", 16, "there is no kind 'None'"),
        ('source = "https://example.org/policy"\n', "", 1, "source is missing"),
        ('source = "https', 'source = "http', 7, "https address"),
        ('title = "Something"', 'title = " "', 5, "title is missing"),
        ('title = "Something"', "title = 3", 5, "title is missing"),
        ('id = "xx-test"', 'id = "XX test"', 1, "lower-case"),
        ('checked = "2026-11-22"', 'checked = "2026-13-22"', 8, "checked must be a date"),
        ('checked = "2026-11-22"', 'checked = "soon"', 8, "checked must be a date"),
        ('published = "2026"', 'published = "20260101"', 6, "published must be a date"),
        ('version = "2026-01"', 'version = "web"', 2, "version must be a date"),
        ('checked = "2026-11-22"', 'checked = "2026-11-22"\nmood = "good"', 9, "'mood' is not known"),
        ("least = 3", "least = -1", 19, "from 0 to 1000"),
        ("least = 3", "least = 1001", 19, "from 0 to 1000"),
        ("least = 3", "least = 3.5", 19, "whole number"),
        ("least = 3", "least = true", 19, "whole number"),
        ("least = 3", 'least = "3"', 19, "whole number"),
        ("least = 3\n", "", 16, "tried: least is missing"),
        ("least = 3", "least = 3\nmost = 4", 20, "has no 'most'"),
        ('["no_benefit"]', '["helped"]', 20, "results cannot be 'helped'"),
        ('["no_benefit"]', "[]", 20, "something in it"),
        ('["no_benefit"]', "[3]", 20, "results cannot be 3"),
        ('["no_benefit"]', '[["no_benefit"]]', 20, "results cannot be ['no_benefit']"),
        ('["no_benefit"]', '["no_benefit", {}]', 20, "results cannot be {}"),
        ('["no_benefit"]', "[2026-11-22]", 20, "results cannot be datetime.date(2026, 11, 22)"),
        ('["no_benefit"]', '"no_benefit"', 20, "a list"),
        ('"age_years"', '"shoe_size"', 13, "amount cannot be 'shoe_size'"),
        ('"age_years"', '"headache_days"', 13, "amount cannot be 'headache_days'"),
        ('"age_years"', "3", 13, "amount must be text"),
        (ADULT, 'kind = "answer_yes"\nanswer = "counted_from"', 13, "answer cannot be 'counted_from'"),
        (ADULT, 'kind = "answer_yes"\nanswer = "age_years"', 13, "answer cannot be 'age_years'"),
        ('id = "tried"', 'id = "adult"', 17, "'adult' stands twice"),
        ('id = "tried"\n', "", 16, "needs an id"),
        ('id = "fall"', 'id = "A Fall"', 23, "needs an id"),
        ("percent = 30", "percent = 2000", 25, "from 0 to 1000"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert old in GOOD
    with pytest.raises(PolicyFileError) as refused:
        read_policy(written(tmp_path, GOOD.replace(old, new, 1)))
    assert str(refused.value).startswith(f"test.toml, line {line}: ")
    assert reason in str(refused.value)


def test_both_ends_of_the_numbers_are_taken(tmp_path: Path) -> None:
    for number in (0, 1000):
        read_policy(written(tmp_path, GOOD.replace("least = 3", f"least = {number}")))


def test_the_shortest_trial_of_a_policy_is_taken_in_days(tmp_path: Path) -> None:
    trials = [{"medicine": "topiramate", "weeks": 8, "result": "no_benefit"}]
    case = Case(answers_from_mapping({"preventives": trials}))
    found = {}
    for days in (56, 60):
        text = GOOD.replace("least = 3", f"least = 1\nshortest_days = {days}")
        found[days] = read_policy(written(tmp_path, text)).start[1].check(case).status
    assert found == {56: Status.MET, 60: Status.NOT_MET}


HEAD: Final = GOOD[: GOOD.index("[[start]]")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD, "at least one"),
        (HEAD + "start = 3\n", "line 10: requirements are written as"),
        (HEAD + "start = [3]\n", "line 1: each requirement needs an id"),
        (HEAD + "= 3", "line 10"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(PolicyFileError, match=reason):
        read_policy(written(tmp_path, text))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_bytes(b'id = "\xff"')
    for name in ("odd.toml", "none.toml"):
        with pytest.raises(PolicyFileError, match=name):
            read_policy(tmp_path / name)


@pytest.mark.parametrize("opened", ["[", '{"a"='])
def test_a_file_that_is_nested_without_end_is_refused(tmp_path: Path, opened: str) -> None:
    with pytest.raises(PolicyFileError) as refused:
        read_policy(written(tmp_path, "start = " + opened * 100_000))
    assert str(refused.value) == "test.toml: this is no policy file"


def test_a_byte_order_mark_moves_no_line(tmp_path: Path) -> None:
    marked = written(tmp_path, "\ufeff" + GOOD)
    assert read_policy(marked).id == "xx-test"
    assert "xx-test" in {policy.id for policy in load_policies(tmp_path).policies}
    with pytest.raises(PolicyFileError) as refused:
        read_policy(written(tmp_path, "\ufeff" + GOOD.replace('"xx-test"', '"XX"')))
    assert str(refused.value).startswith("test.toml, line 1: ")


def test_a_setting_of_the_wrong_kind_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError) as refused:
        read_policy(written(tmp_path, GOOD.replace('"age_years"', "3")))
    assert str(refused.value) == "test.toml, line 13: amount must be text"


def test_the_same_policy_in_two_files_is_refused(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "a.toml")
    written(tmp_path, GOOD, "b.toml")
    with pytest.raises(PolicyFileError, match=r"b\.toml, line 1: another file"):
        load_policies(tmp_path)


def test_a_clinic_adds_replaces_and_withdraws(tmp_path: Path) -> None:
    loaded = load_policies(tmp_path)
    assert loaded.policies == shipped_policies()
    assert loaded.notices == ()
    written(tmp_path, GOOD)
    written(tmp_path, GOOD.replace("xx-test", "us-wa-lni"), "newer.toml")
    written(tmp_path, "", "eu-ehf-2018.withdrawn")
    loaded = load_policies(tmp_path)
    found = {policy.id: policy.version for policy in loaded.policies}
    assert found["xx-test"] == found["us-wa-lni"] == "2026-01"
    assert "eu-ehf-2018" not in found
    assert list(found) == sorted(found)
    assert set(loaded.notices) == {
        "Policy xx-test: version 2026-01 is the clinic's own.",
        "Policy us-wa-lni: version 2026-01 takes the place of version 2018-07-13.",
        "Policy eu-ehf-2018 is withdrawn.",
    }


def test_a_policy_of_the_clinic_stands_in_the_order_of_the_ids(tmp_path: Path) -> None:
    written(tmp_path, GOOD.replace("xx-test", "ca-test"))
    ids = [policy.id for policy in load_policies(tmp_path).policies]
    assert ids == sorted(["ca-test", *(policy.id for policy in shipped_policies())])


def test_policies_of_the_clinic_are_told_in_the_order_of_their_files(tmp_path: Path) -> None:
    ids = [f"xx-test-{letter}" for letter in "abcdefgh"]
    for policy_id in reversed(ids):
        written(tmp_path, GOOD.replace("xx-test", policy_id), f"{policy_id}.toml")
    assert load_policies(tmp_path).notices == tuple(
        f"Policy {policy_id}: version 2026-01 is the clinic's own." for policy_id in ids
    )


def test_withdrawals_are_told_in_the_order_of_the_ids(tmp_path: Path) -> None:
    ids = sorted(policy.id for policy in shipped_policies())
    for policy_id in reversed(ids):
        written(tmp_path, "", f"{policy_id}.withdrawn")
    loaded = load_policies(tmp_path)
    assert loaded.notices == tuple(f"Policy {policy_id} is withdrawn." for policy_id in ids)
    assert loaded.policies == ()


@pytest.mark.parametrize("version", ["2018-07-13", "2018-07-12", "2017"])
def test_only_a_newer_file_takes_the_place_of_a_shipped_one(tmp_path: Path, version: str) -> None:
    written(tmp_path, GOOD.replace("xx-test", "us-wa-lni").replace('"2026-01"', f'"{version}"'))
    with pytest.raises(PolicyFileError, match=r"test\.toml, line 2: .* is not newer than 2018-07-13"):
        load_policies(tmp_path)


def test_withdrawing_what_is_not_there_is_refused(tmp_path: Path) -> None:
    written(tmp_path, "", "eu-ehf.withdrawn")
    with pytest.raises(PolicyFileError, match="no policy eu-ehf to withdraw"):
        load_policies(tmp_path)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "policies").write_text(GOOD)
    with pytest.raises(PolicyFileError, match="policies must be a folder of policy files"):
        load_policies(tmp_path / "policies")


def test_a_folder_that_is_not_there_differs_in_nothing(tmp_path: Path) -> None:
    loaded = load_policies(tmp_path / "policies")
    assert (loaded.policies, loaded.notices) == (shipped_policies(), ())


def test_files_that_are_not_used_are_told_first_and_change_nothing(tmp_path: Path) -> None:
    for name in ("own.toml.bak", "own.TOML", "README", "us-wa-lni", "eu-ehf-2018.Withdrawn"):
        written(tmp_path, GOOD, name)
    written(tmp_path, GOOD)
    (tmp_path / "older").mkdir()
    loaded = load_policies(tmp_path)
    unused = sorted(("own.toml.bak", "own.TOML", "README", "us-wa-lni", "eu-ehf-2018.Withdrawn", "older"))
    assert loaded.notices == (
        *(f"{name} is not used: a policy file ends in .toml, a withdrawal in .withdrawn." for name in unused),
        "Policy xx-test: version 2026-01 is the clinic's own.",
    )
    assert len(loaded.policies) == len(shipped_policies()) + 1
