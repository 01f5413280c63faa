"""Changes of grouping: what people may do to its rules, and moving to a newer version."""

from typing import Annotated

import strawberry

from domain.failures import Invalid as Refused
from domain.grouping.config import VERSION
from domain.grouping.rules import MAX_RULES
from graph.context import Info
from graph.failures import Forbidden, Invalid, NotFound
from graph.grouping_rules import (
    GroupingRule,
    GroupingRuleInput,
    OrganizationArgument,
    rule_of,
)
from graph.ids import grouping_rule_id, organization_id
from graph.texts import OnceKey, optional_text_of
from persistence.idempotency import MAX_KEY

RuleArgument = Annotated[
    GroupingRuleInput, strawberry.argument(description="The whole content of the rule.")
]
IdArgument = Annotated[strawberry.ID, strawberry.argument(description="The rule.")]


@strawberry.type
class CreateGroupingRuleSuccess:
    """The rule is made."""

    rule: GroupingRule = strawberry.field(description="The rule, after all others.")


@strawberry.type
class UpdateGroupingRuleSuccess:
    """The rule is changed."""

    rule: GroupingRule = strawberry.field(description="The rule as it is now.")


@strawberry.type
class DeleteGroupingRuleSuccess:
    """The rule is gone."""

    rule: GroupingRule = strawberry.field(description="The rule as it was.")


@strawberry.type
class ReorderGroupingRulesSuccess:
    """The rules have their new order."""

    rules: list[GroupingRule] = strawberry.field(description="All rules, in their order.")


@strawberry.type
class UpgradeGroupingSuccess:
    """The organization is at another version."""

    version: int = strawberry.field(description="The version that it is at now.")


CreateGroupingRuleResult = Annotated[
    CreateGroupingRuleSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("CreateGroupingRuleResult", description="The new rule, or why there is none."),
]
UpdateGroupingRuleResult = Annotated[
    UpdateGroupingRuleSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("UpdateGroupingRuleResult", description="The rule, or why it is as it was."),
]
DeleteGroupingRuleResult = Annotated[
    DeleteGroupingRuleSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("DeleteGroupingRuleResult", description="The rule, or why it is still there."),
]
ReorderGroupingRulesResult = Annotated[
    ReorderGroupingRulesSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("ReorderGroupingRulesResult", description="The rules, or why they stay."),
]
UpgradeGroupingResult = Annotated[
    UpgradeGroupingSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("UpgradeGroupingResult", description="The version, or why it stays."),
]


@strawberry.type
class GroupingRuleMutations:
    """What can be done to the rules of grouping, by owners, admins and devops."""

    @strawberry.mutation
    async def create_grouping_rule(
        self,
        info: Info,
        organization: OrganizationArgument,
        rule: RuleArgument,
        idempotency_key: OnceKey = None,
    ) -> CreateGroupingRuleResult:
        """Add a rule after all others; it holds for events that are digested seconds later."""
        made = await info.context.house.grouping_rules.create(
            organization_id(organization, field="organization"),
            rule_of(rule),
            is_active=rule.is_active,
            key=optional_text_of(idempotency_key, field="idempotencyKey", maximum=MAX_KEY),
            by=info.context.viewer,
        )
        return CreateGroupingRuleSuccess(rule=GroupingRule.of(made))

    @strawberry.mutation
    async def update_grouping_rule(
        self, info: Info, id: IdArgument, rule: RuleArgument
    ) -> UpdateGroupingRuleResult:
        """Give a rule another content; errors that its events had go on with them."""
        made = await info.context.house.grouping_rules.update(
            grouping_rule_id(id), rule_of(rule), is_active=rule.is_active, by=info.context.viewer
        )
        return UpdateGroupingRuleSuccess(rule=GroupingRule.of(made))

    @strawberry.mutation
    async def delete_grouping_rule(self, info: Info, id: IdArgument) -> DeleteGroupingRuleResult:
        """Remove a rule; its errors stay, and still get the events that the rule gave them."""
        was = await info.context.house.grouping_rules.delete(
            grouping_rule_id(id), by=info.context.viewer
        )
        return DeleteGroupingRuleSuccess(rule=GroupingRule.of(was))

    @strawberry.mutation
    async def reorder_grouping_rules(
        self,
        info: Info,
        organization: OrganizationArgument,
        rules: Annotated[
            list[strawberry.ID],
            strawberry.argument(
                description="Every rule of the organization, in its new order; 100 at most."
            ),
        ],
    ) -> ReorderGroupingRulesResult:
        """Give the rules another order: the first that fits an event decides."""
        if len(rules) > MAX_RULES:
            raise Refused(f"There are at most {MAX_RULES} rules.", field="rules")
        ordered = await info.context.house.grouping_rules.reorder(
            organization_id(organization, field="organization"),
            [grouping_rule_id(each, field="rules") for each in rules],
            by=info.context.viewer,
        )
        return ReorderGroupingRulesSuccess(rules=[GroupingRule.of(one) for one in ordered])

    @strawberry.mutation
    async def upgrade_grouping(
        self, info: Info, organization: OrganizationArgument
    ) -> UpgradeGroupingResult:
        """Move an organization to the newest version of the algorithm; no error is split by it."""
        version = await info.context.house.grouping_rules.upgrade(
            organization_id(organization, field="organization"), VERSION, by=info.context.viewer
        )
        return UpgradeGroupingSuccess(version=version)
