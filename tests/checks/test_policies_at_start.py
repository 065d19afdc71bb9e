"""A clinic's own policies: a file that is not right stops the start with file, line and reason."""

import json
from pathlib import Path

import pytest
from click import Command

from app.commands.accounts import create_administrator, invite_clinician
from app.commands.assess import assess_answers
from app.commands.init import init
from app.commands.reassess import reassess_screenings
from app.commands.seed_demo import seed_demo
from app.domain.policy_files import SHIPPED
from tests.checks.commands import Run, failed, failed_after_work, flask, installed, serve, succeeded

OWN = """id = "xx-own"
version = "2026"
issuer = "Our clinic"
jurisdiction = "here"
title = "What we ask"
published = "2026"
source = "https://example.org/policy"
checked = "2026-11-22"

[[start]]
id = "adult"
kind = "amount_at_least"
amount = "age_years"
least = 18
"""
NICE = (SHIPPED / "uk-nice-ta260.toml").read_text("utf-8")
# File name, what stands in it, and how the refusal begins.
WRONG = {
    "a number": ("own.toml", OWN.replace("least = 18", "least = -1"), "own.toml, line 14: least must be"),
    "a kind": ("own.toml", OWN.replace("amount_at_least", "guess"), "own.toml, line 12: adult: there is no"),
    "no TOML": ("own.toml", OWN + "= 3", "own.toml: "),
    "no text": ("own.toml", "\0\1\2", "own.toml: "),
    "not newer": ("own.toml", NICE, "own.toml, line "),
    "no text in a list": (
        "own.toml",
        OWN.replace('"amount_at_least"', '"medicines_tried"\nresults = [[]]'),
        "own.toml, line 13: results cannot be []",
    ),
    "no end": ("own.toml", "id = " + "[" * 100_000, "own.toml: this is no policy file"),
    "withdrawn": ("uk-nise.withdrawn", "", "uk-nise.withdrawn: there is no policy uk-nise to withdraw"),
}
each_wrong = pytest.mark.parametrize("wrong", WRONG)


def put(data_dir: Path, name: str, contents: str) -> None:
    folder = data_dir / "policies"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / name).write_text(contents, encoding="utf-8")


@pytest.fixture
def installation(run: Run, data_dir: Path) -> Path:
    """An installation with someone who can sign in: `init` has nothing to say but that all is well."""
    succeeded(run(init))
    return data_dir


# --- refusing -------------------------------------------------------------------------------------


@each_wrong
@pytest.mark.parametrize("command", [create_administrator, invite_clinician, reassess_screenings, seed_demo])
def test_every_command_that_opens_the_installation_refuses_with_one_line(
    command: Command, wrong: str, run: Run, installation: Path
) -> None:
    name, contents, begins = WRONG[wrong]
    put(installation, name, contents)
    assert failed(run(command)).startswith(begins)


@each_wrong
def test_init_refuses_and_keeps_what_it_has_made(wrong: str, run: Run, data_dir: Path) -> None:
    name, contents, begins = WRONG[wrong]
    put(data_dir, name, contents)
    assert failed_after_work(run(init)).startswith(begins)
    (data_dir / "policies" / name).unlink()
    assert "The database is up to date" in succeeded(run(init))


def test_assessing_a_file_refuses_the_same_way(run: Run, installation: Path, tmp_path: Path) -> None:
    name, contents, begins = WRONG["a number"]
    put(installation, name, contents)
    answers = tmp_path / "answers.json"
    answers.write_text("{}")
    assert failed(run(assess_answers, str(answers))).startswith(begins)


@pytest.mark.parametrize("name", ["app", "patient_app", "clinic_app"])
def test_no_app_starts_and_one_line_says_why(name: str, installation: Path) -> None:
    file, contents, begins = WRONG["a number"]
    put(installation, file, contents)
    refused = serve(installation, name)
    assert (refused.returncode, refused.stdout) == (1, "")
    (line,) = refused.stderr.splitlines()
    assert line == f"The screening cannot start. {begins} from 0 to 1000"


@pytest.mark.parametrize("wrong", ["no TOML", "not newer", "withdrawn"])
def test_whatever_is_wrong_the_start_ends_with_one_line(wrong: str, installation: Path) -> None:
    name, contents, begins = WRONG[wrong]
    put(installation, name, contents)
    refused = serve(installation)
    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert line.startswith(f"The screening cannot start. {begins}")


def test_a_file_in_place_of_the_folder_is_refused_by_commands_and_the_server(
    run: Run, installation: Path
) -> None:
    (installation / "policies").write_text(OWN)
    said = "policies must be a folder of policy files"
    assert failed(run(reassess_screenings)) == said
    refused = serve(installation)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == [f"The screening cannot start. {said}"]


def test_the_command_line_about_the_app_refuses_as_the_server_does(installation: Path) -> None:
    name, contents, begins = WRONG["a number"]
    put(installation, name, contents)
    refused = flask(installation, "routes")
    assert refused.returncode != 0
    (line,) = refused.stderr.splitlines()
    assert line.startswith(f"The screening cannot start. {begins}")


# --- saying what differs --------------------------------------------------------------------------


def test_without_a_file_nothing_is_said(installation: Path) -> None:
    started = serve(installation)
    assert (started.returncode, started.stdout, started.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["app", "patient_app", "clinic_app"])
def test_each_way_in_which_the_policies_differ_is_said_at_the_start(name: str, installation: Path) -> None:
    put(installation, "own.toml", OWN)
    put(installation, "nice.toml", NICE.replace('version = "2026"', 'version = "2099"', 1))
    put(installation, "us-wa-lni.withdrawn", "")
    started = serve(installation, name)
    assert (started.returncode, started.stdout) == (0, "")
    assert sorted(started.stderr.splitlines()) == [
        "Policy uk-nice-ta260: version 2099 takes the place of version 2026.",
        "Policy us-wa-lni is withdrawn.",
        "Policy xx-own: version 2026 is the clinic's own.",
    ]


def test_a_file_that_is_not_used_is_said_at_the_start(installation: Path) -> None:
    put(installation, "own.toml.bak", OWN)
    put(installation, "byte-order.toml", "\ufeff" + OWN)
    started = serve(installation)
    assert (started.returncode, started.stdout) == (0, "")
    assert started.stderr.splitlines() == [
        "own.toml.bak is not used: a policy file ends in .toml, a withdrawal in .withdrawn.",
        "Policy xx-own: version 2026 is the clinic's own.",
    ]


def test_the_store_works_by_the_policies_of_the_folder(installation: Path) -> None:
    put(installation, "own.toml", OWN)
    put(installation, "us-wa-lni.withdrawn", "")
    store = installed(installation)
    ids = [policy.id for policy in store.policies.policies]
    store.database.close()
    assert "xx-own" in ids
    assert "us-wa-lni" not in ids
    assert ids == sorted(ids)
    assert len(ids) == 8


def test_assessing_a_file_works_by_the_policies_of_the_folder(
    run: Run, installation: Path, tmp_path: Path
) -> None:
    put(installation, "own.toml", OWN)
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"age_years": 40}))
    line = json.loads(succeeded(run(assess_answers, str(answers))))
    assert [each["status"] for each in line["policies"] if each["id"] == "xx-own"] == ["met"]


def test_a_command_says_nothing_of_policies_that_are_right(run: Run, installation: Path) -> None:
    """What a command prints is read by programs; the notices are for whoever starts the server."""
    put(installation, "own.toml", OWN)
    assert succeeded(run(seed_demo, "--count", "1")) == "Stored 1 demonstration screenings.\n"
