"""Names that give a secret away, whatever its value looks like."""

import re

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
_SEPARATORS = re.compile(r"[^0-9a-z]+")


def plain(name: str) -> str:
    """Return a name without case and separators, as names are compared."""
    return _SEPARATORS.sub("", name.lower())


class Names:
    """Which names are secret, by one set of rules; it remembers what it said of a name."""

    __slots__ = ("_extra", "_safe", "_whole", "known")

    def __init__(self, *, secret: frozenset[str], safe: frozenset[str], sessions_too: bool) -> None:
        self._extra = tuple(filter(None, map(plain, secret)))
        self._safe = frozenset(map(plain, safe))
        self._whole = _WHOLE | _SESSIONS if sessions_too else _WHOLE
        self.known: dict[str, bool] = {}

    def hides(self, name: str) -> bool:
        """Say whether a value of this name must not be stored, whatever it is."""
        verdict = self.known.get(name)
        return self.learn(name) if verdict is None else verdict

    def learn(self, name: str) -> bool:
        """Judge a name that was not met yet."""
        if len(self.known) >= _REMEMBERED:
            self.known.clear()
        verdict = self.known[name] = self._judge(name)
        return verdict

    def _judge(self, name: str) -> bool:
        bare = plain(name)
        if name in _NEVER or bare in self._safe:
            return False
        if bare in self._whole or any(part in bare for part in _PARTS):
            return True
        return bare not in _PROTOCOL and any(part in bare for part in self._extra)


class NoNames(Names):
    """The rules of a place whose keys are the names of other things: none is secret."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(secret=frozenset(), safe=frozenset(), sessions_too=False)

    def learn(self, name: str) -> bool:
        """Hide nothing."""
        return False
