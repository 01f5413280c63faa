"""Suppressing: carries out what people decided not to hear of, once it is known what it is.

Which rules fit an event was found when it was prepared. Whether they may act depends on how bad its
error is, so that is decided here. What most events pay for it is one look at an empty tuple.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from application.clock import Clock
from application.digest.batch import Arrived, Group
from application.digest.prepare import Prepared
from application.policies import Policy
from domain.errors import severity_for
from domain.ids import ErrorTypeId, OrganizationId, SuppressionRuleId
from domain.levels import Severity
from domain.suppression import Suppression, SuppressionAction, decided
from persistence import error_types, suppression_rules
from persistence.database import SYSTEM, Database, RawConnection

Types = Mapping[tuple[OrganizationId, str], tuple[ErrorTypeId, Severity]]
Decisions = dict[int, Suppression]


@dataclass(slots=True, kw_only=True)
class Suppressed:
    """The groups that are left, what was dropped, and how often each rule was hit."""

    groups: list[Group]
    dropped: list[Arrived] = field(default_factory=list)
    hits: Counter[SuppressionRuleId] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressing:
    """Applies the suppression rules of a batch's organizations."""

    database: Database
    clock: Clock
    policies: Mapping[OrganizationId, Policy]

    async def apply(self, db: RawConnection, groups: Sequence[Group]) -> Suppressed:
        """Return what is left of the groups."""
        touched = [group for group in groups if any(_fitting(one) for one in group.arrived)]
        if not touched:
            return Suppressed(groups=list(groups))
        types = await error_types.defaults(db, {group.organization_id for group in touched})
        decisions: Decisions = {}
        for group in touched:
            severity = _severity(group, types)
            for one in group.arrived:
                if found := self._decided(one, severity):
                    decisions[id(one.made)] = found
        room = await self._room(decisions)
        done = Suppressed(groups=[])
        for group in groups:
            left = _carried_out(group, decisions, room, done)
            if left is not None:
                done.groups.append(left)
        return done

    async def count(self, hits: Mapping[SuppressionRuleId, int]) -> None:
        """Add to the counts of rules, after the batch: no digest waits for another's rule."""
        if hits:
            async with self.database.raw_writing(SYSTEM) as db:
                await suppression_rules.count_hits(db, hits, self.clock.now())

    def _decided(self, one: Arrived, severity: Severity) -> Suppression | None:
        rules = self.policies[one.item.organization_id].suppression
        fitting = [rules[place] for place in _fitting(one)]
        return decided(fitting, severity, self.clock.now()) if fitting else None

    async def _room(self, decisions: Decisions) -> dict[SuppressionRuleId, int]:
        limited = Counter(
            each.rule_id
            for each in decisions.values()
            if each.action is SuppressionAction.RATE_LIMIT
        )
        if not limited:
            return {}
        async with self.database.raw_writing(SYSTEM) as db:
            return await suppression_rules.take_room(db, limited, self.clock.now())


def _fitting(one: Arrived) -> tuple[int, ...]:
    return one.made.fitting if isinstance(one.made, Prepared) else ()


def _severity(group: Group, types: Types) -> Severity:
    if group.known is not None:
        return group.known.severity
    event = group.first.made.event
    organization = group.organization_id
    known = types.get((organization, event.error_type)) or types[organization, "unknown"]
    return severity_for(event.level, known[1])


def _carried_out(
    group: Group,
    decisions: Decisions,
    room: dict[SuppressionRuleId, int],
    done: Suppressed,
) -> Group | None:
    """Return a group as its events' verdicts leave it; None when nothing of it is left."""
    found = [decisions.get(id(one.made)) for one in group.arrived]
    if not any(found):
        return group
    left = Group(error_id=group.error_id, known=group.known, origins=group.origins)
    actions: list[SuppressionAction | None] = []
    for one, verdict in zip(group.arrived, found, strict=True):
        made = one.made
        if verdict is not None:
            done.hits[verdict.rule_id] += 1
            if verdict.action is SuppressionAction.DROP:
                done.dropped.append(one)
                continue
            if verdict.action is SuppressionAction.RATE_LIMIT and isinstance(made, Prepared):
                room[verdict.rule_id] -= 1
                made = replace(made, keeps_body=room[verdict.rule_id] >= 0)
            if verdict.action is SuppressionAction.DOWNGRADE and not left.arrived:
                left.lowered_to = verdict.severity
        actions.append(verdict.action if verdict else None)
        left.add(Arrived(one.item, made))
    if not left.arrived:
        return None
    left.is_quiet = set(actions) == {SuppressionAction.STORE_ONLY}
    left.is_muted = set(actions) == {SuppressionAction.MUTE}
    if left.known is None and left.kept[0].made.occurrence_id != group.error_id:
        left = _renamed(left)
    return left


def _renamed(group: Group) -> Group:
    """Give a new error the id of an occurrence that is stored: its first was dropped."""
    return replace(group, error_id=type(group.error_id)(group.kept[0].made.occurrence_id))
