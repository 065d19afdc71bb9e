"""What can be seen in the text of the program itself: how it makes codes and SQL, and what it imports."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted([*(ROOT / "app").rglob("*.py"), *(ROOT / "migrations").rglob("*.py")])
# Rights of a database user: statements that take no parameters, with names quoted by the engine's own rule.
# The other: a default of a column, compared with what stands there, as the database itself writes it.
QUOTES_ITS_NAMES = ("app/storage/roles.py:", "migrations/env.py:")
TAKES_SQL = {"text", "exec_driver_sql", "literal_column", "executescript", "executemany"}
SQL = re.compile(
    r"\b(SELECT .* FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM|DROP|ALTER|CREATE (TABLE|INDEX)|PRAGMA"
    r"|ORDER BY|GROUP BY|LIMIT \d|WHERE)\b"
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last part of what is called."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr, node


def is_fixed(node: ast.expr) -> bool:
    """A text that stands in the program, or one of two that do."""
    if isinstance(node, ast.IfExp):
        return is_fixed(node.body) and is_fixed(node.orelse)
    return isinstance(node, ast.Constant)


def put_together(path: Path) -> Iterator[str]:
    """Texts with something put into them: f-strings, sums, `%` and `.format`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        is_formatted = isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".format")
        is_sum = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod)
        if is_formatted or is_sum or isinstance(node, ast.JoinedStr):
            texts = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
            yield " ".join(text for text in texts if isinstance(text, str))


@pytest.mark.requirement("IO-03")
def test_what_takes_sql_as_text_is_given_a_fixed_text() -> None:
    found = [
        f"{name_of(path)}:{call.lineno}"
        for path in FILES
        for name, call in calls(path)
        if name in TAKES_SQL and call.args and not is_fixed(call.args[0])
    ]
    assert [each for each in found if not each.startswith(QUOTES_ITS_NAMES)] == []


@pytest.mark.requirement("IO-03")
def test_no_sql_is_put_together() -> None:
    found = [(name_of(path), text) for path in FILES for text in put_together(path) if SQL.search(text)]
    assert not found


def test_sql_that_is_put_together_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "wrong.py"
    file.write_text(
        "a = f'SELECT * FROM {table}'\nb = 'DELETE FROM ' + table\n"
        "c = 'x ORDER BY %s' % key\nd = 'UPDATE {} SET x'.format(table)\n"
    )
    assert len([text for text in put_together(file) if SQL.search(text)]) >= 3
    file.write_text("text(query)\ntext('a' if x else 'b')\n")
    assert [is_fixed(call.args[0]) for _, call in calls(file)] == [False, True]


@pytest.mark.requirement("PAT-01")
def test_codes_are_made_in_one_place() -> None:
    """Nothing else draws from the alphabet, and chance that can be foretold makes demonstrations only."""
    drawing = [name_of(path) for path in FILES if "secrets.choice" in path.read_text("utf-8")]
    assert drawing == ["app/domain/reference_code.py"]
    uses = re.compile(r"\b(ALPHABET|RANDOM_SYMBOLS)\b")
    codes_of_clinicians = ["app/services/recovery_codes.py"]
    found = [name_of(path) for path in FILES if uses.search(path.read_text("utf-8"))]
    assert found == drawing + codes_of_clinicians
    guessable = [name_of(path) for path in FILES if re.search(r"\bimport random\b", path.read_text("utf-8"))]
    assert guessable == ["app/services/demonstration.py"]


@pytest.mark.requirement("PAT-21")
def test_the_patient_app_is_made_without_loading_a_view_of_the_clinic() -> None:
    program = "import sys, app.patient; sys.exit(any(name.startswith('app.clinic') for name in sys.modules))"
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)


@pytest.mark.requirement("OPS-03", part="no program of the product needs a test")
def test_no_program_of_the_product_imports_a_test() -> None:
    imports = re.compile(r"^\s*(from|import) tests\b", re.MULTILINE)
    programs = [*FILES, ROOT / "config.py", ROOT / "wsgi.py"]
    assert not [name_of(path) for path in programs if imports.search(path.read_text("utf-8"))]
