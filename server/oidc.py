"""Signing in at a provider: the way there, and the way back (OpenID Connect)."""

import hmac
import logging
import secrets
from dataclasses import dataclass
from html import escape

import orjson
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from domain.failures import Failure
from graph.transport.http import browser_of
from outbound.encryption import CannotDecrypt, Cipher
from outbound.oidc_terms import Begun
from server.auth import SAFE, AuthPages, page
from server.wiring.access import Oidc

log = logging.getLogger(__name__)

_COOKIE = "tocsin_oidc"
_UNDER_WAY_SECONDS = 600
_LONGEST_COOKIE = 2000
# Of our own address, which may have a path: from /auth/oidc/callback.
_HOME = "../../"


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcPages:
    """Sends browsers to the provider and takes them back; what is under way is in their cookie."""

    oidc: Oidc
    pages: AuthPages
    cipher: Cipher

    def routes(self) -> list[BaseRoute]:
        """Return their paths."""
        return [
            Route("/auth/oidc/start", self.start, methods=["GET"]),
            Route("/auth/oidc/callback", self.callback, methods=["GET"]),
        ]

    async def start(self, request: Request) -> Response:
        """Send the browser to the provider."""
        begun = Begun(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
        )
        try:
            address = await self.oidc.client.address(begun)
        except Failure as failure:
            log.warning("the provider fails", extra={"why": failure.message})
            return page(_sentence(failure.message), 502)
        kept = {
            "state": begun.state,
            "nonce": begun.nonce,
            "verifier": begun.verifier,
            "to": _own_path(request.query_params.get("to", "")),
        }
        value = self.cipher.encrypt(orjson.dumps(kept)).decode()
        response = RedirectResponse(address, 303, headers=SAFE)
        response.headers.append("set-cookie", self._cookie(value, _UNDER_WAY_SECONDS))
        return response

    async def callback(self, request: Request) -> Response:
        """Take the browser back, and let it in when everything fits."""
        response = await self._finished(request)
        response.headers.append("set-cookie", self._cookie("", 0))
        return response

    async def _finished(self, request: Request) -> Response:
        asked = request.query_params
        kept = self._kept(request)
        if kept is None or not hmac.compare_digest(
            kept["state"].encode(), asked.get("state", "").encode("utf-8", "replace")
        ):
            again = "This sign-in was not begun in this browser, or too long ago. Begin again."
            return page(_sentence(again), 400)
        if error := asked.get("error"):
            why = asked.get("error_description") or error
            return page(_sentence(f"Your provider refused: {why[:300]}"), 403)
        begun = Begun(state=kept["state"], nonce=kept["nonce"], verifier=kept["verifier"])
        try:
            identity = await self.oidc.client.identity(
                begun, asked.get("code", "")[:4000], asked.get("iss")
            )
            signed_in = await self.oidc.use.sign_in(identity, browser_of(request))
        except Failure as failure:
            log.info("nobody was let in", extra={"why": failure.message})
            return page(_sentence(failure.message), 403)
        return self.pages.let_in(signed_in, to=kept["to"])

    def _kept(self, request: Request) -> dict[str, str] | None:
        value = request.cookies.get(self._name, "")[:_LONGEST_COOKIE]
        try:
            found = orjson.loads(self.cipher.decrypt(value.encode(), seconds=_UNDER_WAY_SECONDS))
        except (CannotDecrypt, orjson.JSONDecodeError):
            return None
        kept: dict[str, str] = found
        return kept

    @property
    def _name(self) -> str:
        return f"__Host-{_COOKIE}" if self.pages.cookie.is_secure else _COOKIE

    def _cookie(self, value: str, seconds: int) -> str:
        secure = "; Secure" if self.pages.cookie.is_secure else ""
        return f"{self._name}={value}; Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}"


def _own_path(wanted: str) -> str:
    """Return a path of ours to go to; an address of others would make us their signpost."""
    is_own = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_own and len(wanted) <= 500 and wanted.isprintable() else _HOME


def _sentence(text: str) -> str:
    return f'<p>{escape(text)}</p><p><a href="start">Begin again</a></p>'
