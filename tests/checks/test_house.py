"""The rules of the house: what the set-up commands promise, and what no committed file may hold."""

import ast
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")
TEXT_ENDINGS = {"", ".cfg", ".css", ".csv", ".html", ".in", ".ini", ".js", ".json", ".mako", ".md"}
TEXT_ENDINGS |= {".po", ".pot", ".py", ".sh", ".svg", ".toml", ".txt", ".yaml", ".yml"}
MAX_FUNCTION_LINES = 40
MAX_FILE_LINES = 300

# --- the set-up script ----------------------------------------------------------------------------


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A folder with the script and its locks, and a bin/ that holds all the programs there are."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "bin").mkdir()
    for name in ("scripts/bootstrap.sh", *LOCKS):
        shutil.copy(ROOT / name, tmp_path / name)
    for program in ("dirname", "rm", "sh"):
        found = shutil.which(program)
        assert found, f"{program} is missing on this machine"
        (tmp_path / "bin" / program).symlink_to(found)
    return tmp_path


def pretend_python(folder: Path, name: str, version: str, *, venv: str = "exit 0") -> None:
    """A program that answers the script's questions as a Python of that version would."""
    new_enough = "exit 0" if version.startswith("3.1") and version >= "3.11" else "exit 1"
    program = folder / "bin" / name
    program.write_text(
        "#!/bin/sh\n"
        'case "$*" in\n'
        f"*'< (3, 11)'*) {new_enough} ;;\n"
        f"*ensurepip*) {venv} ;;\n"
        f"*version_info*) echo {version} ;;\n"
        "*'-m venv'*) mkdir .venv; echo 'no space left' >&2; exit 1 ;;\n"
        "esac\n"
    )
    program.chmod(0o755)


def bootstrap(folder: Path, lock: str = "runtime") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "scripts/bootstrap.sh", lock],
        cwd=folder,
        env={"PATH": str(folder / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def assert_stopped_with(done: subprocess.CompletedProcess[str], folder: Path, *words: str) -> None:
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    for word in words:
        assert word in done.stderr
    assert not (folder / ".venv").exists()


def test_a_too_old_python_is_named_with_the_cure(workshop: Path) -> None:
    pretend_python(workshop, "python3", "3.9.18")
    done = bootstrap(workshop)
    assert_stopped_with(done, workshop, "python3 is Python 3.9.18", "3.11 or newer", "apt-get install")


def test_a_missing_python_is_named_with_the_cure(workshop: Path) -> None:
    done = bootstrap(workshop)
    assert_stopped_with(done, workshop, "python3 was not found", "3.11 or newer", "apt-get install")


def test_a_missing_venv_module_is_named_with_the_cure(workshop: Path) -> None:
    pretend_python(workshop, "python3", "3.12.1", venv="exit 1")
    done = bootstrap(workshop)
    assert_stopped_with(done, workshop, "python3 (3.12.1) lacks", "venv", "python3-venv")


def test_a_newer_python_on_the_path_is_taken_when_the_first_is_too_old(workshop: Path) -> None:
    pretend_python(workshop, "python3", "3.9.18")
    pretend_python(workshop, "python3.12", "3.12.1")
    assert "with python3.12 (3.12.1)" in bootstrap(workshop).stdout


def test_a_half_made_environment_is_removed(workshop: Path) -> None:
    (workshop / "bin" / "mkdir").symlink_to(shutil.which("mkdir") or "mkdir")
    pretend_python(workshop, "python3", "3.12.1")
    done = bootstrap(workshop)
    assert done.returncode == 1
    assert "could not make .venv" in done.stderr
    assert not (workshop / ".venv").exists()


def test_the_set_up_script_wants_to_know_which_lock(workshop: Path) -> None:
    done = bootstrap(workshop, "everything")
    assert (done.returncode, done.stderr.startswith("usage:")) == (2, True)


@pytest.mark.parametrize("script", ["bootstrap.sh", "check.sh", "serve.sh", "test.sh"])
def test_shell_scripts_can_be_parsed(script: str) -> None:
    subprocess.run(["sh", "-n", f"scripts/{script}"], cwd=ROOT, check=True)


def test_the_ci_script_can_be_run() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


# --- the commands ---------------------------------------------------------------------------------


def test_make_lists_every_command() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    declared = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())  # type: ignore[index]
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert targets == declared == set(re.findall(r"make ([a-z-]+) ", shown))


# --- the locks ------------------------------------------------------------------------------------


def pinned(lock: str) -> dict[str, str]:
    """Each requirement of a lock with all its hashes."""
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    lines = (line.strip() for line in text.splitlines())
    return {line.split("==")[0]: line for line in lines if line and not line.startswith("#")}


@pytest.mark.requirement("OPS-01", part="hashes of every package")
@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_with_hashes(lock: str) -> None:
    faults = [
        line[:60]
        for line in pinned(lock).values()
        if not re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", line)
    ]
    assert not faults


@pytest.mark.parametrize("name", [*LOCKS, "requirements.in", "requirements-dev.in"])
def test_requirements_hold_no_option_but_hashes(name: str) -> None:
    options = set(re.findall(r"(?:^|\s)(-[-\w]+)", re.sub("#.*", "", (ROOT / name).read_text())))
    assert options <= {"--hash", "-r"}


def test_tests_run_what_the_product_runs() -> None:
    runtime, development = (pinned(lock) for lock in LOCKS)
    different = {name for name, line in runtime.items() if development.get(name) != line}
    assert not different


# Below these, a weakness is known that matters here: forged cookies after a change of keys, forms that
# exhaust the server, and files that execute what they hold.
FLOORS = {
    "cryptography": (42, 0, 4),
    "flask": (3, 1, 1),
    "jinja2": (3, 1, 6),
    "sqlalchemy": (2, 0, 0),
    "werkzeug": (3, 1, 4),
}


@pytest.mark.requirement("OPS-02")
@pytest.mark.parametrize("lock", LOCKS)
def test_no_package_is_older_than_what_is_known_to_be_mended(lock: str) -> None:
    """One that is not in the lock at all fails, too: then nothing was looked at."""
    lines = pinned(lock)
    for name, least in FLOORS.items():
        version = lines[name].partition("==")[2].split()[0]
        assert tuple(map(int, re.findall(r"\d+", version)[:3])) >= least, name


# --- what is written ------------------------------------------------------------------------------


def project_files() -> list[Path]:
    """Everything that is or would be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def lines_of_text() -> Iterator[tuple[str, str]]:
    for path in project_files():
        if path.suffix in TEXT_ENDINGS:
            for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
                yield f"{path.relative_to(ROOT)}:{number}", line


# Each has one letter in brackets, so that this file does not hold what it looks for.
UNWELCOME = {
    "a package index": (
        r"p[y]pi\.|p[y]thonhosted|registry\.[n]pmjs|/[s]imple/|(?:PIP|UV)_[A-Z_]*I[N]DEX"
        r"|--(?:extra-|default-|no-)?i[n]dex\b|--f[i]nd-links|trusted-h[o]st"
    ),
    "a path of one machine": (r"(?<![\w.])/(?:w[o]rk|f[a]rm|r[o]ot|h[o]me/\w+|U[s]ers/\w+)/|\.l[i]brary\b"),
}


@pytest.mark.parametrize("what", UNWELCOME)
def test_no_file_names(what: str) -> None:
    found = [f"{place} {line[:80]}" for place, line in lines_of_text() if re.search(UNWELCOME[what], line)]
    assert not found, what


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b")
    found = [f"{place} {line[:80]}" for place, line in lines_of_text() if marks.search(line)]
    assert not found


def application_files() -> list[Path]:
    return [path for path in project_files() if path.suffix == ".py" and ROOT / "app" in path.parents]


def test_files_stay_short() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in application_files()}
    long = [f"{path.relative_to(ROOT)}: {n}" for path, n in lengths.items() if n > MAX_FILE_LINES]
    assert not long


def test_functions_stay_short() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in application_files()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert not long
