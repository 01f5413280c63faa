"""The handler of client reports: what an SDK discarded becomes outcomes of its key."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from application.digest.kinds import Sent, Written, outcome_key
from application.telemetry.fresh import accepted, duplicates, fresh
from domain.categories import CATEGORIES
from domain.inbox import InboxItem, ItemKind
from domain.outcomes import Outcome
from domain.telemetry import read_client_report
from persistence.database import RawConnection

CLIENT_REPORT = CATEGORIES[ItemKind.CLIENT_REPORT]


@dataclass(slots=True, kw_only=True)
class ClientReports:
    """Counts what SDKs threw away before it could be sent."""

    def read(self, sent: Sent) -> Counter[tuple[str, str]]:
        """Return how much was discarded, by category and reason."""
        return read_client_report(sent.payload)

    async def write(
        self, db: RawConnection, read: Sequence[tuple[InboxItem, Counter[tuple[str, str]]]]
    ) -> Written:
        """Turn reports that were not counted before into outcomes."""
        new, again = await fresh(db, read)
        items = [item for item, _ in new]
        outcomes = accepted(items, CLIENT_REPORT) + duplicates(again, CLIENT_REPORT)
        for item, discarded in new:
            for (category, reason), quantity in discarded.items():
                key = outcome_key(item, Outcome.CLIENT_DISCARDED, category, reason)
                outcomes[key] += quantity
        return Written(outcomes=outcomes)
