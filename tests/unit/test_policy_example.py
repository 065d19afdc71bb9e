"""The example of docs/policies.md is a policy that works."""

import re
from pathlib import Path

from app.domain.policy_files import load_policies

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "policies.md"


def test_the_example_of_the_guide_is_read(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert example
    (tmp_path / "ours.toml").write_text(example[1], encoding="utf-8")
    assert load_policies(tmp_path).notices == ("Policy our-clinic: version 2026-11-22 is the clinic's own.",)
