"""One round of the faults that need a real server, and some of the images of a loss of power.

Longer series, and the other faults, are commands: docs/nothing-lost.md has them with their figures.
"""

from pathlib import Path

import pytest

from tests.support.fault_ground import CannotBeTriedError
from tests.support.faults import FAULTS, HEADER, try_fault
from tests.support.power_loss import Loss, replay


@pytest.mark.slow
@pytest.mark.parametrize("name", ["worker", "cp3", "sync", "full", "damaged"])
def test_nothing_is_lost_in_a_round_of_this_fault(name: str) -> None:
    try:
        report = try_fault(name, rounds=1, seed=1)
    except CannotBeTriedError as missing:
        pytest.skip(f"{FAULTS[name].title}: {missing}")
    assert report.is_good, f"\n{HEADER}\n{report.row()}"
    assert report.verdict.acknowledged


def loss_of(setting: str, folder: Path) -> Loss:
    try:
        return replay(setting, 1, 1, folder)
    except CannotBeTriedError as missing:
        pytest.skip(f"loss of power: {missing}")


@pytest.mark.slow
def test_a_loss_of_power_at_any_system_call_takes_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    loss = loss_of("shipped", tmp_path)
    assert (loss.acknowledged, loss.missing, loss.broken) == (1, 0, 0)
    assert loss.images > 100


@pytest.mark.slow
def test_the_replay_finds_the_loss_of_a_setting_that_loses(tmp_path: Path) -> None:
    loss = loss_of("wal-normal", tmp_path)
    assert loss.acknowledged == 1
    assert loss.missing
