"""Conventions of the schema that generated clients depend on, held over every type there is."""

import builtins
import keyword
import re
from collections.abc import Iterator

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    is_introspection_type,
    is_specified_scalar_type,
)

from graph.nullability import INFALLIBLE
from graph.schema import schema

BUILT = schema._schema
# Relay's `node(id:)` asks for this one, and every client is used to it (decision 0035).
ALLOWED = {"id"}
BEYOND_PYTHON = (set(dir(builtins)) | set(keyword.kwlist) | set(keyword.softkwlist)) - ALLOWED

# Counts of what is kept in rows, or of what one request holds: these cannot pass 2 to the 31st.
BOUNDED_COUNTS = {
    "ErrorChange.count": "what one batch of the digest brought",
    "Notification.count": "a decision is about 10,000 things at most",
    "Query.unreadNotificationCount": "1,000 are kept for each person",
    "NotificationInboxBatch.unreadCount": "1,000 are kept for each person",
    "OccurrenceSample.count": "what one batch of the digest brought",
    "ArtifactBundle.artifactCount": "a bundle has 20,000 files at most",
    "TagDistribution.total": "a sample of the occurrences",
    "TagValueCount.count": "a sample of the occurrences",
    "ErrorStatusCount.count": "counted no further than ten thousand",
    "UserReportCounts.total": "reports are written by hand",
    "UserReportStatusCount.count": "reports are written by hand",
    "Error.mergedCount": "each was merged by somebody",
    "Error.regressionCount": "each needs that somebody resolved the error",
}


def types() -> Iterator[GraphQLNamedType]:
    return (t for t in BUILT.type_map.values() if not is_introspection_type(t))


def fields() -> Iterator[tuple[str, GraphQLField]]:
    for type_ in types():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            yield from ((f"{type_.name}.{name}", field) for name, field in type_.fields.items())


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def connections() -> list[GraphQLObjectType]:
    return [t for t in types() if t.name.endswith("Connection")]


def test_no_argument_is_called_as_a_keyword_or_a_builtin_of_python():
    called = {f"{where}({name})" for where, field in fields() for name in field.args}

    assert len(called) > 50
    assert {one for one in called if snake(one[:-1].partition("(")[2]) in BEYOND_PYTHON} == set()


def test_no_field_is_called_as_a_keyword_of_python():
    outputs = [where for where, _ in fields()]
    inputs = [
        f"{type_.name}.{name}"
        for type_ in types()
        if isinstance(type_, GraphQLInputObjectType)
        for name in type_.fields
    ]

    assert [w for w in outputs + inputs if keyword.iskeyword(snake(w.partition(".")[2]))] == []


def test_every_scalar_of_a_public_specification_names_it():
    told = {
        t.name: t.specified_by_url
        for t in types()
        if isinstance(t, GraphQLScalarType) and not is_specified_scalar_type(t)
    }

    # Nobody but us specifies these two: opaque, and a JSON number of 64 bits.
    assert told.pop("Cursor") is None
    assert told.pop("BigInt") is None
    assert told
    assert [name for name, url in told.items() if not (url or "").startswith("https://")] == []


def test_a_count_that_can_pass_two_billion_is_a_big_int():
    counts = {
        where: str(get_named_type(field.type))
        for where, field in fields()
        if re.search(r"(Count|count|total|Total)$", where) and not where.endswith(".totalCount")
    }
    # What one mutation did, it did to things one by one.
    done = re.compile(r"\w+Success\.")
    ints = {w for w, type_ in counts.items() if type_ != "BigInt" and not done.match(w)}

    assert len(counts) > 8
    assert ints == set(BOUNDED_COUNTS)


def test_a_connection_has_the_shape_that_relay_gave_it():
    assert len(connections()) > 8
    for connection in connections():
        item = connection.name.removesuffix("Connection")
        edge = BUILT.type_map[f"{item}Edge"]
        shape = {name: str(field.type) for name, field in connection.fields.items()}
        assert shape == {
            "edges": f"[{item}Edge!]!",
            "pageInfo": "PageInfo!",
            # Counted apart, so it may be missing alone.
            "totalCount": "Int",
        }
        assert str(edge.fields["cursor"].type) == "String!"
        assert str(edge.fields["node"].type) == f"{item}!"
    assert {name: str(f.type) for name, f in BUILT.type_map["PageInfo"].fields.items()} == {
        "hasNextPage": "Boolean!",
        "hasPreviousPage": "Boolean!",
        "startCursor": "String",
        "endCursor": "String",
    }


def test_a_field_that_returns_a_connection_takes_a_page():
    asked = {
        where: set(field.args)
        for where, field in fields()
        if get_named_type(field.type).name.endswith("Connection")
    }

    assert len(asked) > 8
    assert {where: args for where, args in asked.items() if not {"first", "after"} <= args} == {}


def test_an_id_is_opaque_and_tells_one_thing_from_another():
    ids = {where: str(field.type) for where, field in fields() if where.endswith(".id")}
    nodes = BUILT.get_possible_types(BUILT.type_map["Node"])

    assert len(nodes) > 15
    assert {f"{node.name}.id" for node in nodes} <= set(ids)
    assert set(ids.values()) == {"ID!"}


def test_every_list_that_a_client_sends_says_how_long_it_may_be():
    sent = [
        (f"{where}({name})", argument, argument.description)
        for where, field in fields()
        for name, argument in field.args.items()
    ] + [
        (f"{type_.name}.{name}", field, f"{field.description} {type_.description}")
        for type_ in types()
        if isinstance(type_, GraphQLInputObjectType)
        for name, field in type_.fields.items()
    ]
    lists = [
        (where, said)
        for where, part, said in sent
        # What there are only so many of needs no number.
        if "[" in str(part.type) and not isinstance(get_named_type(part.type), GraphQLEnumType)
    ]

    assert len(lists) > 20
    assert [where for where, said in lists if not re.search(r"\d", said)] == []


def test_what_may_be_refused_alone_is_null_alone():
    unsafe = [
        where
        for where, field in fields()
        if isinstance(field.type, GraphQLNonNull)
        and not where.startswith(("Mutation.", "Subscription."))
        and (field.args or (where.startswith("Query.") and where[6:] not in INFALLIBLE))
    ]

    assert unsafe == []


def test_every_answer_that_a_list_gives_is_without_holes_but_where_ids_are_asked_for():
    holed = [
        where
        for where, field in fields()
        if re.search(r"\[\w+\]", str(field.type)) and where != "Query.nodes"
    ]

    assert holed == []
