"""`assess`: a line for every row, a status that says whether all went well, no half file."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result

from app.commands.assess import assess_answers
from app.domain import answers_from_mapping, assess, assessment_to_mapping
from app.questionnaire import QUESTIONNAIRE_VERSION

STOPPED: Final = "Stopped. Nothing was stored; run the command again.\n"
ROOT: Final = Path(__file__).resolve().parents[3]
PERSON: Final[dict[str, Any]] = {
    "headache_days": 20,
    "migraine_days": 12,
    "months_at_this_frequency": 6,
}
JSON_LINES: Final = (
    json.dumps({"id": "a", **PERSON}) + "\noops\n" + json.dumps({"id": "c", "headache_days": 31})
)
CSV: Final = "id,headache_days,migraine_days,months_at_this_frequency\na,20,12,6\nb,2,1,6\n"


def run(*arguments: str | Path, given: str | bytes | None = None) -> Result:
    return CliRunner().invoke(
        assess_answers, [str(each) for each in arguments], input=given, catch_exceptions=False
    )


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def made(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def one_line(result: Result) -> str:
    """The single line that a command says on standard error."""
    [line] = result.stderr.splitlines()
    assert "Traceback" not in line
    return line


# --- what is written ------------------------------------------------------------------------------


def test_each_row_is_assessed_in_order_and_the_status_is_0() -> None:
    result = run(given="\n".join(json.dumps({"id": n, **PERSON}) for n in range(3)))
    expected = assessment_to_mapping(assess(answers_from_mapping(PERSON), QUESTIONNAIRE_VERSION))
    assert (result.exit_code, result.stderr) == (0, "")
    assert lines(result.stdout) == [{"id": n, **expected} for n in range(3)]


def test_a_wrong_row_has_its_error_in_its_place_and_the_status_is_1() -> None:
    result = run(given=JSON_LINES)
    first, second, third = lines(result.stdout)
    assert result.exit_code == 1
    assert first["outcome"] == "positive"
    assert second == {"row": 2, "error": "this line is not JSON"}
    assert (third["id"], third["row"], third["field"]) == ("c", 3, "headache_days")
    assert one_line(result) == "Rows with an error: 2. Each has a line with the reason."


@pytest.mark.parametrize("given", ["", "\n", "[]", "\ufeff"])
def test_without_rows_nothing_is_written_and_the_status_is_0(given: str) -> None:
    result = run(given=given)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("given", "outcomes"),
    [
        (json.dumps(PERSON), ["positive"]),
        (json.dumps(PERSON, indent=2), ["positive"]),
        (json.dumps([PERSON, {}]), ["positive", "cannot_tell"]),
        (json.dumps([PERSON, {}], indent=2), ["positive", "cannot_tell"]),
        (json.dumps(PERSON) + "\n{}\n", ["positive", "cannot_tell"]),
    ],
    ids=["object", "pretty object", "array", "pretty array", "lines"],
)
def test_json_may_be_an_object_an_array_or_lines(given: str, outcomes: list[str]) -> None:
    assert [line["outcome"] for line in lines(run(given=given).stdout)] == outcomes


# --- where it is read from ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", json.dumps([PERSON, PERSON])),
        ("a.JSON", json.dumps([PERSON, PERSON])),
        ("a.jsonl", (json.dumps(PERSON) + "\n") * 2),
        ("a.ndjson", (json.dumps(PERSON) + "\n") * 2),
        ("a.csv", "headache_days\n20\n3\n"),
        ("a.CSV", "headache_days\r\n20\r\n3\r\n"),
        ("a.csv", b"\xef\xbb\xbfheadache_days,id\n20,1\n3,2\n"),
        ("a.csv", b'\xef\xbb\xbf"headache_days","id"\n20,1\n3,2\n'),
        ("a.json", b"\xef\xbb\xbf[{}, {}]"),
        ("é 🙂.json", "[{}, {}]"),
    ],
)
def test_the_ending_of_a_file_says_its_format(tmp_path: Path, name: str, content: str | bytes) -> None:
    result = run(made(tmp_path, name, content))
    assert (result.exit_code, len(lines(result.stdout))) == (0, 2)


@pytest.mark.parametrize(("name", "wanted"), [("a.txt", "csv"), ("a", "csv"), ("a.json", "csv")])
def test_the_format_that_is_said_is_stronger_than_the_ending(tmp_path: Path, name: str, wanted: str) -> None:
    result = run(made(tmp_path, name, CSV), "--format", wanted)
    assert [line["outcome"] for line in lines(result.stdout)] == ["positive", "negative"]


@pytest.mark.parametrize("arguments", [("--format", "csv"), ("--format", "csv", "-")])
def test_standard_input_may_be_csv(arguments: tuple[str, ...]) -> None:
    result = run(*arguments, given=CSV)
    assert [line["id"] for line in lines(result.stdout)] == ["a", "b"]


def test_a_dash_is_standard_input_like_no_file_at_all() -> None:
    result = run("-", given=json.dumps(PERSON))
    assert (result.exit_code, len(lines(result.stdout))) == (0, 1)


@pytest.mark.parametrize("header", ["headache_days,id", '"headache_days","id"'])
def test_csv_on_standard_input_may_begin_with_a_byte_order_mark(header: str) -> None:
    given = b"\xef\xbb\xbf" + f"{header}\n20,1\n3,2\n".encode()
    result = run("--format", "csv", given=given)
    assert (result.exit_code, len(lines(result.stdout))) == (0, 2)


def test_a_reader_of_a_table_sees_line_ends_as_they_are(tmp_path: Path) -> None:
    source = made(tmp_path, "in.csv", 'id,headache_days\r\n"a\r\nb",5\r\n')
    [line] = lines(run(source).stdout)
    assert line["id"] == "a\r\nb"


# --- wrong use, and failure -----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.txt", "a.xlsx", "a", "json", ".csv"])
def test_a_file_whose_ending_tells_no_format_is_wrong_use(tmp_path: Path, name: str) -> None:
    result = run(made(tmp_path, name, CSV))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--format" in result.stderr


@pytest.mark.parametrize("arguments", [("--format", "xml"), ("--nonsense",), ("a.json", "b.json")])
def test_options_that_do_not_exist_are_wrong_use(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2


def test_help_is_printed() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "--output" in result.stdout
    assert "Assess the answers in FILE" in result.stdout


def test_a_missing_file_is_a_failure_with_one_line(tmp_path: Path) -> None:
    result = run(tmp_path / "none.json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "none.json" in one_line(result)


def test_a_folder_is_a_failure_with_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "folder.json"
    folder.mkdir()
    result = run(folder)
    assert result.exit_code == 1
    assert "folder.json" in one_line(result)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"id,headache_days\na,1\n\xe9,2\nc,3\n"),
        ("a.jsonl", b'{"id": "a"}\n{"id": "\xe9"}\n{"id": "c"}\n'),
        ("a.json", b'[{"id": "a"}, {"id": "\xe9"}, {"id": "c"}]'),
        ("a.jsonl", b'{"id": "a"}\n\xff\n{"id": "c"}\n'),
    ],
    ids=["csv", "lines", "array", "no JSON at all"],
)
@pytest.mark.parametrize("is_file", [True, False])
def test_a_byte_that_is_no_utf_8_spoils_its_row_and_the_rest_goes_on(
    tmp_path: Path, name: str, content: bytes, is_file: bool
) -> None:
    source = made(tmp_path, name, content)
    wanted = "csv" if source.suffix == ".csv" else "json"
    result = run(source) if is_file else run("--format", wanted, given=content)
    first, second, third = lines(result.stdout)
    assert result.exit_code == 1
    assert (first["id"], third["id"]) == ("a", "c")
    assert (second.get("row"), "error" in second) == (2, True)


@pytest.mark.parametrize("name", ["a.json", "a.csv"])
@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00\n\x01\n", "[{}]\n[{}]\n".encode("utf-16"), b"\x89PNG\r\n\x1a\n"]
)
def test_a_file_that_is_no_text_never_passes_for_one(tmp_path: Path, name: str, content: bytes) -> None:
    result = run(made(tmp_path, name, content))
    assert result.exit_code == 1
    assert one_line(result)


# --- --output -------------------------------------------------------------------------------------


def test_the_lines_may_be_written_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    result = run("--output", target, given=json.dumps([{"id": "é 🙂"}, {}]))
    assert (result.exit_code, result.stdout) == (0, "")
    assert [line.get("id") for line in lines(target.read_text("utf-8"))] == ["é 🙂", None]
    assert names_in(tmp_path) == ["out.jsonl"]


def test_the_file_is_written_even_when_rows_are_wrong(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    result = run("--output", target, given=JSON_LINES)
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(lines(target.read_text("utf-8"))) == 3


def test_a_file_that_was_there_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = made(tmp_path, "out.jsonl", "old\n" * 1000)
    assert run("--output", target, given="{}").exit_code == 0
    assert len(lines(target.read_text("utf-8"))) == 1


@pytest.mark.parametrize("before", [None, "old\n"])
def test_a_failure_leaves_no_half_file_and_the_old_one_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    written = iter(["{}"] * 100)

    def until_the_disk_is_full(row: object, policies: object) -> str:
        line = next(written, None)
        if line is None:
            raise OSError(28, "No space left on device")
        return line

    monkeypatch.setattr("app.reports.cohort_lines.assessed_line", until_the_disk_is_full)
    target = tmp_path / "out.jsonl"
    if before is not None:
        target.write_text(before)
    result = run("--output", target, given="{}\n" * 1000)
    assert result.exit_code == 1
    assert "No space left on device" in one_line(result)
    left = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert left == ({} if before is None else {"out.jsonl": before})


def test_stopping_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(row: object, policies: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.reports.cohort_lines.assessed_line", stop)
    result = run("--output", tmp_path / "out.jsonl", given="{}")
    assert result.exit_code == 1
    assert one_line(result).startswith("Stopped.")
    assert names_in(tmp_path) == []


@pytest.mark.parametrize("way", ["the same name", "another spelling", "a link"])
def test_the_file_that_is_read_is_never_written_over(tmp_path: Path, way: str) -> None:
    source = made(tmp_path, "in.jsonl", JSON_LINES)
    (tmp_path / "link.jsonl").symlink_to(source)
    (tmp_path / "folder").mkdir()
    spelled = {
        "the same name": source,
        "another spelling": tmp_path / "folder" / ".." / "in.jsonl",
        "a link": tmp_path / "link.jsonl",
    }
    result = run(source, "--output", spelled[way])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--output names the file that is read. Choose another name." in result.stderr
    assert source.read_text() == JSON_LINES
    assert names_in(tmp_path) == ["folder", "in.jsonl", "link.jsonl"]


def test_a_missing_input_leaves_no_output(tmp_path: Path) -> None:
    assert run(tmp_path / "none.json", "--output", tmp_path / "out.jsonl").exit_code == 1
    assert names_in(tmp_path) == []


def test_a_folder_that_is_not_there_is_a_failure_with_one_line(tmp_path: Path) -> None:
    result = run("--output", tmp_path / "none" / "out.jsonl", given="{}")
    assert result.exit_code == 1
    assert "out.jsonl" in one_line(result)


def test_a_folder_in_place_of_the_output_is_a_failure_and_stays(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.mkdir()
    result = run("--output", target, given="{}")
    assert result.exit_code == 1
    assert "out.jsonl" in one_line(result)
    assert names_in(tmp_path) == ["out.jsonl"]


@pytest.mark.parametrize("surrogate", [r'{"id": "\ud800"}', r'{"\udc00": 1}'])
def test_half_a_character_in_a_row_does_not_stop_the_rest(tmp_path: Path, surrogate: str) -> None:
    target = tmp_path / "out.jsonl"
    run("--output", target, given=f"{{}}\n{surrogate}\n{{}}\n")
    assert len(lines(target.read_text("utf-8"))) == 3


# --- for real -------------------------------------------------------------------------------------


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An installation with nothing in it: no database, no keys."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "DATA_DIR": str(tmp_path / "data")}


def flask(
    environment: dict[str, str], *arguments: str | Path, given: bytes
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "assess", *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, env=environment, input=given, capture_output=True, check=False, timeout=60
    )


def test_the_real_command_needs_neither_database_nor_keys_and_stores_nothing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    done = flask(environment, given=json.dumps({"id": "é", **PERSON}).encode())
    assert (done.returncode, done.stderr) == (0, b"")
    [line] = lines(done.stdout.decode())
    assert (line["id"], line["outcome"]) == ("é", "positive")
    assert not list(tmp_path.rglob("*"))


def test_the_real_command_says_on_standard_error_that_rows_are_wrong(
    environment: dict[str, str], tmp_path: Path
) -> None:
    done = flask(environment, made(tmp_path, "in.csv", CSV + "c,x,,\n"), given=b"")
    assert done.returncode == 1
    assert [line.get("row") for line in lines(done.stdout.decode())] == [None, None, 3]
    assert done.stderr.decode().splitlines() == ["Rows with an error: 1. Each has a line with the reason."]


def test_the_real_command_refuses_wrong_use(environment: dict[str, str], tmp_path: Path) -> None:
    done = flask(environment, made(tmp_path, "in.txt", CSV), given=b"")
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_the_real_command_reads_and_writes_utf_8_in_any_locale(
    environment: dict[str, str], locale: str
) -> None:
    given = '{"id": "é 🙂"}\n'.encode() + b'{"id": "\xe9"}\n{"id": "c"}\n'
    done = flask({**environment, "LC_ALL": locale}, given=given)
    first, second, third = lines(done.stdout.decode())
    assert (first["id"], second.get("row"), third["id"]) == ("é 🙂", 2, "c")
    assert done.returncode == 1


def test_the_real_command_ends_quietly_when_nobody_reads_on(environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "assess"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        try:
            process.stdin.write(b"{}\n" * 5_000)
            process.stdin.close()
        except BrokenPipeError:
            pass
        said = process.stderr.read()
        assert (process.wait(timeout=60), said) == (0, b"")


def hear_ctrl_c() -> None:
    """Tests that run in the background of a shell have it ignored, and so would what they start."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_stops_every_process_of_a_long_file(environment: dict[str, str]) -> None:
    """A terminal sends it to all; each would say so if it heard it."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "assess", "--format", "csv", "--jobs", "2"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=hear_ctrl_c,  # noqa: PLW1509 (no other thread of this process holds anything)
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"headache_days\n" + b"20\n" * 4_000)
        process.stdin.flush()
        assert process.stdout.readline().startswith(b'{"outcome"'), "the others are at work"
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)  # until nobody is left who could say anything
    assert (process.returncode, said.decode()) == (1, STOPPED)
