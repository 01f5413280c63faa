"""Pages to sign in by, where a mutation cannot: a link that is good once."""

from dataclasses import dataclass
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from application.sign_ins import SignedIn
from domain.failures import Failure
from graph.context import House
from graph.transport.asking import Refused, bounded
from graph.transport.cookies import SignInCookie
from graph.transport.http import browser_of
from graph.transport.origins import Origins

_MAXIMUM_FORM_BYTES = 4096
SAFE = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # Not "no-referrer": browsers would call the button's own page a foreign one (Origin: null).
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Tocsin</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><style>
body{{margin:0;min-height:100dvh;display:grid;place-items:center;
font:.9rem/1.5 system-ui,sans-serif;
background:light-dark(#f6f4ef,#131614);color:light-dark(#1e1d18,#ecebe4)}}
main{{width:min(380px,calc(100vw - 2rem));box-sizing:border-box;padding:28px;border-radius:12px;
border:1px solid light-dark(#e9e5db,#272d29);background:light-dark(#fffefb,#1a1e1b)}}
h1{{margin:0 0 12px;font:500 1.6rem/1.25 Palatino,Georgia,serif}}
a{{color:light-dark(#17645a,#6ec9b6)}}
button{{width:100%;min-height:40px;margin-top:12px;border:0;border-radius:5px;font:inherit;font-weight:600;
cursor:pointer;background:light-dark(#17645a,#6ec9b6);color:light-dark(#fff,#0b1f1b)}}</style></head>
<body><main><h1>{title}</h1>{inside}</main></body></html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthPages:
    """The few pages that must work without the dashboard."""

    house: House
    cookie: SignInCookie
    origins: Origins

    def routes(self) -> list[BaseRoute]:
        """Return their paths."""
        return [Route("/auth/enter", self.enter, methods=["GET", "POST"])]

    async def enter(self, request: Request) -> Response:
        """Ask by a button whether to enter: what only fetches a link must not use it up."""
        token = request.query_params.get("token", "")
        if request.method != "POST":
            button = '<form method="post"><button autofocus>Sign in</button></form>'
            return page(f"<p>This link signs you in, once.</p>{button}", title="Welcome")
        if self.origins.are_foreign(request.headers):
            return page("<p>Another site sent this; nothing was done.</p>", 403)
        try:
            announced = request.headers.get("content-length")
            await bounded(request.stream(), announced, _MAXIMUM_FORM_BYTES)
            signed_in = await self.house.sign_ins.by_link(token[:200], browser_of(request))
        except Refused as refused:
            return page(f"<p>{escape(refused.message)}</p>", refused.status)
        except Failure as failure:
            again = '<p><a href="../">Sign in with a password</a>, or let whoever runs Tocsin make'
            another = f"{again} another link: <code>tocsin user link</code></p>"
            return page(f"<p>{escape(failure.message)}</p>{another}", 403)
        return self.let_in(signed_in, to="../welcome")

    def let_in(self, signed_in: SignedIn, to: str = "../") -> Response:
        """Send a browser on, with its cookie; the way is relative: our address may have a path."""
        response = RedirectResponse(to, 303, headers=SAFE)
        response.headers.append("set-cookie", self.cookie.setting(signed_in.secret))
        return response


def page(inside: str, status: int = 200, title: str = "Tocsin") -> HTMLResponse:
    """Return a small page."""
    return HTMLResponse(_PAGE.format(inside=inside, title=title), status, headers=SAFE)
