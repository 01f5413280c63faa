"""Suppression rules, as the API shows them: what nobody wants to hear of."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from application.suppression_preview import SuppressionPreviewUseCases
from domain import schedules, suppression
from domain.ids import ErrorId, OrganizationId, SuppressionRuleId, UserId
from domain.levels import Severity
from domain.schedules import Weekday
from domain.suppression import MAX_RULES, SuppressionAction, SuppressionScope
from domain.suppression_text import apart
from graph.context import Info
from graph.errors import Error, error_of
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import Node, organization_id, shown, suppression_rule_id
from graph.matchers import Matcher
from graph.organizations import Organization, organization_of
from graph.scalars import BigInt
from graph.suppression_inputs import SuppressionRuleInput
from graph.texts import OnceKey, optional_text_of
from graph.users import User, user_of
from persistence.idempotency import MAX_KEY
from persistence.projection.declared import SUPPRESSION_RULE
from persistence.reach import EVERYWHERE, reach_of
from persistence.suppression_rules import by_ids, listed

Id = Annotated[strawberry.ID, strawberry.argument(description="The rule.")]
Rule = Annotated[SuppressionRuleInput, strawberry.argument(description="The rule, whole.")]
Whose = Annotated[strawberry.ID, strawberry.argument(description="The organization.")]


@strawberry.type
class SuppressionWindow:
    """From a time to another on some days; one that ends before it begins runs past midnight."""

    days: list[Weekday] = strawberry.field(description="The days on which it begins.")
    begins: str = strawberry.field(description="The time of day, such as 22:30.")
    ends: str = strawberry.field(description="The time of day, such as 06:00.")


@strawberry.type
class SuppressionSchedule:
    """The hours of the week in which a rule is on."""

    timezone: str = strawberry.field(description="Whose clocks count.")
    windows: list[SuppressionWindow] = strawberry.field(description="The hours.")

    @classmethod
    def of(cls, schedule: schedules.Schedule) -> Self:
        """Show a schedule."""
        windows = [
            SuppressionWindow(
                days=list(window.days),
                begins=window.begins.isoformat("minutes"),
                ends=window.ends.isoformat("minutes"),
            )
            for window in schedule.windows
        ]
        return cls(timezone=schedule.timezone, windows=windows)


@strawberry.type
class SuppressionRule(Node):
    """A rule that says what nobody wants to hear of, and what happens to it instead."""

    rule: strawberry.Private[suppression.SuppressionRule]
    scope: SuppressionScope = strawberry.field(description="What it suppresses.")
    name: str = strawberry.field(description="What it is called.")
    description: str | None = strawberry.field(description="Why it is there.")
    matchers: list[Matcher] = strawberry.field(
        description="What it is for, beside what the expression says: all must hold."
    )
    expression: str | None = strawberry.field(description="The matchers that came as a text.")
    alert_rule: strawberry.ID | None = strawberry.field(
        description="The alert rule whose alerts it is for, if not all."
    )
    action: SuppressionAction = strawberry.field(description="What happens to what it is for.")
    downgrade_to: Severity | None = strawberry.field(description="What a downgrade leaves.")
    max_per_window: int | None = strawberry.field(description="How many a rate limit lets pass.")
    window_seconds: int | None = strawberry.field(description="How long a window is.")
    active_from: datetime | None = strawberry.field(description="It is on from this moment.")
    active_until: datetime | None = strawberry.field(description="It is on until this moment.")
    schedule: SuppressionSchedule | None = strawberry.field(
        description="The hours of the week in which it is on; always when null."
    )
    never_in_critical_window: bool = strawberry.field(
        description="Whether it does nothing while a critical window is open."
    )
    never_above: Severity = strawberry.field(
        description="It does nothing to what is of this severity or a higher one."
    )
    expires_at: datetime | None = strawberry.field(description="When it is off for good.")
    is_active: bool = strawberry.field(description="Whether it is switched on.")
    hit_count: BigInt = strawberry.field(description="How often it decided.")
    last_hit_at: datetime | None = strawberry.field(description="When it decided last.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was changed last.")

    @classmethod
    def of(cls, rule: suppression.SuppressionRule) -> Self:
        """Show a rule."""
        alert = rule.alert_rule_id
        return cls(
            id=shown(SUPPRESSION_RULE, rule.id),
            rule=rule,
            scope=rule.scope,
            name=rule.name,
            description=rule.description,
            matchers=[Matcher.of(one) for one in apart(rule.matchers, rule.expression)],
            expression=rule.expression,
            alert_rule=None if alert is None else strawberry.ID(str(alert)),
            action=rule.action,
            downgrade_to=rule.downgrade_to,
            max_per_window=rule.max_per_window,
            window_seconds=None if rule.window is None else int(rule.window.total_seconds()),
            active_from=rule.active_from,
            active_until=rule.active_until,
            schedule=None if rule.schedule is None else SuppressionSchedule.of(rule.schedule),
            never_in_critical_window=rule.never_in_critical_window,
            never_above=rule.never_above,
            expires_at=rule.expires_at,
            is_active=rule.is_active,
            hit_count=BigInt(rule.hit_count),
            last_hit_at=rule.last_hit_at,
            created_at=rule.created_at,
            updated_at=rule.updated_at,
        )

    @strawberry.field
    def is_on(self, info: Info) -> bool:
        """Whether it is in force at this moment."""
        return self.rule.is_on(info.context.now)

    @strawberry.field
    async def organization(self, info: Info) -> Organization | None:
        """The organization whose rule it is."""
        return await organization_of(info, OrganizationId(self.rule.organization_id))

    @strawberry.field
    async def created_by(self, info: Info) -> User | None:
        """Who made it."""
        by = self.rule.created_by
        return None if by is None else await user_of(info, UserId(by))


@strawberry.type
class CreateSuppressionRuleSuccess:
    """The rule is made; it is in force within seconds."""

    rule: SuppressionRule = strawberry.field(description="The new rule.")


CreateSuppressionRuleResult = Annotated[
    CreateSuppressionRuleSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("CreateSuppressionRuleResult", description="The new rule, or why not."),
]


@strawberry.type
class UpdateSuppressionRuleSuccess:
    """The rule is changed; so it is in force within seconds."""

    rule: SuppressionRule = strawberry.field(description="The rule as it is now.")


UpdateSuppressionRuleResult = Annotated[
    UpdateSuppressionRuleSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union("UpdateSuppressionRuleResult", description="The changed rule, or why not."),
]


@strawberry.type
class DeleteSuppressionRuleSuccess:
    """The rule is gone; what it suppressed does not come back."""

    rule: SuppressionRule = strawberry.field(description="The rule as it was.")


DeleteSuppressionRuleResult = Annotated[
    DeleteSuppressionRuleSuccess | NotFound | Conflict | Forbidden,
    strawberry.union("DeleteSuppressionRuleResult", description="The former rule, or why not."),
]


@strawberry.type
class SuppressionRuleQueries:
    """What can be asked about suppression rules."""

    @strawberry.field
    async def suppression_rules(self, info: Info, organization: Whose) -> list[SuppressionRule]:
        """The rules of an organization, newest first; it has 200 at most."""
        scope = info.context.scope
        reach = reach_of(scope, organization_id(organization, field="organization"))
        async with info.context.house.database.reading(scope) as db:
            return [SuppressionRule.of(rule) for rule in await listed(db, reach, MAX_RULES)]


@strawberry.type
class SuppressedError:
    """An error with the number of its events that a rule would have been for."""

    error_key: strawberry.Private[ErrorId]
    events: int = strawberry.field(description="How many of the events that were looked at.")

    @strawberry.field
    async def error(self, info: Info) -> Error | None:
        """The error."""
        return await error_of(info, self.error_key)


@strawberry.type
class SuppressionPreview:
    """What a rule would have been for; nothing was changed."""

    looked_at: int = strawberry.field(description="How many events were looked at.")
    matching: int = strawberry.field(description="How many of them the rule would decide on.")
    spared: int = strawberry.field(description="How many fit but are too severe for the rule.")
    errors: list[SuppressedError] = strawberry.field(
        description="The errors with the most of them, 50 at most."
    )


@strawberry.type
class SuppressionPreviewQueries:
    """What can be tried."""

    @strawberry.field
    async def preview_suppression_rule(
        self,
        info: Info,
        organization: Whose,
        rule: Rule,
        events: Annotated[
            int, strawberry.argument(description="How many of the newest events, 1 to 500.")
        ] = 200,
    ) -> SuppressionPreview:
        """Try a rule on the newest events, whenever it would be on; for who may make it."""
        house, by = info.context.house, info.context.viewer
        whose = organization_id(organization, field="organization")
        drafted = house.suppression_rules.drafted(whose, rule.draft(), by=by)
        use = SuppressionPreviewUseCases(
            database=house.database, clock=house.suppression_rules.clock
        )
        found = await use.preview(whose, drafted, events=events, by=by)
        return SuppressionPreview(
            looked_at=found.looked_at,
            matching=found.matching,
            spared=found.spared,
            errors=[SuppressedError(error_key=id_, events=n) for id_, n in found.errors],
        )


@strawberry.type
class SuppressionRuleMutations:
    """What can be done to suppression rules."""

    @strawberry.mutation
    async def create_suppression_rule(
        self, info: Info, organization: Whose, rule: Rule, idempotency_key: OnceKey = None
    ) -> CreateSuppressionRuleResult:
        """Make a rule; for owners, admins and devops."""
        whose = organization_id(organization, field="organization")
        use = info.context.house.suppression_rules
        key = optional_text_of(idempotency_key, field="idempotencyKey", maximum=MAX_KEY)
        made = await use.create(whose, rule.draft(), key=key, by=info.context.viewer)
        return CreateSuppressionRuleSuccess(rule=SuppressionRule.of(made))

    @strawberry.mutation
    async def update_suppression_rule(
        self, info: Info, id: Id, rule: Rule
    ) -> UpdateSuppressionRuleResult:
        """Write a rule anew, all of it; its counts stay. For owners, admins and devops."""
        use = info.context.house.suppression_rules
        after = await use.update(suppression_rule_id(id), rule.draft(), by=info.context.viewer)
        return UpdateSuppressionRuleSuccess(rule=SuppressionRule.of(after))

    @strawberry.mutation
    async def delete_suppression_rule(self, info: Info, id: Id) -> DeleteSuppressionRuleResult:
        """Remove a rule; for owners, admins and devops."""
        use = info.context.house.suppression_rules
        before = await use.delete(suppression_rule_id(id), by=info.context.viewer)
        return DeleteSuppressionRuleSuccess(rule=SuppressionRule.of(before))


async def suppression_rule_of(info: Info, id_: SuppressionRuleId) -> SuppressionRule | None:
    """Return the rule of an id, or None when there is none that the viewer may see."""
    context = info.context
    async with context.house.database.reading(context.scope) as db:
        found = (await by_ids(db, [id_], EVERYWHERE)).get(id_)
    return None if found is None else SuppressionRule.of(found)
