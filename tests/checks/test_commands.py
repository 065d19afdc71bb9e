"""The operator's commands: what they make, what they refuse, and one clear line when they fail."""

import re
import stat
from pathlib import Path

import pytest
from click import Command

from app.commands.accounts import create_administrator, invite_clinician
from app.commands.init import init
from app.commands.reassess import reassess_screenings
from app.commands.seed_demo import seed_demo
from app.services.accounts import InvitationError, find_invitation
from app.services.queue import queue_page
from app.storage.queue import QueueFilter
from app.web.context import now
from tests.checks.commands import Run, failed, failed_after_work, flask, installed, serve, succeeded
from tests.support.screenings import keep_unlisted, made

LINK = re.compile(r"http://127\.0\.0\.1:8000/clinic/set-up/(\S{43})")
UNREACHABLE = "postgresql+psycopg://nobody:canary-password@127.0.0.1:1/nothing"
CLOSED = {".": "0o700", "audit-anchors.jsonl": "0o600", "keyring": "0o600", "screening.db": "0o600"}


def modes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.iterdir() if not path.name.endswith("-journal"))
    found = {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in files}
    return {".": oct(stat.S_IMODE(folder.stat().st_mode)), **found}


# --- init -----------------------------------------------------------------------------------------


@pytest.mark.requirement("OPS-07")
def test_init_makes_an_installation_for_its_owner_alone(run: Run, data_dir: Path) -> None:
    said = succeeded(run(init))
    assert modes(data_dir) == CLOSED
    assert f"Made the data directory {data_dir}" in said
    assert "Keep a copy of it in a safe place." in said
    assert LINK.search(said)


@pytest.mark.requirement("OPS-07")
def test_init_can_be_run_again_and_changes_nothing(run: Run, data_dir: Path) -> None:
    succeeded(run(init))
    keyring = (data_dir / "keyring").read_bytes()
    said = succeeded(run(init))
    assert "The database is up to date" in said
    assert "Made" not in said
    assert (data_dir / "keyring").read_bytes() == keyring
    assert modes(data_dir) == CLOSED


@pytest.mark.requirement("AUTH-13")
def test_the_newest_link_for_the_first_account_works_and_the_older_does_not(run: Run, data_dir: Path) -> None:
    first, second = (LINK.search(succeeded(run(init))) for _ in range(2))
    assert first is not None
    assert second is not None
    store = installed(data_dir)
    assert find_invitation(store, second[1], now()).is_administrator
    with pytest.raises(InvitationError):
        find_invitation(store, first[1], now())
    store.database.close()


@pytest.mark.requirement("OPS-07")
def test_init_closes_a_database_that_was_open_to_others(run: Run, data_dir: Path) -> None:
    succeeded(run(init))
    (data_dir / "screening.db").chmod(0o644)
    succeeded(run(init))
    assert modes(data_dir)["screening.db"] == "0o600"


def test_a_data_directory_that_others_can_enter_is_closed_or_refused(run: Run, data_dir: Path) -> None:
    data_dir.mkdir(mode=0o755)
    data_dir.chmod(0o777)
    result = run(init)
    assert result.exit_code == 1 or modes(data_dir)["."] == "0o700"


def test_a_keyring_that_was_lost_is_never_made_anew_over_data(run: Run, data_dir: Path) -> None:
    succeeded(run(init))
    (data_dir / "keyring").unlink()
    said = failed(run(init))
    assert said.startswith(f"There is data but no keyring at {data_dir}/keyring. Restore the keyring")
    assert not (data_dir / "keyring").exists()


def test_a_database_that_was_lost_is_made_anew_with_the_same_keys(run: Run, data_dir: Path) -> None:
    succeeded(run(init))
    keyring = (data_dir / "keyring").read_bytes()
    (data_dir / "screening.db").unlink()
    assert "Made the database" in succeeded(run(init))
    assert (data_dir / "keyring").read_bytes() == keyring


@pytest.mark.requirement("DAT-05")
def test_a_keyring_that_others_can_read_is_refused_with_the_cure(run: Run, data_dir: Path) -> None:
    succeeded(run(init))
    (data_dir / "keyring").chmod(0o644)
    for command in (init, create_administrator, seed_demo):
        assert failed(run(command)) == f"Others can read the keyring. Run: chmod 600 {data_dir}/keyring"


@pytest.mark.parametrize(
    "contents", [b"nonsense\n", b"\xff\xfe\x00\x9f" * 20, b""], ids=["words", "bytes", "empty"]
)
def test_a_damaged_keyring_is_one_line(contents: bytes, run: Run, data_dir: Path) -> None:
    succeeded(run(init))
    (data_dir / "keyring").write_bytes(contents)
    for command in (init, create_administrator):
        assert "keyring" in failed(run(command))


def test_a_database_that_cannot_be_reached_is_one_line_without_its_password(run: Run) -> None:
    said = failed_after_work(run(init, DATABASE_URL=UNREACHABLE))
    assert said == "The database does not answer. Check DATABASE_URL and that the database runs."


@pytest.mark.parametrize("url", ["sqlite:nonsense", "postgresql://[", "postgresql:"])
def test_a_database_address_that_is_none_is_one_line(url: str, run: Run) -> None:
    succeeded(run(init))
    for command in (init, create_administrator, seed_demo):
        result = run(command, DATABASE_URL=url)
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1


def test_a_file_that_is_no_database_is_one_line(run: Run, data_dir: Path) -> None:
    succeeded(run(init))
    (data_dir / "screening.db").write_bytes(b"this is no database at all, " * 100)
    for command in (init, create_administrator, seed_demo):
        failed_after_work(run(command))


def test_a_data_directory_that_is_a_file_is_one_line(run: Run, data_dir: Path) -> None:
    data_dir.write_text("a file")
    assert failed(run(init)) == f"{data_dir} is not a directory. Move it away or set DATA_DIR."


def test_a_data_directory_that_cannot_be_made_is_one_line(run: Run, data_dir: Path) -> None:
    data_dir.write_text("a file")
    below = data_dir / "below"
    assert failed(run(init, DATA_DIR=str(below))) == f"{below} cannot be used: Not a directory."


@pytest.mark.parametrize(
    "command",
    [init, create_administrator, invite_clinician, reassess_screenings, seed_demo],
    ids=lambda each: each.name,
)
def test_an_unsafe_setting_is_one_line(command: Command, run: Run) -> None:
    assert failed(run(command, PORT="x")) == "PORT must be a number from 1 to 65535, not 'x'."
    assert failed(run(command, FLASK_DEBUG="1")).startswith("FLASK_DEBUG")


def test_init_completes_what_an_older_version_stored_and_says_so_once(run: Run, data_dir: Path) -> None:
    succeeded(run(init))
    store = installed(data_dir)
    ids = [keep_unlisted(store, made(store)) for _ in range(3)]
    assert "Prepared the queue for 3 earlier screenings." in succeeded(run(init))
    rows = queue_page(store, QueueFilter(), None).rows
    assert {row.screening.id for row in rows} == set(ids)
    assert all(row.listing is not None for row in rows)
    assert "Prepared the queue" not in succeeded(run(init))
    store.database.close()


# --- accounts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [create_administrator, invite_clinician, reassess_screenings, seed_demo],
    ids=lambda each: each.name,
)
def test_before_there_is_an_installation_the_cure_is_named(command: Command, run: Run) -> None:
    assert failed(run(command)).endswith("run: flask --app wsgi init")


@pytest.mark.parametrize(
    ("command", "is_administrator"), [(create_administrator, True), (invite_clinician, False)], ids=["a", "c"]
)
def test_an_invitation_is_a_link_that_works(
    command: Command, is_administrator: bool, run: Run, data_dir: Path
) -> None:
    succeeded(run(init))
    match = LINK.search(succeeded(run(command, "--email", "Ada@example.org")))
    assert match is not None
    store = installed(data_dir)
    invitation = find_invitation(store, match[1], now())
    assert (invitation.email, invitation.is_administrator) == ("Ada@example.org", is_administrator)
    store.database.close()


@pytest.mark.requirement("AUTH-16")
def test_a_link_leads_to_the_public_address(run: Run) -> None:
    succeeded(run(init))
    said = succeeded(run(create_administrator, PUBLIC_URL="https://screening.example.org"))
    assert "https://screening.example.org/clinic/set-up/" in said


@pytest.mark.parametrize("email", ["nobody", "a b@example.org", "x" * 250 + "@example.org", ""])
def test_an_address_that_is_none_is_refused(email: str, run: Run) -> None:
    succeeded(run(init))
    for command in (create_administrator, invite_clinician):
        result = run(command, "--email", email)
        assert result.exit_code == 2
        assert "is not an e-mail address. Write it like name@example.org." in " ".join(result.stderr.split())


# --- seed-demo ------------------------------------------------------------------------------------


def test_demonstrations_are_stored_and_marked(run: Run, data_dir: Path) -> None:
    succeeded(run(init))
    assert succeeded(run(seed_demo, "--count", "7")) == "Stored 7 demonstration screenings.\n"
    store = installed(data_dir)
    rows = queue_page(store, QueueFilter(), None).rows
    assert [row.screening.is_demonstration for row in rows] == [True] * 7
    assert all(row.listing is not None for row in rows)
    store.database.close()


@pytest.mark.parametrize(
    "arguments", [("--count", "0"), ("--count", "x"), ("--seed", "x"), ("--unheard-of",), ("extra",)]
)
def test_wrong_use_ends_with_two(arguments: tuple[str, ...], run: Run) -> None:
    result = run(seed_demo, *arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


# --- the real command line ------------------------------------------------------------------------


def test_the_command_line_makes_and_fills_an_installation(data_dir: Path) -> None:
    made = flask(data_dir, "init")
    assert (made.returncode, made.stderr) == (0, "")
    stored = flask(data_dir, "seed-demo", "--count", "3")
    assert (stored.returncode, stored.stdout) == (0, "Stored 3 demonstration screenings.\n")
    refused = flask(data_dir, "init", FLASK_DEBUG="1")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)


def test_every_command_explains_itself_without_an_installation(data_dir: Path) -> None:
    shown = flask(data_dir, "--help").stdout
    for name in ("init", "create-administrator", "invite-clinician", "people", "assess", "seed-demo"):
        assert re.search(rf"^  {name} +\S", shown, re.MULTILINE)
    assert not data_dir.exists()


def test_a_command_that_does_not_exist_ends_with_two(data_dir: Path) -> None:
    wrong = flask(data_dir, "unheard-of")
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr


@pytest.mark.requirement("DAT-05")
def test_the_product_does_not_start_without_its_keys_and_says_why(data_dir: Path) -> None:
    refused = serve(data_dir)
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        f"The screening cannot start. There is no keyring at {data_dir}/keyring. Put back the one that wrote "
        "the data or the backup; for a new installation alone, run: flask --app wsgi init"
    ]
