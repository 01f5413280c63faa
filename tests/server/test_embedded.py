"""The embedded PostgreSQL against real processes and real kills."""

import asyncio
import os
import signal
import stat
import threading
import time
from pathlib import Path

import asyncpg
import pytest

from server.embedded import LOG_BYTES, EmbeddedPostgres, EmbeddedPostgresFailed, attach
from server.embedded_processes import postmaster_of, processes_of
from tests.server.embedding import (
    ON_LINUX,
    ask,
    eventually,
    moved,
)


async def test_data_is_kept_over_a_restart(place):
    postgres = EmbeddedPostgres(place / "data")
    with postgres as first:
        kept = await ask(first.url, "CREATE TABLE t AS SELECT 42 AS n", "SELECT n FROM t")

    with postgres as second:
        found = await ask(second.url, "SELECT n FROM t")

    assert (kept, found) == (42, 42)
    assert second == first
    assert processes_of(place / "data/postgres") == frozenset()


async def test_the_cluster_is_as_the_house_wants_it(data):
    names = (
        *("server_version_num", "listen_addresses", "shared_buffers", "max_connections", "jit"),
        *("TimeZone", "fsync", "autovacuum", "unix_socket_permissions"),
    )

    with EmbeddedPostgres(data) as address:
        shown = {name: await ask(address.url, f"SHOW {name}") for name in names}
        who = await ask(address.url, "SELECT current_user || ' in ' || current_database()")
        locale = await ask(
            address.url,
            "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = 'tocsin'",
        )
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(address.url.replace("tocsin_owner:", "tocsin_owner:x"))

    assert shown.pop("server_version_num").startswith("18")
    assert shown == {
        "listen_addresses": "",
        "shared_buffers": "64MB",
        "max_connections": "100",
        "jit": "off",
        "TimeZone": "UTC",
        "fsync": "on",
        "autovacuum": "on",
        "unix_socket_permissions": "0700",
    }
    assert (who, locale) == ("tocsin_owner in tocsin", "bC.UTF-8")
    assert address.url.partition("@")[0] not in repr(address)
    for secret in ("postgres/tocsin.password", "postgres.lock", "postgres.log"):
        assert stat.S_IMODE((data / secret).stat().st_mode) == 0o600


async def test_a_second_start_is_refused_and_disturbs_nothing(data, owner):
    first = owner(data)
    url = first.stdout.readline().strip()

    with pytest.raises(EmbeddedPostgresFailed) as refused:
        EmbeddedPostgres(data).start()

    assert str(refused.value) == (
        f"Another Tocsin (process {first.pid}) already runs on {data}."
        " Stop it first, or give this one a data directory of its own."
    )
    assert await ask(url, "SELECT 1") == 1


async def test_others_attach_while_it_runs_and_wait_while_it_starts(place, owner):
    data = place / "data"
    assert attach(data) is None

    first = owner(data)
    eventually(lambda: (data / "postgres.lock").exists() and (data / "postgres.lock").read_text())
    attached = attach(data)

    assert attached.url == first.stdout.readline().strip()
    assert await ask(attached.url, "SELECT 1") == 1
    first.communicate()
    assert attach(data) is None


@ON_LINUX
async def test_a_killed_owner_leaves_no_postgres_and_the_next_start_keeps_the_data(data, owner):
    cluster = data / "postgres"
    first = owner(data)
    url = first.stdout.readline().strip()
    await ask(url, "CREATE TABLE survivor AS SELECT 42 AS n", "SELECT 1")
    assert processes_of(cluster)

    first.kill()

    eventually(lambda: not processes_of(cluster), seconds=20)
    with EmbeddedPostgres(data, durable=False) as address:
        assert await ask(address.url, "SELECT n FROM survivor") == 42


@ON_LINUX
async def test_a_start_waits_for_a_postgres_that_is_still_stopping(data, owner):
    cluster = data / "postgres"
    first = owner(data)
    first.stdout.readline()
    slow = postmaster_of(cluster).process_id
    os.kill(slow, signal.SIGSTOP)
    first.kill()
    first.wait()
    threading.Timer(0.3, os.kill, (slow, signal.SIGCONT)).start()

    began = time.monotonic()
    with EmbeddedPostgres(data, durable=False) as address:
        assert await ask(address.url, "SELECT 1") == 1

    assert 0.2 < time.monotonic() - began < 20
    assert processes_of(cluster) == frozenset()


async def test_a_living_orphan_is_stopped_first(data):
    cluster = data / "postgres"
    first = EmbeddedPostgres(data, durable=False)
    orphan = postmaster_of(cluster) if first.start() else None
    os.close(first._lock)  # as if its owner had died where nobody tells of a parent's death
    first._lock = None

    with EmbeddedPostgres(data, durable=False) as address:
        assert await ask(address.url, "SELECT 1") == 1
        assert orphan.process_id not in processes_of(cluster)

    assert first.tend() == f"PostgreSQL (process {orphan.process_id}) ended with status 0"


async def test_a_killed_postmaster_is_noticed_and_its_busy_children_are_ended(data):
    postgres = EmbeddedPostgres(data, durable=False)
    address = postgres.start()
    assert postgres.tend() is None
    connection = await asyncpg.connect(address.url)
    endless = connection.execute("SELECT count(*) FROM generate_series(1, 1000000000000)")
    busy = asyncio.create_task(endless)
    while not await ask(
        address.url, "SELECT count(*) = 2 FROM pg_stat_activity WHERE state = 'active'"
    ):
        await asyncio.sleep(0.005)
    killed = postgres.process_id

    os.kill(killed, signal.SIGKILL)

    eventually(postgres.tend)
    assert postgres.tend() == f"PostgreSQL (process {killed}) was killed by SIGKILL"
    postgres.stop()
    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await busy
    assert processes_of(data / "postgres") == frozenset()
    with postgres as address:
        assert await ask(address.url, "SELECT 1") == 1


async def test_a_stale_number_of_some_other_process_does_not_block_a_start(data):
    postgres = EmbeddedPostgres(data, durable=False)
    with postgres:
        said = (data / "postgres/postmaster.pid").read_text()
    stale = said.replace(said.split()[0], str(os.getppid()), 1)
    (data / "postgres/postmaster.pid").write_text(stale)

    with postgres as address:
        assert await ask(address.url, "SELECT 1") == 1


async def test_a_first_start_that_is_killed_halfway_leaves_nothing_behind(place, owner):
    data = place / "data"
    first = owner(data)
    eventually(lambda: any(data.glob("postgres.new-*/cluster/pg_wal")))
    first.kill()
    first.wait()
    assert not (data / "postgres").exists()

    with EmbeddedPostgres(data, durable=False) as address:
        assert await ask(address.url, "SELECT 1") == 1

    assert sorted(each.name for each in data.iterdir()) == [
        *("postgres", "postgres.lock", "postgres.log"),
    ]


async def test_a_path_too_long_for_a_socket_gets_a_private_directory(place, data):
    long = place / "ä, b+c@%/".ljust(120, "x")

    with moved(data, to=long), EmbeddedPostgres(long, durable=False) as address:
        assert address.socket_directory.parent == Path("/tmp")
        assert stat.S_IMODE(address.socket_directory.stat().st_mode) == 0o700
        assert attach(long) == address
        assert await ask(address.url, "SELECT 1") == 1

    assert not address.socket_directory.exists()


async def test_a_strange_path_works(place, data):
    strange = place / "ä b+c@%2F:&?#="

    with moved(data, to=strange), EmbeddedPostgres(strange, durable=False) as address:
        assert await ask(address.url, "SELECT 1") == 1


def test_another_major_is_refused_and_left_alone(place):
    cluster = place / "data/postgres"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("15\n")

    with pytest.raises(EmbeddedPostgresFailed, match="was made by PostgreSQL 15, and this Tocsin"):
        EmbeddedPostgres(place / "data").start()

    assert [each.name for each in cluster.iterdir()] == ["PG_VERSION"]


def test_a_directory_that_is_no_cluster_is_refused(place):
    (place / "data/postgres").mkdir(parents=True)

    with pytest.raises(EmbeddedPostgresFailed, match=r"is not a PostgreSQL cluster\. Move it away"):
        EmbeddedPostgres(place / "data").start()


def test_a_link_to_nowhere_is_refused_rather_than_begun_anew(place):
    (place / "postgres").symlink_to(place / "gone")

    with pytest.raises(
        EmbeddedPostgresFailed, match=r"which is gone\. Bring it back from a backup"
    ):
        EmbeddedPostgres(place).start()


def test_a_server_that_does_not_start_is_told_with_its_own_words(data):
    postgres, settings = EmbeddedPostgres(data), data / "postgres/postgresql.conf"
    before = settings.read_text()
    settings.write_text(before + "nonsense = 1\n")

    with pytest.raises(
        EmbeddedPostgresFailed, match="ended with status 1 while it started, saying"
    ):
        postgres.start()

    settings.write_text(before)
    with postgres:
        assert postgres.tend() is None


def test_it_is_started_from_the_main_thread_only(place):
    said = []

    def start() -> None:
        try:
            EmbeddedPostgres(place).start()
        except RuntimeError as refused:
            said.append(str(refused))

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()

    assert said == ["Processes that die with their parent are started from the main thread."]


def test_the_log_is_bounded(data):
    postgres = EmbeddedPostgres(data, durable=False)
    with postgres:
        with (data / "postgres.log").open("a") as log:
            log.write("x" * (LOG_BYTES + 1))
        postgres.tend()
        assert (data / "postgres.log").stat().st_size == 0
        assert (data / "postgres.log.1").stat().st_size > LOG_BYTES

    assert "database system is shut down" in (data / "postgres.log").read_text()
