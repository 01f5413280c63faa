"""What the tests of triage share: errors that happened, and decisions about them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from application.clock import Clock
from application.digest import Digest
from application.feed import Hub
from application.feed_log import FeedLog
from application.policies import Policies
from application.triage.changing import Asking, Decision, ErrorChanges
from application.triage.fixing import Fix
from application.triage.outcomes import Outcome
from application.triage.selection import Selection, one
from application.triage.statuses import StatusDecision, Until
from domain.errors import ErrorStatus
from domain.ids import ErrorId
from domain.resolutions import FixedIn
from persistence.database import Database
from tests.application.digesting import accept, an_event, an_item, digest_all, errors_of, rows
from tests.application.doubles import HeardBus
from tests.conftest import CLOCK
from tests.house import Tenant


@dataclass
class Desk:
    """Where one tenant's errors happen and are decided about; `now` is moved by hand."""

    database: Database
    tenant: Tenant
    now: datetime

    def __post_init__(self) -> None:
        self.hub = Hub(HeardBus(), FeedLog(database=self.database))
        self.clock = Clock(now=lambda: self.now, randomness=CLOCK.randomness)
        self.digest = Digest(
            database=self.database,
            hub=self.hub,
            clock=self.clock,
            policies=Policies(database=self.database, clock=self.clock),
        )
        self.changes = ErrorChanges(database=self.database, hub=self.hub, clock=self.clock)

    async def happens(self, where: str = "pay", *, times: int = 1, **fields: Any) -> dict[str, Any]:
        """Let something fail a minute later, and return its error."""
        self.now += timedelta(minutes=1)
        events = [
            an_item(self.tenant, an_event(where, **fields), at=self.now) for _ in range(times)
        ]
        await accept(self.database, *events)
        await digest_all(self.digest)
        return (await self.errors())[where]

    async def errors(self) -> dict[str, dict[str, Any]]:
        """Return the errors by the functions that they happen in."""
        return {
            str(row["culprit"]).rpartition(" ")[2]: row
            for row in await errors_of(self.database, self.tenant)
        }

    async def decide(
        self, decision: Decision, about: Selection | dict[str, Any], asking: Asking | None = None
    ) -> Outcome:
        """Decide a minute later, as the tenant's owner."""
        self.now += timedelta(minutes=1)
        if isinstance(about, dict):
            about = one(ErrorId(about["id"]))
        viewer = self.tenant.viewer
        return await self.changes.make(decision, about, asking or Asking(), by=viewer)

    async def move(self, error: dict[str, Any], to: ErrorStatus, **until: Any) -> Outcome:
        """Move an error to a status."""
        decision = StatusDecision(to=to, until=Until(**until), clock=self.clock)
        return await self.decide(decision, error)

    async def resolve(
        self, error: dict[str, Any], fixed_in: FixedIn = FixedIn.NOW, **more: Any
    ) -> Outcome:
        """Resolve an error."""
        return await self.decide(self.resolving(fixed_in=fixed_in, **more), error)

    def resolving(self, **fix: Any) -> StatusDecision:
        """Return the decision to resolve."""
        return StatusDecision(to=ErrorStatus.RESOLVED, fix=Fix(**fix), clock=self.clock)

    async def rows(self, table: str, columns: str = "*", order: str = "id") -> list[dict[str, Any]]:
        """Return the tenant's rows of a table."""
        return await rows(
            self.database,
            f"SELECT {columns} FROM {table} WHERE organization_id = $1 ORDER BY {order}",
            self.tenant.organization,
        )

    async def told(self) -> list[str]:
        """Return what the timelines tell, in order."""
        return [
            str(row["kind"])
            for row in await self.rows("error_activities", "kind", "created_at, id")
        ]


def a_desk(database: Database, tenant: Tenant) -> Desk:
    """Return a desk at which it is an hour ago."""
    return Desk(database, tenant, datetime.now(UTC) - timedelta(hours=1))
