"""Encryption of secrets at rest, with keys that can be exchanged (SEC-06).

The first key encrypts; every key decrypts. To exchange a key: put a new one before it, let
everything be encrypted anew (`renewed`), then take the old one away.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_FILE = "secret_key"


class CannotDecrypt(Exception):
    """No key that we have made this, it was changed, or it is too old."""


class Cipher:
    """Encrypts with AES-128-CBC and HMAC-SHA-256 (Fernet), so that what is changed is refused."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in keys])

    def encrypt(self, plain: bytes) -> bytes:
        """Return what may be kept of a secret."""
        return self._fernet.encrypt(plain)

    def decrypt(self, kept: bytes, *, seconds: int | None = None) -> bytes:
        """Return the secret; CannotDecrypt when it is not ours, or older than so many seconds."""
        try:
            return self._fernet.decrypt(kept, ttl=seconds)
        except InvalidToken as error:
            raise CannotDecrypt from error

    def renewed(self, kept: bytes) -> bytes:
        """Return the same, encrypted with the first key."""
        try:
            return self._fernet.rotate(kept)
        except InvalidToken as error:
            raise CannotDecrypt from error


def cipher_of(keys: Sequence[str], data: Path) -> Cipher:
    """Return the cipher of the given keys, or of one that is made once and kept beside the data."""
    return Cipher(keys or [kept_key(data)])


def kept_key(data: Path) -> str:
    """Return the key in the data directory, made by who comes first, for its owner alone."""
    path = data / _FILE
    with suppress(FileNotFoundError):
        return path.read_text().strip()
    data.mkdir(parents=True, exist_ok=True)
    # Whole from the moment that it is there: two processes may come at once.
    made = data / f"{_FILE}.{os.getpid()}.{secrets.token_hex(4)}"
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    with suppress(FileExistsError):
        os.link(made, path)
    made.unlink()
    return path.read_text().strip()


def _derived(key: str) -> bytes:
    """Return a key in Fernet's form: those that people choose are long, but of any form."""
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())
