"""Visitors: what keeps a key that stands in a public form from being misused (RPT-05).

A key for reports can be read by anybody, so what comes with it is held to a form: one report with
a few pictures, filled in by a person, and not too many from one place. Each refusal is a sentence
that the form shows.
"""

import ipaddress
import math
from collections.abc import Mapping
from typing import Any

import orjson

from domain.attachments import IMAGES, content_type_of
from domain.categories import CATEGORIES
from domain.inbox import ItemKind
from domain.limits import Limit, Want
from domain.outcomes import Outcome
from domain.services import IngestKey, KeyPurpose
from ingest.answers import Refused
from ingest.reception import Reception
from ingest.routes import Request
from ingest.sentry.envelope import Envelope, Item

MAX_PICTURES = 5
MAX_PICTURE_BYTES = 5 * 1024 * 1024
PER_ADDRESS = 5
PER_KEY = 60
# Nobody writes a title and a sentence faster.
LEAST_FILLING_MS = 2_000
_CATEGORY = CATEGORIES[ItemKind.FEEDBACK]
_REPORTS = (ItemKind.FEEDBACK.value, ItemKind.USER_REPORT.value)


async def check_visitor(
    reception: Reception, request: Request, key: IngestKey, envelope: Envelope
) -> None:
    """Refuse what a person in front of a form would not send; other keys may."""
    if key.purpose is not KeyPurpose.REPORT:
        return
    reports = [item for item in envelope.items if item.type in _REPORTS]
    pictures = [item for item in envelope.items if item.type == ItemKind.ATTACHMENT.value]
    found = _wrong(reports, pictures)
    if found is not None:
        reason, status, sentence = found
        reception.refused(key, _CATEGORY, reason)
        raise Refused(status, sentence)
    if reports:
        await limit_visitor(reception, request, key)


async def limit_visitor(reception: Reception, request: Request, key: IngestKey) -> None:
    """Take a token for one report: of the address, then of the key."""
    if key.purpose is not KeyPurpose.REPORT:
        return
    place = _place(request.remote_address)
    limits = (
        Limit(f"r:{key.id}:{place}", PER_ADDRESS, PER_ADDRESS),
        Limit(f"r:{key.id}", PER_KEY, PER_KEY),
    )
    now = reception.clock.now().timestamp()
    [granted] = await reception.gate.limiter.take([Want(1, limits)], now)
    if granted.amounts[-1]:
        return
    short = granted.amounts.index(0)
    reason = ("address_limit", "key_limit")[short]
    reception.tally.count(key, Outcome.RATE_LIMITED, _CATEGORY, reason, 1)
    seconds = max(1, math.ceil(granted.waits[short]))
    raise Refused(
        429,
        f"Too many reports were sent. Please try again in {seconds} seconds.",
        headers=((b"retry-after", str(seconds).encode()),),
    )


def _wrong(reports: list[Item], pictures: list[Item]) -> tuple[str, int, str] | None:
    if len(reports) > 1:
        return "too_many", 400, "One report is taken at a time."
    if pictures and not reports:
        return "no_report", 400, "Pictures are taken only with a report."
    if len(pictures) > MAX_PICTURES:
        return "too_many", 413, f"At most {MAX_PICTURES} pictures are taken."
    if any(len(item.payload) > MAX_PICTURE_BYTES for item in pictures):
        return "too_large", 413, f"A picture may have {MAX_PICTURE_BYTES >> 20} MB."
    if any(content_type_of(item.payload) not in IMAGES for item in pictures):
        return "type", 415, "Only pictures are taken: PNG, JPEG, WebP or GIF."
    for item in reports:
        form = _form(item.payload)
        filled = form.get("filled_ms")
        if form.get("trap"):
            return "trap", 400, "This looks as if a program had sent it."
        if isinstance(filled, int | float) and filled < LEAST_FILLING_MS:
            return "too_fast", 400, "That was quick. Please wait a moment, then send it again."
    return None


def _form(payload: bytes) -> Mapping[str, Any]:
    """Return what the widget's form says; whatever else it is, others read it later."""
    try:
        form = orjson.loads(payload)["contexts"]["report"]
    except (orjson.JSONDecodeError, KeyError, TypeError, IndexError):
        return {}
    return form if isinstance(form, dict) else {}


def _place(address: str | None) -> str:
    """Return whom an address stands for: an IPv6 network is one household."""
    if address is None:
        return "unknown"
    found = ipaddress.ip_address(address)
    if found.version == 6:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address
