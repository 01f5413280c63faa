"""Visitors: who met an error, as numbers: even ones are users, odd ones sessions."""

import hashlib


def visitors_of(user: str | None, session: str | None) -> tuple[int, ...]:
    """Return who met the error: even numbers are users, odd ones sessions."""
    found = []
    for is_of_session, name in enumerate((user, session)):
        if name:
            digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
            found.append(int.from_bytes(digest, signed=True) & ~1 | is_of_session)
    return tuple(found)


def is_session(visitor: int) -> bool:
    """Say whether a visitor's number is that of a session."""
    return bool(visitor & 1)
