"""Use cases of grouping rules: each change leaves the way before it to be looked up for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from application.auditing import Changed, difference, record
from application.clock import Clock
from application.own_ids import own_id
from domain.failures import Invalid, NotFound
from domain.grouping.config import LOOKED_BACK, VERSION
from domain.grouping.rules import MAX_RULES, Rule
from domain.grouping_rules import FormerGrouping, GroupingRule, next_version
from domain.ids import OrganizationId, ServiceId
from domain.viewers import Viewer
from persistence import grouping_rules, ingest_settings, services
from persistence.database import Database, Reading, Writing, scope_of_viewer
from persistence.reach import reach_of


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingRuleUseCases:
    """What may be done to the rules of grouping, each in one transaction."""

    database: Database
    clock: Clock

    async def create(
        self,
        organization: OrganizationId,
        rule: Rule,
        *,
        is_active: bool,
        key: str | None = None,
        by: Viewer,
    ) -> GroupingRule:
        """Add a rule after all others; under one key it is added once."""
        _must_configure(by, organization)
        at = self.clock.now()
        id_ = own_id(self.clock, "grouping_rule", organization, key, by=by)
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await self._held(db, organization)
            if (made := next((one for one in before if one.rule.id == id_), None)) is not None:
                return made
            if len(before) >= MAX_RULES:
                raise Invalid(f"An organization has at most {MAX_RULES} grouping rules.")
            await _must_be_known(db, organization, rule, by)
            new = GroupingRule(
                organization_id=organization,
                rule=replace(rule, id=id_),
                position=max((one.position for one in before), default=-1) + 1,
                is_active=is_active,
                created_by=by.user,
                created_at=at,
                updated_at=at,
            )
            await grouping_rules.add(db, new)
            await self._leave(db, organization, before, [*before, new])
            await self._write_down(db, "created", None, new, by)
        return new

    async def update(self, id_: UUID, rule: Rule, *, is_active: bool, by: Viewer) -> GroupingRule:
        """Give a rule another content, at its place."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            found = await self._found(db, id_, by)
            organization = found.organization_id
            before = await self._held(db, organization)
            await _must_be_known(db, organization, rule, by)
            after = replace(
                found,
                rule=replace(rule, id=id_),
                is_active=is_active,
                updated_at=self.clock.now(),
            )
            if not await grouping_rules.replace(db, after):
                raise NotFound("No such grouping rule.")
            now = [after if one.rule.id == id_ else one for one in before]
            await self._leave(db, organization, before, now)
            await self._write_down(db, "changed", found, after, by)
        return after

    async def delete(self, id_: UUID, *, by: Viewer) -> GroupingRule:
        """Remove a rule."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            found = await self._found(db, id_, by)
            organization = found.organization_id
            before = await self._held(db, organization)
            if not await grouping_rules.remove(db, organization, id_):
                raise NotFound("No such grouping rule.")
            now = [one for one in before if one.rule.id != id_]
            await self._leave(db, organization, before, now)
            await self._write_down(db, "deleted", found, None, by)
        return found

    async def reorder(
        self, organization: OrganizationId, ids: Sequence[UUID], *, by: Viewer
    ) -> list[GroupingRule]:
        """Give the rules of an organization another order; all of them must be named."""
        _must_configure(by, organization)
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await self._held(db, organization)
            rules = {one.rule.id: one for one in before}
            if len(ids) != len(rules) or set(ids) != set(rules):
                raise Invalid("Name every rule of the organization once.", field="rules")
            await grouping_rules.move(db, organization, ids)
            now = [replace(rules[id_], position=place) for place, id_ in enumerate(ids)]
            await self._leave(db, organization, before, now)
            was = {"order": [one.rule.id for one in before]}
            change = _of_organization(organization, "grouping_rules.reordered", was, {"order": ids})
            await record(db, self.clock, by, change)
        return now

    async def upgrade(
        self, organization: OrganizationId, version: int = VERSION, *, by: Viewer
    ) -> int:
        """Move an organization to another version of the algorithm; return the version."""
        _must_configure(by, organization)
        at = self.clock.now()
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await self._held(db, organization)
            current = await ingest_settings.grouping_version(db, organization)
            wanted = next_version(current, version)
            await ingest_settings.set_grouping_version(db, organization, wanted, at=at)
            await self._note(db, organization, current, _active(before))
            was, is_ = {"version": current}, {"version": wanted}
            change = _of_organization(organization, "grouping.upgraded", was, is_)
            await record(db, self.clock, by, change)
        return wanted

    async def _write_down(
        self,
        db: Writing,
        verb: str,
        before: GroupingRule | None,
        after: GroupingRule | None,
        by: Viewer,
    ) -> None:
        was, is_ = (None if one is None else _told(one) for one in (before, after))
        if was is not None and is_ is not None:
            was, is_ = difference(was, is_)
        if (rule := after or before) is not None and (was or is_):
            change = Changed(
                organization_id=rule.organization_id,
                action=f"grouping_rule.{verb}",
                object_kind="grouping_rule",
                object_id=rule.rule.id,
                before=was,
                after=is_,
            )
            await record(db, self.clock, by, change)

    async def _held(self, db: Writing, organization: OrganizationId) -> list[GroupingRule]:
        """Return the rules of an organization, which nobody else changes until we are done."""
        await ingest_settings.hold(db, organization)
        return await grouping_rules.listed(db, organization)

    async def _found(self, db: Reading, id_: UUID, by: Viewer) -> GroupingRule:
        found = await grouping_rules.by_id(db, id_, reach_of(scope_of_viewer(by)))
        if found is None:
            raise NotFound("No such grouping rule.")
        by.must_configure(found.organization_id)
        return found

    async def _leave(
        self,
        db: Writing,
        organization: OrganizationId,
        before: Sequence[GroupingRule],
        now: Sequence[GroupingRule],
    ) -> None:
        was = _active(before)
        if [_effect(rule) for rule in was] != [_effect(rule) for rule in _active(now)]:
            version = await ingest_settings.grouping_version(db, organization)
            await self._note(db, organization, version, was)

    async def _note(
        self, db: Writing, organization: OrganizationId, version: int, rules: Sequence[Rule]
    ) -> None:
        at = self.clock.now()
        left = FormerGrouping(version=version, rules=tuple(rules), ended_at=at)
        await grouping_rules.leave(
            db, organization, self.clock.new_id(), left, keep_since=at - LOOKED_BACK
        )


def _must_configure(by: Viewer, organization: OrganizationId) -> None:
    if not by.is_system_admin and organization not in by.roles:
        raise NotFound("No such organization.")
    by.must_configure(organization)


async def _must_be_known(db: Reading, organization: OrganizationId, rule: Rule, by: Viewer) -> None:
    if rule.service_id is None:
        return
    id_ = ServiceId(rule.service_id)
    found = await services.by_ids(db, [id_], reach_of(scope_of_viewer(by), organization))
    if id_ not in found:
        raise NotFound("No such service in this organization.")


def _told(one: GroupingRule) -> dict[str, object]:
    names = ("name", "service_id", "fingerprint", "title", "begins_new_errors", "in_app")
    told = {name: getattr(one.rule, name) for name in names}
    return told | {"matchers": one.rule.matchers.as_json(), "is_active": one.is_active}


def _of_organization(
    organization: OrganizationId,
    action: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> Changed:
    return Changed(
        organization_id=organization,
        action=action,
        object_kind="organization",
        object_id=organization,
        before=before,
        after=after,
    )


def _active(rules: Sequence[GroupingRule]) -> list[Rule]:
    return [one.rule for one in rules if one.is_active]


def _effect(rule: Rule) -> tuple[object, ...]:
    return rule.effect, rule.service_id, rule.begins_new_errors
