"""What a worker asks of the disk, read from the trace of its system calls, and when its answers left."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

CALLS: Final = "openat,pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat,writev,sendto,sendmsg"
_TEXT: Final = re.compile(r"(?:\\x[0-9a-f]{2})+")
_CALL: Final = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\) += (?P<result>\d+)(?:<[^>]*>)?$")
_NAMED: Final = re.compile(r"^\d+<([^>]*)>")
_NUMBER: Final = re.compile(r", (\d+)(?=,|$)")
_QUOTED: Final = re.compile(r'"([^"]*)"')
_KINDS: Final = {
    "openat": "create",
    "pwrite64": "write",
    "ftruncate": "truncate",
    "fsync": "sync",
    "fdatasync": "sync",
    "unlink": "unlink",
    "unlinkat": "unlink",
}
_ACKNOWLEDGED: Final = rb"HTTP/1.1 303 See Other.*\r\nlocation: /screening/result\r\n"


class Kind(StrEnum):
    CREATE = "create"
    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"
    UNLINK = "unlink"
    ANSWER = "answer"


@dataclass(frozen=True)
class Call:
    """One call that matters: to which file, and with what."""

    kind: Kind
    path: Path = Path()
    at: int = 0
    data: bytes = b""


def read_calls(trace: Path, folder: Path) -> Iterator[Call]:
    """The calls about files in this folder, and the answers that acknowledged a submission, in order."""
    for line in _whole_lines(trace):
        found = _CALL.match(line)
        call = found and _understood(found["name"], found["arguments"], int(found["result"]))
        if call and (call.kind is Kind.ANSWER or folder in {call.path, call.path.parent}):
            yield call


def _whole_lines(trace: Path) -> Iterator[str]:
    """Each call on a line of its own, at the moment when it was done."""
    begun: dict[str, str] = {}
    for line in trace.read_text("ascii").splitlines():
        thread, _, rest = line.partition(" ")
        rest = rest.strip()
        if rest.endswith("<unfinished ...>"):
            begun[thread] = rest.removesuffix("<unfinished ...>")
        elif rest.startswith("<... "):
            yield begun.pop(thread, "") + rest.partition("resumed>")[2]
        else:
            yield rest


def _understood(name: str, arguments: str, result: int) -> Call | None:
    texts = [_bytes_of(each) for each in _QUOTED.findall(arguments)]
    if name not in _KINDS:
        is_answer = re.match(_ACKNOWLEDGED, b"".join(texts), re.DOTALL | re.IGNORECASE)
        return Call(Kind.ANSWER) if is_answer else None
    if name == "openat" and "O_CREAT" not in arguments:
        return None
    named = _NAMED.match(arguments)
    path = Path((_bytes_of(named[1]) if named else texts[0]).decode("utf-8", "replace"))
    numbers = [int(each) for each in _NUMBER.findall(arguments)]
    at = numbers[-1] if name in ("pwrite64", "ftruncate") else 0
    return Call(Kind(_KINDS[name]), path, at, texts[0][:result] if name == "pwrite64" else b"")


def _bytes_of(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", "")) if _TEXT.fullmatch(text) else text.encode()
