"""Matchers of rules, as the API takes and shows them."""

from collections.abc import Iterable
from typing import Self

import strawberry

from domain import matching
from domain.failures import Invalid
from domain.matching import Matchers, Op
from graph.texts import text_of

_LONGEST = 500


@strawberry.type
class Matcher:
    """One condition of a rule; all of a rule's must hold."""

    field: str = strawberry.field(description="What is asked about, such as `type` or `tag.shop`.")
    op: Op = strawberry.field(description="How it is compared.")
    value: str = strawberry.field(description="What with.")

    @classmethod
    def of(cls, matcher: matching.Matcher) -> Self:
        """Show a matcher."""
        return cls(field=matcher.field, op=matcher.op, value=matcher.value)


@strawberry.input
class MatcherInput:
    """One condition of a rule; all of a rule's must hold."""

    field: str = strawberry.field(
        description=(
            "What is asked about: type, value, message, title, culprit, error_type, level,"
            " platform, logger, environment, release, transaction, url, endpoint, server_name,"
            " component,"
            " handled, mechanism, user, user.id, user.email, user.name, cause.type, cause.value,"
            " browser, os, runtime, device, sdk, service, tag.NAME, frame.module, frame.function,"
            " frame.path, frame.package, frame.in_app."
        )
    )
    op: Op = strawberry.field(description="How it is compared.")
    value: str = strawberry.field(description="What with, in at most 500 characters.")


def matchers_of(sent: Iterable[MatcherInput]) -> Matchers:
    """Return the matchers of an input, or refuse with the place of the wrong one."""
    found = []
    for index, one in enumerate(sent):
        try:
            found.append(
                matching.Matcher(
                    field=text_of(one.field, field="field", maximum=_LONGEST),
                    op=one.op,
                    value=text_of(one.value, field="value", maximum=_LONGEST),
                )
            )
        except Invalid as wrong:
            raise Invalid(wrong.message, field=f"matchers.{index}.{wrong.field}") from wrong
    return Matchers(tuple(found))
