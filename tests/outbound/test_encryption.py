"""Encryption at rest: what is kept cannot be read or changed, and keys can be exchanged."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from outbound.encryption import CannotDecrypt, Cipher, cipher_of, kept_key

OLD, NEW = "o" * 32, "n" * 32


def test_what_is_kept_is_not_the_secret_and_comes_back():
    cipher = Cipher([OLD])
    kept = cipher.encrypt(b"hunter2")

    assert b"hunter2" not in kept
    assert cipher.encrypt(b"hunter2") != kept
    assert cipher.decrypt(kept) == b"hunter2"


def test_keys_are_exchanged_without_losing_anything():
    kept = Cipher([OLD]).encrypt(b"hunter2")
    both = Cipher([NEW, OLD])

    assert both.decrypt(kept) == b"hunter2"
    assert Cipher([NEW]).decrypt(both.renewed(kept)) == b"hunter2"
    with pytest.raises(CannotDecrypt):
        Cipher([NEW]).decrypt(kept)
    with pytest.raises(CannotDecrypt):
        Cipher([NEW]).renewed(kept)


@pytest.mark.parametrize("change", [b"", b"x", None])
def test_what_was_changed_is_refused(change):
    cipher = Cipher([OLD])
    kept = bytearray(cipher.encrypt(b"hunter2"))
    kept[20] ^= 1

    with pytest.raises(CannotDecrypt):
        cipher.decrypt(bytes(kept) if change is None else change)


def test_the_kept_key_is_made_once_for_its_owner_alone(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: kept_key(tmp_path / "data"), range(32)))

    [key] = keys
    path = tmp_path / "data" / "secret_key"
    assert (len(key), stat.S_IMODE(path.stat().st_mode)) == (64, 0o600)
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]
    kept = cipher_of((), tmp_path / "data").encrypt(b"x")
    assert cipher_of((), tmp_path / "data").decrypt(kept) == b"x"
    with pytest.raises(CannotDecrypt):
        cipher_of((NEW,), tmp_path / "data").decrypt(kept)
