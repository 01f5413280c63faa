"""Hashes: the keys by which an event finds its error."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class HashKind(StrEnum):
    """What a hash is made of, the strongest first."""

    FINGERPRINT = "fingerprint"
    CHAIN = "chain"
    APP_STACK = "app_stack"
    FULL_STACK = "full_stack"
    MESSAGE = "message"
    # Not of an event: of the error that holds what came beyond the cap on new errors.
    OVERFLOW = "overflow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hash:
    """One key of an error; two events with an equal value are the same error.

    A fallback is only looked up: it leads to an error that is known by it, and names no new one.
    """

    kind: HashKind
    value: bytes
    version: int
    is_fallback: bool = False


def hash_of(kind: HashKind, version: int, parts: Iterable[str]) -> Hash:
    """Return the hash of these parts; texts hold no U+0000, so no two lists of parts look alike."""
    text = "\0".join(("tocsin", str(version), *parts))
    return Hash(kind=kind, value=hashlib.sha256(text.encode()).digest(), version=version)
