"""The account: the system user that runs the embedded PostgreSQL, which refuses to run as root."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from server.embedded_processes import EmbeddedPostgresFailed
from server.parent import dies_with_parent

SERVICE_ACCOUNT = "tocsin"
SYSTEM_TOOLS = "/usr/sbin:/sbin:/usr/bin:/bin"

# Nothing of our own environment reaches PostgreSQL: PG* variables would change what it does.
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": SYSTEM_TOOLS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The system user that PostgreSQL runs as."""

    name: str
    user_id: int
    group_id: int

    @property
    def is_ours(self) -> bool:
        """Whether this process itself runs as that user."""
        return self.user_id == os.geteuid()

    def spawn(
        self,
        argv: Sequence[str | Path],
        *,
        stdin: int,
        stdout: int,
        stderr: int,
        death_signal: signal.Signals,
    ) -> subprocess.Popen[bytes]:
        """Start a command as this user, in a session that no Ctrl-C reaches."""
        return subprocess.Popen(  # noqa: S603  the commands are ours
            argv,
            env=ENVIRONMENT,
            cwd="/",
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
            user=None if self.is_ours else self.user_id,
            group=None if self.is_ours else self.group_id,
            extra_groups=None if self.is_ours else [self.group_id],
            # It runs after the change of user, which would clear the kernel's note again.
            preexec_fn=dies_with_parent(death_signal),
        )

    def run(self, argv: Sequence[str | Path], *, told: str = "") -> str:
        """Run a command as this user to its end and return what it said."""
        pipe = subprocess.PIPE
        with self.spawn(
            argv, stdin=pipe, stdout=pipe, stderr=pipe, death_signal=signal.SIGKILL
        ) as process:
            try:
                output, complaints = process.communicate(told.encode())
            except BaseException:
                process.kill()
                raise
        if process.returncode != 0:
            lines = complaints.decode(errors="replace").strip().splitlines()
            raise EmbeddedPostgresFailed(
                f"{Path(argv[0]).name}, run as {self.name}, failed with status"
                f" {process.returncode}: {'; '.join(lines) or 'it said nothing'}"
            )
        return output.decode(errors="replace").strip()

    def give(self, path: Path) -> None:
        """Make a directory of ours and all that is in it belong to this user."""
        try:
            # From the leaves up: whoever looks at the owner of the top sees only finished work.
            for root, _, files in os.walk(path, topdown=False):
                for name in files:
                    os.chown(Path(root, name), self.user_id, self.group_id, follow_symlinks=False)
                os.chown(root, self.user_id, self.group_id)
        except OSError as refused:
            raise EmbeddedPostgresFailed(
                f"PostgreSQL has to run as {self.name}, and this root may not give files to him"
                f" ({refused.strerror}). Run Tocsin as an ordinary user, or set DATABASE_URL."
            ) from refused

    def reaches(self, path: Path) -> bool:
        """Tell whether this user may walk to a path and enter, run or read it."""
        if self.is_ours:
            return True
        # A link needs both ways open: the one to it and the one to what it means.
        needed = 0o1 if path.is_dir() else 0o5 if os.access(path, os.X_OK) else 0o4
        way = {*path.absolute().parents, *path.resolve().parents}
        return self._may(path, needed) and all(self._may(each, 0o1) for each in way)

    def _may(self, path: Path, needed: int) -> bool:
        of = path.stat()
        shift = 6 if of.st_uid == self.user_id else 3 if of.st_gid == self.group_id else 0
        return of.st_mode >> shift & needed == needed


def account_for(path: Path) -> Account:
    """Return who runs the cluster that lies at a path or will be made there."""
    ours = os.geteuid()
    owner = path.stat() if path.exists() else None
    if ours == 0:
        # Who made a cluster keeps it: a user made anew in each container may get another number.
        if owner and owner.st_uid != 0:
            return Account(name=_name(owner.st_uid), user_id=owner.st_uid, group_id=owner.st_gid)
        return _service_account()
    if owner and owner.st_uid != ours:
        raise EmbeddedPostgresFailed(
            f"{path} belongs to {_name(owner.st_uid)}; run Tocsin as that user, or as root."
        )
    if owner is None and not _line_of(ours):
        raise EmbeddedPostgresFailed(
            f"PostgreSQL cannot make a database as user {ours}, who has no line in /etc/passwd."
            " Add one, or set DATABASE_URL to a PostgreSQL server of yours."
        )
    return Account(name=_name(ours), user_id=ours, group_id=os.getegid())


def _service_account() -> Account:
    if not _line_of(SERVICE_ACCOUNT) and (useradd := shutil.which("useradd", path=SYSTEM_TOOLS)):
        options = "--system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin"
        subprocess.run(  # noqa: S603  the command is ours; whether it worked is looked up below
            [useradd, *options.split(), SERVICE_ACCOUNT], capture_output=True, check=False
        )
    for name in (SERVICE_ACCOUNT, "nobody"):
        if line := _line_of(name):
            return Account(name=name, user_id=line.pw_uid, group_id=line.pw_gid)
    raise EmbeddedPostgresFailed(
        "PostgreSQL does not run as root, and there is neither a user tocsin nor a user nobody. Add"
        " one, run Tocsin as an ordinary user, or set DATABASE_URL."
    )


def _line_of(user: str | int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(user) if isinstance(user, str) else pwd.getpwuid(user)
    except KeyError:
        return None


def _name(user_id: int) -> str:
    line = _line_of(user_id)
    return line.pw_name if line else f"user {user_id}"
