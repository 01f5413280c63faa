"""Names that give a secret away, whatever its value looks like."""

import re
from collections.abc import Callable
from enum import IntEnum

FILTERED = "[Filtered]"

# A name is secret when one of these is anywhere in it, compared without case and separators.
_PARTS = (
    "passw",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "encryptionkey",
    "signingkey",
    "sharedkey",
    "credential",
    "authorization",
    "cookie",
    "csrf",
    "xsrf",
    "sessid",
    "creditcard",
    "cardnumber",
)
_WHOLE = frozenset(
    {
        "auth",
        "bearer",
        "ccnumber",
        "cvc",
        "cvc2",
        "cvv",
        "cvv2",
        "iban",
        "jwt",
        "mysqlpwd",
        "otp",
        "pass",
        "passwd",
        "pgpass",
        "pin",
        "pwd",
        "sentrydsn",
        "ssn",
        "userpwd",
    }
)
_SESSIONS = frozenset({"connectsid", "session", "sessionid", "sessionkey", "sid", "usersession"})

# The shell's working directory, which a process environment always carries.
_NEVER = frozenset({"PWD", "OLDPWD"})


# What the protocol itself calls the parts of an event; an organization's own names hide no part.
_PROTOCOL = frozenset(
    {
        "abspath", "breadcrumbs", "colno", "contextline", "contexts", "errors", "eventid",
        "exception", "extra", "filename", "fingerprint", "formatted", "frames", "framesomitted",
        "function", "headers", "inapp", "level", "lineno", "logentry", "mechanism", "message",
        "meta", "module", "modules", "params", "platform", "postcontext", "precontext",
        "rawstacktrace", "request", "sdk", "stacktrace", "tags", "threads", "timestamp", "trace",
        "type", "user", "value", "values", "vars",
    }
)  # fmt: skip
_REMEMBERED = 4096
_SHORTEST_SECRET = 9
_SEPARATORS = re.compile(r"[^0-9a-z]+")


def plain(name: str) -> str:
    """Return a name without case and separators, as names are compared."""
    return _SEPARATORS.sub("", name.lower())


class Verdict(IntEnum):
    """What is done about a name."""

    KEEP = 0
    HIDE = 1
    # The name is itself a text with a secret in it, such as an address that something counts by.
    CLEAN = 2


class Names:
    """Which names are secret, by one set of rules; it remembers what it said of a name."""

    __slots__ = ("_cleaned", "_extra", "_parts", "_safe", "_whole", "known")

    def __init__(
        self,
        *,
        secret: frozenset[str],
        safe: frozenset[str],
        sessions_too: bool,
        has_built_in: bool = True,
        cleaned: Callable[[str], str] = str,
    ) -> None:
        self._extra = tuple(filter(None, map(plain, secret)))
        self._safe = frozenset(map(plain, safe))
        self._parts = _PARTS if has_built_in else ()
        whole = _WHOLE | _SESSIONS if sessions_too else _WHOLE
        self._whole = whole if has_built_in else frozenset()
        self._cleaned = cleaned
        self.known: dict[str, Verdict] = {}

    def hides(self, name: str) -> bool:
        """Say whether a value of this name must not be stored, whatever it is."""
        verdict = self.known.get(name)
        verdict = self.learn(name) if verdict is None else verdict
        return verdict is Verdict.HIDE or (verdict is Verdict.CLEAN and self._judge(name))

    def learn(self, name: str) -> Verdict:
        """Judge a name that was not met yet."""
        if len(self.known) >= _REMEMBERED:
            self.known.clear()
        # What is shorter is a word, and no secret.
        if len(name) >= _SHORTEST_SECRET and self._cleaned(name) != name:
            verdict = Verdict.CLEAN
        else:
            verdict = Verdict.HIDE if self._judge(name) else Verdict.KEEP
        self.known[name] = verdict
        return verdict

    def cleaned(self, name: str) -> str:
        """Return a name without the secrets in it."""
        return self._cleaned(name)

    def keep(self, name: str, *, like: str) -> None:
        """Know a name that was made of another: its value is as secret as that one's."""
        self.known[name] = Verdict.HIDE if self._judge(like) else Verdict.KEEP

    def _judge(self, name: str) -> bool:
        bare = plain(name)
        if name in _NEVER or bare in self._safe:
            return False
        if bare in self._whole or any(part in bare for part in self._parts):
            return True
        return bare not in _PROTOCOL and any(part in bare for part in self._extra)


class NoNames(Names):
    """The rules of a place whose keys are the names of other things: none is secret."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(secret=frozenset(), safe=frozenset(), sessions_too=False)

    def learn(self, name: str) -> Verdict:
        """Hide nothing."""
        return Verdict.KEEP
