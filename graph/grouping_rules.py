"""Grouping rules, as the API shows and takes them, with a preview over the events that are kept."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from domain import grouping_preview, grouping_rules
from domain.grouping.config import LOOKED_BACK, VERSION
from domain.grouping.rules import MAX_RULES, Rule, RuleKind
from domain.ids import ErrorId, OrganizationId, ServiceId, UserId
from graph.context import Info
from graph.errors import Error, error_of
from graph.ids import (
    Node,
    error_id,
    grouping_rule_id,
    organization_id,
    service_id,
    shown,
)
from graph.matchers import Matcher, MatcherInput, matchers_of
from graph.services import Service, service_of
from graph.texts import text_of
from graph.users import User, user_of
from persistence import grouping_rules as rows
from persistence import ingest_settings
from persistence.projection.declared import GROUPING_RULE
from persistence.reach import reach_of

_DRAFT = UUID(int=0)
_LONGEST = 500


@strawberry.type
class GroupingRule(Node):
    """A decision of people about which events are the same error; the first that fits decides."""

    service_key: strawberry.Private[UUID | None]
    author_key: strawberry.Private[UserId | None]
    name: str = strawberry.field(description="What it is called.")
    kind: RuleKind = strawberry.field(description="What it decides.")
    matchers: list[Matcher] = strawberry.field(description="Which events or frames it is for.")
    fingerprint: list[str] = strawberry.field(
        description="What its events are known by; empty in a rule on frames."
    )
    title: str | None = strawberry.field(description="The title of the errors that it makes.")
    begins_new_errors: bool = strawberry.field(
        description="Whether its events begin errors of their own even where errors have them."
    )
    in_app: bool | None = strawberry.field(
        description="What it says of frames; null in a rule on fingerprints."
    )
    position: int = strawberry.field(description="Its place: lower ones decide first.")
    is_active: bool = strawberry.field(description="Whether it decides anything now.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @classmethod
    def of(cls, one: grouping_rules.GroupingRule) -> Self:
        """Show a rule."""
        rule = one.rule
        return cls(
            id=shown(GROUPING_RULE, rule.id),
            service_key=rule.service_id,
            author_key=one.created_by,
            name=rule.name,
            kind=rule.kind,
            matchers=[Matcher.of(each) for each in rule.matchers.all],
            fingerprint=list(rule.fingerprint),
            title=rule.title,
            begins_new_errors=rule.begins_new_errors,
            in_app=rule.in_app,
            position=one.position,
            is_active=one.is_active,
            created_at=one.created_at,
            updated_at=one.updated_at,
        )

    @strawberry.field
    async def service(self, info: Info) -> Service | None:
        """The service whose events it is for; null for all of the organization."""
        key = self.service_key
        return None if key is None else await service_of(info, ServiceId(key))

    @strawberry.field
    async def created_by(self, info: Info) -> User | None:
        """Who made it."""
        return None if self.author_key is None else await user_of(info, self.author_key)


@strawberry.input
class GroupingRuleInput:
    """A grouping rule: with `inApp` one on frames, else one with a fingerprint."""

    name: str = strawberry.field(description="What it is called.")
    matchers: list[MatcherInput] = strawberry.field(
        description="Which events or frames it is for: 1 to 20 conditions, which all must hold."
    )
    service: strawberry.ID | None = strawberry.field(
        default=None, description="Only events of this service."
    )
    fingerprint: list[str] = strawberry.field(
        default_factory=list,
        description=(
            "What its events are known by, at most 20: texts with variables such as"
            " `{{ error.type }}`, `{{ tags.shop }}` or `{{ default }}`."
        ),
    )
    title: str | None = strawberry.field(
        default=None, description="The title of the errors that it makes, with variables."
    )
    begins_new_errors: bool = strawberry.field(
        default=False,
        description=(
            "Whether its events begin errors of their own at once. Otherwise an error that such"
            " events had goes on with them."
        ),
    )
    in_app: bool | None = strawberry.field(
        default=None, description="What it says of the frames that it is for."
    )
    is_active: bool = strawberry.field(default=True, description="Whether it decides anything.")


def rule_of(sent: GroupingRuleInput) -> Rule:
    """Return the rule of an input, or refuse it."""
    title = sent.title
    return Rule(
        id=_DRAFT,
        name=text_of(sent.name, field="name", maximum=_LONGEST),
        matchers=matchers_of(sent.matchers),
        service_id=None if sent.service is None else service_id(sent.service, field="service"),
        fingerprint=tuple(
            text_of(part, field="fingerprint", maximum=_LONGEST) for part in sent.fingerprint
        ),
        title=None if title is None else text_of(title, field="title", maximum=_LONGEST),
        begins_new_errors=sent.begins_new_errors,
        in_app=sent.in_app,
    )


@strawberry.type
class GroupShare:
    """The events that one error has in one group."""

    error_key: strawberry.Private[ErrorId]
    title: str = strawberry.field(description="The title of what they would be.")
    events: int = strawberry.field(description="How many there are, of those looked at.")

    @classmethod
    def of(cls, share: grouping_preview.Share) -> Self:
        """Show a share."""
        return cls(error_key=share.error_id, title=share.title, events=share.events)

    @strawberry.field
    async def error(self, info: Info) -> Error | None:
        """The error that they belong to now."""
        return await error_of(info, self.error_key)


@strawberry.type
class GroupingPreview:
    """What a rule would do to events that are kept; nothing was changed."""

    looked_at: int = strawberry.field(description="How many events were looked at.")
    matching: int = strawberry.field(description="How many of them the rule would decide on.")
    merged: list[list[GroupShare]] = strawberry.field(
        description="Groups in which events of several errors would come together."
    )
    split: list[list[GroupShare]] = strawberry.field(
        description="Errors whose events would come apart, each as its parts."
    )
    sample: JSON | None = strawberry.field(
        description="Why the newest event that it decides on would be grouped as it would be."
    )

    @classmethod
    def of(cls, preview: grouping_preview.GroupingPreview) -> Self:
        """Show a preview."""
        return cls(
            looked_at=preview.looked_at,
            matching=preview.matching,
            merged=[[GroupShare.of(each) for each in shares] for shares in preview.merged],
            split=[[GroupShare.of(each) for each in shares] for shares in preview.split],
            sample=None if preview.sample is None else JSON(preview.sample),
        )


@strawberry.type
class GroupingState:
    """By which version of the algorithm an organization's events group."""

    version: int = strawberry.field(description="The version in use.")
    newest_version: int = strawberry.field(description="The version to move to.")
    looked_back_days: int = strawberry.field(
        description="How many days after a change the hashes of before are still looked up."
    )


OrganizationArgument = Annotated[
    strawberry.ID, strawberry.argument(description="The organization.")
]


@strawberry.type
class GroupingRuleQueries:
    """What can be asked about grouping."""

    @strawberry.field
    async def grouping_rules(
        self, info: Info, organization: OrganizationArgument
    ) -> list[GroupingRule]:
        """The rules of an organization in their order, 100 at most."""
        context, id_ = info.context, _organization(organization)
        async with context.house.database.reading(context.scope) as db:
            found = await rows.listed(db, id_, limit=MAX_RULES)
        return [GroupingRule.of(one) for one in found]

    @strawberry.field
    async def grouping_rule(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Its id.")]
    ) -> GroupingRule | None:
        """One rule, or null when there is none that the viewer may see."""
        return await grouping_rule_of(info, grouping_rule_id(id))

    @strawberry.field
    async def grouping_state(self, info: Info, organization: OrganizationArgument) -> GroupingState:
        """By which version an organization's events group."""
        context, id_ = info.context, _organization(organization)
        async with context.house.database.reading(context.scope) as db:
            version = await ingest_settings.grouping_version(db, id_)
        return GroupingState(
            version=version, newest_version=VERSION, looked_back_days=LOOKED_BACK.days
        )

    @strawberry.field
    async def preview_grouping_rule(
        self,
        info: Info,
        organization: OrganizationArgument,
        rule: Annotated[GroupingRuleInput, strawberry.argument(description="The rule to try.")],
        replaces: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="The active rule in whose place it would stand."),
        ] = None,
        errors: Annotated[
            list[strawberry.ID] | None,
            strawberry.argument(description="Only events of these errors, 100 at most."),
        ] = None,
        over: Annotated[
            int, strawberry.argument(description="How many events are looked at, 500 at most.")
        ] = 200,
    ) -> GroupingPreview:
        """Try a rule on the events that came last: which errors it would merge and split."""
        found = await info.context.house.previews.grouping(
            _organization(organization),
            rule_of(rule),
            replaces=None if replaces is None else grouping_rule_id(replaces, field="replaces"),
            errors=[error_id(each, field="errors") for each in errors or ()],
            events=over,
            by=info.context.viewer,
        )
        return GroupingPreview.of(found)


def _organization(text: str) -> OrganizationId:
    return organization_id(text, field="organization")


async def grouping_rule_of(info: Info, id_: UUID) -> GroupingRule | None:
    """Return the rule of an id, or None when there is none that the viewer may see."""
    context = info.context
    async with context.house.database.reading(context.scope) as db:
        found = await rows.by_id(db, id_, reach_of(context.scope))
    return None if found is None else GroupingRule.of(found)
