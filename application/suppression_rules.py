"""Use cases of suppression rules: made, changed and removed, and tried on what is stored."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from application.auditing import Changed, record
from application.clock import Clock
from application.own_ids import own_id
from domain.failures import Conflict, NotFound
from domain.ids import OrganizationId, SuppressionRuleId
from domain.levels import Severity
from domain.matching import Matchers
from domain.schedules import Schedule
from domain.suppression import MAX_RULES, SuppressionAction, SuppressionRule, SuppressionScope
from domain.viewers import Viewer
from persistence import suppression_rules
from persistence.database import Database, Writing, scope_of_viewer
from persistence.reach import EVERYWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    """What a person decides of a rule."""

    scope: SuppressionScope
    name: str
    description: str | None
    matchers: Matchers
    expression: str | None
    alert_rule_id: UUID | None
    action: SuppressionAction
    downgrade_to: Severity | None
    max_per_window: int | None
    window: timedelta | None
    active_from: datetime | None
    active_until: datetime | None
    schedule: Schedule | None
    never_in_critical_window: bool
    never_above: Severity
    expires_at: datetime | None
    is_active: bool

    def decided(self) -> dict[str, Any]:
        """Return the parts by their names."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionRuleUseCases:
    """What may be done to suppression rules; the digest keeps to a new one within seconds."""

    database: Database
    clock: Clock

    async def create(
        self, organization: OrganizationId, draft: RuleDraft, *, key: str | None = None, by: Viewer
    ) -> SuppressionRule:
        """Add a rule; under one key it is added once."""
        rule = self.drafted(organization, draft, by=by)
        id_ = SuppressionRuleId(own_id(self.clock, "suppression_rule", organization, key, by=by))
        rule = replace(rule, id=id_)
        async with self.database.writing(scope_of_viewer(by)) as db:
            if (
                made := (await suppression_rules.by_ids(db, [id_], EVERYWHERE)).get(id_)
            ) is not None:
                return made
            if await suppression_rules.count(db, organization) >= MAX_RULES:
                raise Conflict(f"An organization has at most {MAX_RULES} rules.")
            await suppression_rules.add(db, rule)
            await self._note(db, "created", None, rule, by)
        return rule

    async def update(
        self, id_: SuppressionRuleId, draft: RuleDraft, *, by: Viewer
    ) -> SuppressionRule:
        """Change everything that a person decides of a rule; its counts stay."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await _existing(db, id_, by)
            after = replace(before, **draft.decided(), updated_at=self.clock.now())
            if not await suppression_rules.replace(db, before, after):
                raise Conflict("Someone else changed this rule first.")
            await self._note(db, "changed", before, after, by)
        return after

    async def delete(self, id_: SuppressionRuleId, *, by: Viewer) -> SuppressionRule:
        """Remove a rule; what it suppressed before does not come back."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await _existing(db, id_, by)
            if not await suppression_rules.remove(db, before):
                raise Conflict("Someone else removed this rule first.")
            await self._note(db, "deleted", before, None, by)
        return before

    def drafted(
        self, organization: OrganizationId, draft: RuleDraft, *, by: Viewer
    ) -> SuppressionRule:
        """Return the rule that a draft would be."""
        if not by.is_system_admin and organization not in by.organizations:
            raise NotFound("No such organization.")
        by.must_configure(organization)
        at = self.clock.now()
        return SuppressionRule(
            id=SuppressionRuleId(self.clock.new_id()),
            organization_id=organization,
            created_by=by.user,
            created_at=at,
            updated_at=at,
            **draft.decided(),
        )

    async def _note(
        self,
        db: Writing,
        verb: str,
        before: SuppressionRule | None,
        after: SuppressionRule | None,
        by: Viewer,
    ) -> None:
        was, is_ = _told(before), _told(after)
        changed = {name for name in was | is_ if was.get(name) != is_.get(name)}
        rule = after or before
        if rule is None:
            raise ValueError("A rule is there before or after.")
        change = Changed(
            organization_id=rule.organization_id,
            action=f"suppression_rule.{verb}",
            object_kind="suppression_rule",
            object_id=rule.id,
            before={name: was[name] for name in changed if name in was} if before else None,
            after={name: is_[name] for name in changed if name in is_} if after else None,
        )
        await record(db, self.clock, by, change)


def _told(rule: SuppressionRule | None) -> dict[str, object]:
    """Return what a person decided of a rule, as the audit log keeps it."""
    if rule is None:
        return {}
    told: dict[str, object] = {name: getattr(rule, name) for name in RuleDraft.__dataclass_fields__}
    return told | {
        "matchers": rule.matchers.as_json(),
        "window": None if rule.window is None else rule.window.total_seconds(),
        "schedule": None if rule.schedule is None else rule.schedule.as_json(),
    }


async def _existing(db: Writing, id_: SuppressionRuleId, by: Viewer) -> SuppressionRule:
    found = (await suppression_rules.by_ids(db, [id_], EVERYWHERE)).get(id_)
    if found is None:
        raise NotFound("No such suppression rule.")
    by.must_configure(found.organization_id)
    return found
