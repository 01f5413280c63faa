"""Policies: what an organization decided about what is stored of its events, and how they group.

The digest asks for each batch, so a policy is remembered for a few seconds. Nothing here fails the
digest: while the database is away what was known holds, and a rule that this version cannot read
is left out with a line in the log.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from application.clock import Clock
from domain.failures import Invalid
from domain.grouping.config import DEFAULT, LOOKED_BACK, GroupingConfig
from domain.grouping.rules import rule_of_json
from domain.grouping_rules import FormerGrouping, config_of
from domain.ids import OrganizationId, ServiceId
from domain.scrubbing import Scrubber
from domain.scrubbing.settings import ScrubbingSettings
from domain.suppression import SuppressionRule, SuppressionScope
from persistence import ingest_settings, suppression_rules
from persistence.database import SYSTEM, Database
from persistence.ingest_settings import Decisions

log = logging.getLogger(__name__)

FRESH = timedelta(seconds=5)
_REMEMBERED = 10_000
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules that one organization's events are digested by.

    `services` has their names where rules may ask for them.
    """

    scrubber: Scrubber = field(default_factory=Scrubber)
    infers_addresses: bool = False
    grouping: GroupingConfig = DEFAULT
    services: tuple[tuple[ServiceId, str], ...] = ()
    suppression: tuple[SuppressionRule, ...] = ()
    _of_services: dict[ServiceId, GroupingConfig] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def grouping_of(self, service: ServiceId) -> GroupingConfig:
        """Return how the events of a service group."""
        if not self.grouping.rules and not self.grouping.before:
            return self.grouping
        known = self._of_services.get(service)
        if known is None:
            known = self.grouping.of_service(service, self.name_of(service))
            self._of_services[service] = known
        return known

    @property
    def has_rules(self) -> bool:
        """Whether anything but an event's likeness decides what becomes of it."""
        return bool(self.grouping.rules or self.suppression)

    def name_of(self, service: ServiceId) -> str:
        """Return the name of a service, where rules may ask for it."""
        return dict(self.services).get(service, "")


@dataclass(slots=True)
class _Known:
    policy: Policy
    asked_at: datetime


@dataclass(slots=True, kw_only=True)
class Policies:
    """The policies that this process has met; without a database, the default holds for all."""

    database: Database | None = None
    clock: Clock | None = None
    default: Policy = field(default_factory=Policy)
    _known: dict[OrganizationId, _Known] = field(default_factory=dict)
    _equal: dict[Policy, Policy] = field(default_factory=dict)

    async def of(self, organizations: Iterable[OrganizationId]) -> Mapping[OrganizationId, Policy]:
        """Return the policy of each organization."""
        wanted = list(organizations)
        if self.database is None or self.clock is None:
            return dict.fromkeys(wanted, self.default)
        at = self.clock.now()
        if stale := [id_ for id_ in wanted if not self._is_fresh(id_, at)]:
            await self._ask(self.database, stale, at)
        return {id_: self._known[id_].policy for id_ in wanted}

    def _is_fresh(self, id_: OrganizationId, at: datetime) -> bool:
        known = self._known.get(id_)
        return known is not None and at - known.asked_at < FRESH

    async def _ask(self, database: Database, stale: list[OrganizationId], at: datetime) -> None:
        try:
            async with database.raw_reading(SYSTEM) as db:
                found = await ingest_settings.for_digest(db, stale, since=at - LOOKED_BACK)
                muted = await suppression_rules.active_of(db, stale, SuppressionScope.ERROR)
        except Exception:
            # Who was never asked for may have secrets that we do not know of: the batch waits.
            if any(id_ not in self._known for id_ in stale):
                raise
            log.warning("the rules cannot be read; those known go on", exc_info=True)
            return
        if len(self._known) > _REMEMBERED:
            self._known.clear()
            self._equal.clear()
        for id_ in stale:
            policy = policy_of(found[id_], muted[id_], at=at)
            # One for all that are equal, because a scrubber remembers what it met.
            self._known[id_] = _Known(self._equal.setdefault(policy, policy), at)


def policy_of(
    decisions: Decisions, suppression: Iterable[SuppressionRule] = (), *, at: datetime
) -> Policy:
    """Return the policy of what an organization decided."""
    rules = _readable(rule_of_json, decisions.rules)
    former = _readable(_former, decisions.former)
    version = int(decisions.settings.get("grouping_version", DEFAULT.version))
    scrubbing = _readable(ingest_settings.scrubbing_of, [decisions.settings])
    settings = scrubbing[0] if scrubbing else ScrubbingSettings()
    return Policy(
        scrubber=scrubber_of(settings),
        infers_addresses=settings.infers_addresses,
        grouping=config_of(version, rules, former, at=at),
        services=tuple(decisions.services),
        # Equal as long as the rules are: what they hit is counted elsewhere.
        suppression=tuple(replace(r, hit_count=0, last_hit_at=None) for r in suppression),
    )


def scrubber_of(settings: ScrubbingSettings) -> Scrubber:
    """Return the scrubber that does what an organization decided."""
    return Scrubber(
        secret_names=settings.secret_names,
        safe_names=settings.safe_names,
        hides_emails=settings.hides_emails,
        hides_addresses=settings.hides_addresses,
        switched_off=settings.switched_off,
        patterns=settings.patterns,
    )


def _former(kept: dict[str, Any]) -> FormerGrouping:
    return FormerGrouping(
        version=kept["version"],
        rules=tuple(_readable(rule_of_json, kept["rules"])),
        ended_at=datetime.fromisoformat(kept["ended_at"]),
    )


def _readable(read: Callable[[dict[str, Any]], _Read], kept: list[dict[str, Any]]) -> list[_Read]:
    found = []
    for one in kept:
        try:
            found.append(read(one))
        except (Invalid, KeyError, TypeError, ValueError):
            log.exception("a stored rule cannot be read", extra={"rule": str(one.get("id"))})
    return found
