"""The cookie of a sign-in: read by nobody but us, sent to nobody but us."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from domain.sign_ins import LONGEST, PREFIX

NAME = "tocsin_session"
# A browser takes a cookie of this name only over TLS, for the whole host and for no other.
HOST_NAME = f"__Host-{NAME}"


@dataclass(frozen=True, slots=True)
class SignInCookie:
    """Reads and writes the cookie, as the address that people use allows it."""

    is_secure: bool

    @property
    def name(self) -> str:
        """What the cookie is called."""
        return HOST_NAME if self.is_secure else NAME

    def secret_in(self, headers: Mapping[str, str]) -> str | None:
        """Return the secret that a browser sends, if it sends one."""
        sent = headers.get("cookie")
        if not sent or self.name not in sent:
            return None
        jar: SimpleCookie = SimpleCookie()
        try:
            jar.load(sent)
        except CookieError:
            return None
        found = jar.get(self.name)
        return found.value if found is not None and found.value.startswith(PREFIX) else None

    def setting(self, secret: str) -> str:
        """Return the header that keeps a secret in the browser."""
        return self._header(secret, int(LONGEST.total_seconds()))

    def clearing(self) -> str:
        """Return the header that takes it away."""
        return self._header("", 0)

    def _header(self, value: str, seconds: int) -> str:
        secure = "; Secure" if self.is_secure else ""
        return f"{self.name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}"
