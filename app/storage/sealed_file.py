"""A file that is encrypted as a whole, written and read piece by piece.

A first line in plain names the key. Then come pieces of AES-256-GCM, each with its number and
whether it is the last: none can be changed, moved, left out or cut off. Each file has a key of its own.
"""

import secrets
from collections.abc import Iterator
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.storage.encryption import UnreadableError
from app.storage.keyring import Keyring, KeyringError

_MAGIC: Final = b"headache-screening-backup-1"
_PIECE: Final = 1 << 20
_LONGEST_PIECE: Final = _PIECE + 16
_LONGEST_HEADER: Final = 200


def _cipher(keyring: Keyring, key_id: str, salt: str) -> AESGCM:
    return AESGCM(keyring.derive(f"backup/v1/{salt}", key_id))


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11) + bytes([is_last])


class SealedWriter:
    """Takes bytes and writes them sealed. Only a file that was finished can be read."""

    def __init__(self, file: IO[bytes], keyring: Keyring) -> None:
        key_id, salt = keyring.active.id, secrets.token_hex(16)
        self._file, self._header = file, b" ".join([_MAGIC, key_id.encode(), salt.encode()]) + b"\n"
        self._cipher = _cipher(keyring, key_id, salt)
        self._waiting, self._number = bytearray(), 0
        file.write(self._header)

    def write(self, data: bytes) -> None:
        self._waiting += data
        while len(self._waiting) > _PIECE:
            self._seal(bytes(self._waiting[:_PIECE]), is_last=False)
            del self._waiting[:_PIECE]

    def finish(self) -> None:
        self._seal(bytes(self._waiting), is_last=True)

    def _seal(self, piece: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._number, is_last=is_last)
        sealed = self._cipher.encrypt(nonce, piece, self._header)
        self._file.write(len(sealed).to_bytes(4) + sealed)
        self._number += 1


def sealed_lines(file: IO[bytes], keyring: Keyring) -> Iterator[bytes]:
    """The lines that were written, one by one.

    Raises:
        UnreadableError: it is no such file, its key is gone, or it was changed or cut off.
    """
    rest = b""
    for piece in _pieces(file, keyring):
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    if rest:
        raise UnreadableError("the file ends within a line")


def _pieces(file: IO[bytes], keyring: Keyring) -> Iterator[bytes]:
    header = file.readline(_LONGEST_HEADER)
    cipher = _opened(header, keyring)
    number, size = 0, file.read(4)
    while size:
        sealed = file.read(min(int.from_bytes(size), _LONGEST_PIECE))
        size = file.read(4)
        try:
            yield cipher.decrypt(_nonce(number, is_last=not size), sealed, header)
        except (InvalidTag, ValueError) as problem:
            raise UnreadableError("the file was changed or cut off") from problem
        number += 1
    if number == 0:
        raise UnreadableError("the file was cut off")


def _opened(header: bytes, keyring: Keyring) -> AESGCM:
    try:
        magic, key_id, salt = header.decode("ascii").split()
        if magic.encode() == _MAGIC:
            return _cipher(keyring, key_id, salt)
    except (ValueError, KeyringError) as problem:
        raise UnreadableError(
            "the file is no backup, or was written with another keyring or a key that was retired since: use "
            "the keyring of its time"
        ) from problem
    raise UnreadableError("the file is no backup")
