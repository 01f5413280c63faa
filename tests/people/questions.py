"""How each query is asked on a stage where one of everything stands, with all that it may show."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from graph.ids import _NOUNS
from tests.conftest import CLOCK
from tests.people.asking import SCHEMA
from tests.people.samples import _GROUPING, _RULE, Stage

DEPTH = 3


@dataclass(frozen=True)
class Question:
    """A query that shows something of the stage to whom the rule is, unless it `shows` nothing."""

    variables: Callable[[Stage], Mapping[str, Any]] = lambda _stage: {}
    shows: bool = True


def _organization(stage: Stage) -> Mapping[str, Any]:
    return {"organization": stage.organization}


def _of(table: str) -> Question:
    return Question(lambda stage: {"id": stage.id(table)})


def _windowed(**more: Any) -> Callable[[Stage], Mapping[str, Any]]:
    since = (CLOCK.now() - timedelta(hours=2)).isoformat()
    return lambda stage: {"service": stage.id("services"), "since": since, **more}


QUESTIONS: Mapping[str, Question] = {
    "allOrganizations": Question(),
    "apiTokens": Question(_organization, shows=False),
    "artifactBundles": Question(_organization),
    "auditLog": Question(_organization),
    "deadLetters": Question(_organization),
    "endpointPerformance": Question(_windowed(), shows=False),
    "error": _of("errors"),
    "errorStats": Question(shows=False),
    "errorTrends": Question(shows=False),
    "errorTypes": Question(_organization),
    "errors": Question(),
    "escalationsToMe": Question(shows=False),
    "groupingRule": _of("grouping_rules"),
    "groupingRules": Question(_organization),
    "groupingState": Question(_organization, shows=False),
    "ingestOutcomes": Question(
        lambda _stage: {"where": {"since": (CLOCK.now() - timedelta(hours=1)).isoformat()}}
    ),
    "invitationOffer": Question(lambda _stage: {"token": "tci_none"}, shows=False),
    "invitations": Question(_organization),
    "limitNotices": Question(_organization, shows=False),
    "liveStatus": Question(_organization, shows=False),
    "members": Question(_organization),
    "metricSeries": Question(_windowed(name="m", bucket="HOUR"), shows=False),
    "metrics": Question(_windowed(), shows=False),
    "monitors": Question(_organization),
    "node": _of("services"),
    "nodes": Question(
        lambda stage: {"ids": [id_ for id_ in stage.ids().values() if id_[:3] in _NOUNS]}
    ),
    "notifications": Question(shows=False),
    "occurrence": _of("occurrences"),
    "organization": Question(lambda stage: {"slug": stage.tenant.slug}),
    "organizations": Question(),
    "previewErrorDeletion": Question(lambda stage: {"ids": [stage.third]}, shows=False),
    "previewGroupingRule": Question(
        lambda stage: {**_organization(stage), "rule": _GROUPING}, shows=False
    ),
    "previewMerge": Question(
        lambda stage: {"primary": stage.id("errors"), "errors": [stage.third]}, shows=False
    ),
    "previewScrubbing": Question(
        lambda stage: {**_organization(stage), "occurrence": stage.id("occurrences")}, shows=False
    ),
    "previewSuppressionRule": Question(
        lambda stage: {**_organization(stage), "rule": _RULE}, shows=False
    ),
    "rateLimit": Question(shows=False),
    "releaseHealth": Question(_windowed(), shows=False),
    "removalPreview": Question(_organization, shows=False),
    "removals": Question(_organization),
    "resolutionTypes": Question(_organization),
    "savedViews": Question(_organization),
    "scrubbingSettings": Question(_organization, shows=False),
    "searchSuggestions": Question(
        lambda stage: {**_organization(stage), "search": "service:"}, shows=False
    ),
    "severityLevels": Question(_organization, shows=False),
    "signInWays": Question(shows=False),
    "service": _of("services"),
    "services": Question(_organization),
    "suppressionRules": Question(_organization),
    "triageSettings": Question(_organization, shows=False),
    "systemLimits": Question(shows=False),
    "teams": Question(_organization),
    "unreadNotificationCount": Question(shows=False),
    "userReport": _of("user_reports"),
    "userReportCounts": Question(shows=False),
    "userReports": Question(),
    "users": Question(lambda stage: {"search": stage.tenant.slug}),
    "viewer": Question(),
    "viewers": Question(lambda stage: {"errorId": stage.id("errors")}),
    "webVitals": Question(_windowed(), shows=False),
}


def question_of(name: str, variables: Mapping[str, Any]) -> str:
    """Return the document that asks a query for everything that it may show, some levels deep."""
    asked: GraphQLField = SCHEMA.query_type.fields[name]
    heads = ", ".join(f"${each}: {asked.args[each].type}" for each in variables)
    given = ", ".join(f"{each}: ${each}" for each in variables)
    call = f"{name}({given})" if given else name
    head = f"query ({heads})" if heads else "query"
    return f"{head} {{ {call} {_selection(asked, DEPTH, frozenset())} }}"


def _selection(field: GraphQLField, depth: int, above: frozenset[str]) -> str:
    type_ = get_named_type(field.type)
    if is_leaf_type(type_):
        return ""
    if isinstance(type_, GraphQLUnionType):
        return "{ __typename }"
    wanted = " ".join(_fields(type_, depth, above | {type_.name}))
    parts = ["__typename", wanted]
    if type_.name == "Node":
        parts += [f"... on {each.name} {{ {' '.join(_leaves(each))} }}" for each in _nodes()]
    return f"{{ {' '.join(parts)} }}"


def _fields(type_: GraphQLNamedType, depth: int, above: frozenset[str]) -> Iterator[str]:
    for name, field in type_.fields.items():
        if any(is_required_argument(arg) for arg in field.args.values()):
            continue
        below = get_named_type(field.type)
        if is_leaf_type(below):
            yield name
        elif depth and below.name not in above:
            # Pages do not count as a level of their own.
            is_page = below.name.endswith(("Connection", "Edge"))
            yield f"{name} {_selection(field, depth - (not is_page), above)}"


def _leaves(type_: GraphQLNamedType) -> Iterator[str]:
    # Under names of their own: two types may mean something else by the same one.
    return (
        f"{type_.name}_{name}: {name}"
        for name, field in type_.fields.items()
        if is_leaf_type(get_named_type(field.type)) and not field.args
    )


def _nodes() -> list[GraphQLObjectType]:
    return SCHEMA.get_implementations(SCHEMA.type_map["Node"]).objects
