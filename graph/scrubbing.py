"""Scrubbing, as the API shows it: what an organization decided, and a try on a document."""

from typing import Annotated, Self

import strawberry
from strawberry.scalars import JSON

from application import scrubbing
from domain.scrubbing import settings as decided
from domain.scrubbing.removed import Removed
from domain.scrubbing.settings import BuiltIn, parse_patterns
from graph.context import Info
from graph.failures import Forbidden, Invalid, NotFound
from graph.grouping_rules import OrganizationArgument
from graph.ids import occurrence_id, organization_id
from graph.texts import text_of

_LONGEST = 500


@strawberry.type
class SecretPattern:
    """A secret that only this organization knows of."""

    name: str = strawberry.field(description="What it is called, in the notes of what was removed.")
    expression: str = strawberry.field(description="The regular expression (RE2) that finds it.")
    mark: str = strawberry.field(description="What is put in its place.")


@strawberry.input
class SecretPatternInput:
    """A secret that only this organization knows of."""

    name: str = strawberry.field(description="What it is called, in the notes of what was removed.")
    expression: str = strawberry.field(description="The regular expression (RE2) that finds it.")
    mark: str = strawberry.field(default="[Filtered]", description="What is put in its place.")


@strawberry.type
class ScrubbingSettings:
    """What an organization decided about what is never stored of its events."""

    secret_names: list[str] = strawberry.field(description="Names whose values are never stored.")
    safe_names: list[str] = strawberry.field(description="Names whose values are no secret.")
    hides_emails: bool = strawberry.field(description="Whether e-mail addresses are taken out.")
    hides_addresses: bool = strawberry.field(description="Whether IP addresses are taken out.")
    infers_addresses: bool = strawberry.field(
        description="Whether the IP address of a sender who leaves that to us is kept."
    )
    switched_off: list[BuiltIn] = strawberry.field(description="Sets of our rules not in use.")
    patterns: list[SecretPattern] = strawberry.field(description="Patterns of its own.")

    @classmethod
    def of(cls, settings: decided.ScrubbingSettings) -> Self:
        """Show the settings."""
        return cls(
            secret_names=sorted(settings.secret_names),
            safe_names=sorted(settings.safe_names),
            hides_emails=settings.hides_emails,
            hides_addresses=settings.hides_addresses,
            infers_addresses=settings.infers_addresses,
            switched_off=sorted(settings.switched_off),
            patterns=[
                SecretPattern(name=each.name, expression=each.expression, mark=each.mark)
                for each in settings.patterns
            ],
        )


@strawberry.input
class ScrubbingInput:
    """Everything that an organization decides about scrubbing; what is left out is the default."""

    secret_names: list[str] = strawberry.field(
        default_factory=list,
        description="Names whose values are never stored, 200 at most, without regard to case.",
    )
    safe_names: list[str] = strawberry.field(
        default_factory=list, description="Names whose values are no secret, 200 at most."
    )
    hides_emails: bool = strawberry.field(
        default=False, description="Whether e-mail addresses are taken out."
    )
    hides_addresses: bool = strawberry.field(
        default=False, description="Whether IP addresses are taken out."
    )
    infers_addresses: bool = strawberry.field(
        default=False,
        description="Whether the IP address of a sender who leaves that to us is kept.",
    )
    switched_off: list[BuiltIn] = strawberry.field(
        default_factory=list, description="Sets of our rules that are not to be used."
    )
    patterns: list[SecretPatternInput] = strawberry.field(
        default_factory=list, description="Patterns of its own, 50 at most."
    )


def settings_of(sent: ScrubbingInput) -> decided.ScrubbingSettings:
    """Return the settings of an input, or refuse it."""
    patterns = parse_patterns(
        {
            "name": text_of(each.name, field="patterns", maximum=_LONGEST),
            "expression": text_of(each.expression, field="patterns", maximum=_LONGEST),
            "mark": text_of(each.mark, field="patterns", maximum=_LONGEST),
        }
        for each in sent.patterns
    )
    return decided.ScrubbingSettings(
        secret_names=_names(sent.secret_names, "secretNames"),
        safe_names=_names(sent.safe_names, "safeNames"),
        hides_emails=sent.hides_emails,
        hides_addresses=sent.hides_addresses,
        infers_addresses=sent.infers_addresses,
        switched_off=frozenset(sent.switched_off),
        patterns=patterns,
    )


def _names(sent: list[str], field: str) -> frozenset[str]:
    return frozenset(text_of(name, field=field, maximum=_LONGEST) for name in sent)


@strawberry.type
class RemovedPart:
    """A place where something was taken out of a document."""

    path: list[str] = strawberry.field(description="The keys that lead to it.")
    rules: list[str] = strawberry.field(description="The rules that took something out.")
    length: int | None = strawberry.field(description="How long the value was before.")

    @classmethod
    def of(cls, removed: Removed) -> Self:
        """Show a place."""
        return cls(path=list(removed.path), rules=list(removed.rules), length=removed.length)


@strawberry.type
class ScrubbingPreview:
    """A document as it would be stored; nothing was."""

    document: JSON = strawberry.field(description="The document, with the notes under `_meta`.")
    removed: list[RemovedPart] = strawberry.field(description="Where something was taken out.")

    @classmethod
    def of(cls, scrubbed: scrubbing.Scrubbed) -> Self:
        """Show what scrubbing did."""
        return cls(
            document=JSON(scrubbed.document),
            removed=[RemovedPart.of(each) for each in scrubbed.removed],
        )


@strawberry.type
class ScrubbingQueries:
    """What can be asked about scrubbing."""

    @strawberry.field
    async def scrubbing_settings(
        self, info: Info, organization: OrganizationArgument
    ) -> ScrubbingSettings:
        """What an organization decided about what is never stored."""
        id_ = organization_id(organization, field="organization")
        found = await info.context.house.scrubbing.settings(id_, by=info.context.viewer)
        return ScrubbingSettings.of(found)

    @strawberry.field
    async def preview_scrubbing(
        self,
        info: Info,
        organization: OrganizationArgument,
        document: Annotated[
            JSON | None,
            strawberry.argument(description="A JSON object such as an event, 256 KiB at most."),
        ] = None,
        occurrence: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Or an occurrence that is kept."),
        ] = None,
        draft: Annotated[
            ScrubbingInput | None,
            strawberry.argument(description="Settings to try; without, those that hold."),
        ] = None,
    ) -> ScrubbingPreview:
        """Scrub a document without storing it: what would be taken out of it, and where."""
        found = await info.context.house.scrubbing.preview(
            organization_id(organization, field="organization"),
            document=document,
            occurrence=(
                None if occurrence is None else occurrence_id(occurrence, field="occurrence")
            ),
            draft=None if draft is None else settings_of(draft),
            by=info.context.viewer,
        )
        return ScrubbingPreview.of(found)


@strawberry.type
class UpdateScrubbingSuccess:
    """The settings are written."""

    settings: ScrubbingSettings = strawberry.field(description="The settings as they are now.")


UpdateScrubbingResult = Annotated[
    UpdateScrubbingSuccess | NotFound | Invalid | Forbidden,
    strawberry.union("UpdateScrubbingResult", description="The settings, or why they stay."),
]


@strawberry.type
class ScrubbingMutations:
    """What can be done to the rules of scrubbing, by owners, admins and devops."""

    @strawberry.mutation
    async def update_scrubbing(
        self,
        info: Info,
        organization: OrganizationArgument,
        settings: Annotated[
            ScrubbingInput, strawberry.argument(description="Everything that is decided.")
        ],
    ) -> UpdateScrubbingResult:
        """Decide what is never stored; it holds for events that are digested seconds later."""
        after = await info.context.house.scrubbing.decide(
            organization_id(organization, field="organization"),
            settings_of(settings),
            by=info.context.viewer,
        )
        return UpdateScrubbingSuccess(settings=ScrubbingSettings.of(after))
