"""Writes docs/record-of-processing.md from the tables and the file beside here, or checks it: `--check`."""

import sys
import tomllib
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table

import app.storage.models  # noqa: F401 (it fills the list of tables)
from app.storage.base import Base

TARGET: Final = Path(__file__).resolve().parents[2] / "docs" / "record-of-processing.md"
SOURCE: Final = Path(__file__).with_suffix(".toml")
PROTECTED: Final = {
    "": "plain",
    "sealed": "sealed with AES-256-GCM",
    "digest": "SHA-256 of 256 random bits",
    "mac": "keyed MAC",
    "hash": "Argon2id",
    "random": "random bytes",
}

_HEAD: Final = """# Record of processing

What is stored about people, why, how it is protected and how long it is kept (GDPR art. 30). Made from the
tables by `make messages`; `make check` fails when it is not true any more.

The clinic that runs the installation is the controller. It adds to this page: its name and contact, that of
its data protection officer, who hosts the machine, how long backups are kept, and to whom it gives files.
Nothing leaves the machine by itself. The bases in law are a proposal, not advice.
"""


def descriptions() -> dict[str, Any]:
    """What is said of each table."""
    return tomllib.loads(SOURCE.read_text("utf-8"))


def faults(tables: list[Table], said: dict[str, Any]) -> list[str]:
    """Tables and columns that nobody described, and descriptions of what there is not."""
    there = {f"{table.name}.{column.name}" for table in tables for column in table.columns}
    described = {f"{name}.{column}" for name, about in said.items() for column in about["columns"]}
    return [f"not described: {each}" for each in sorted(there - described)] + [
        f"not there: {each}" for each in sorted(described - there)
    ]


def _section(table: Table, about: dict[str, Any]) -> str:
    facts = "".join(
        f"- {title}: {about[name]}\n"
        for title, name in (("People", "people"), ("Basis in law", "basis"), ("Kept", "kept"))
    )
    rows = "".join(
        f"| `{column.name}` | {about['columns'][column.name][0]} | {_protection(about, column.name)} |\n"
        for column in table.columns
    )
    head = f"\n## `{table.name}`\n\n{about['purpose']}\n\n{facts}\n"
    return f"{head}| column | holds | protection |\n|---|---|---|\n{rows}"


def _protection(about: dict[str, Any], column: str) -> str:
    return PROTECTED[dict(enumerate(about["columns"][column])).get(1, "")]


def document() -> str:
    """The whole page, in the order of the descriptions."""
    said = descriptions()
    found = faults(Base.metadata.sorted_tables, said)
    if found:
        sys.exit("\n".join([f"{SOURCE.name} is not what the tables say:", *found]))
    return _HEAD + "".join(_section(Base.metadata.tables[name], about) for name, about in said.items())


def main() -> None:
    wanted = document()
    if "--check" in sys.argv:
        if not TARGET.is_file() or TARGET.read_text(encoding="utf-8") != wanted:
            sys.exit(f"docs/{TARGET.name} is not what the tables say. Run: make messages")
        print(f"docs/{TARGET.name} is what the tables say.")
        return
    TARGET.write_text(wanted, encoding="utf-8")
    print(f"Wrote {TARGET.name}.")


if __name__ == "__main__":
    main()
