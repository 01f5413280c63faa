"""Credentials of the doors that are not Sentry's: an ingest key, named in any usual place."""

from urllib.parse import parse_qs

from ingest.answers import Refused
from ingest.routes import Request
from ingest.sentry.credentials import agreed, named_keys

_BEARER = "bearer "


def key_named(request: Request) -> str:
    """Return the public key that a request names, or refuse.

    A bearer token counts only where nothing else names a key: it may be a proxy's.
    """
    named, _ = named_keys(request.query, request.headers)
    if own := request.header(b"x-tocsin-key").strip():
        named.append(own)
    if b"key=" in request.query:
        named += parse_qs(request.query.decode("latin-1")).get("key", [])
    authorization = request.header(b"authorization").strip()
    if not named and authorization.lower().startswith(_BEARER):
        named.append(authorization[len(_BEARER) :].strip())
    if not named:
        raise Refused(
            401,
            "No ingest key was given: send `Authorization: Bearer <public key>`,"
            " `X-Tocsin-Key: <public key>`, or `?key=<public key>`.",
            headers=((b"www-authenticate", b"Bearer"),),
        )
    return agreed(named)
