"""How what the API captures comes to the reception of the machine doors, which knows the limits."""

from collections.abc import Sequence

from application.capture import HandOver
from domain.failures import TooMany
from domain.inbox import InboxItem
from ingest.answers import Refused
from ingest.reception import Reception

_WAIT_SECONDS = 60


def handing_over(reception: Reception) -> HandOver:
    """Return the reception's way of handing over, with its refusals as failures."""

    async def hand_over(items: Sequence[InboxItem]) -> None:
        try:
            await reception.hand_over(items, is_sent_again=True)
        except Refused as refused:
            said = dict(refused.headers).get(b"retry-after", b"")
            seconds = int(said) if said.isdigit() else _WAIT_SECONDS
            raise TooMany(refused.detail, retry_after_seconds=seconds) from refused

    return hand_over
