"""What is on the disk for sure, also when the machine loses its power."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Wait until what was written to a file, or made or renamed in a directory, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
