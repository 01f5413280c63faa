"""Projections: statements made once for each shape, that walk an index and bind every value."""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest
from sqlalchemy import Text, column, select, values

from domain.errors import ErrorStatus, StatusCategory
from domain.failures import Invalid
from domain.levels import Severity
from persistence.database import Scope, scope_of_viewer
from persistence.errors.lists import KEYSETS, Criteria, ErrorList, ErrorOrder
from persistence.errors.tables import errors
from persistence.pages import Keyset, Page, Place, size_of
from persistence.projection.declared import ENTITIES
from persistence.projection.entities import Derived, Newest, Paged, member
from persistence.projection.picks import Constant, NotProjectable, Pick, Variable
from persistence.projection.plans import Plan, Plans, plan_of, run
from persistence.projection.questions import ErrorsPage, TheOne
from persistence.reach import EVERYWHERE, Breadth, reach_of
from tests.conftest import CLOCK
from tests.graph.reading import NOW, seed
from tests.house import a_tenant

ID = (Pick("id", "id"),)
EDGES = (Pick("edges", "edges", picks=(Pick("node", "node", picks=ID),)),)


@pytest.fixture(scope="module")
async def shop(database):
    tenant = await a_tenant(database, CLOCK)
    return tenant, await seed(database, tenant, errors=12)


@pytest.fixture(scope="module")
async def crowd(database, database_url):
    """A tenant with so many errors that PostgreSQL had better use an index."""
    tenant = await a_tenant(database, CLOCK, name="crowd")
    await seed(database, tenant, errors=10)
    names = [column.name for column in errors.columns if column.computed is None]
    new = {"id": "gen_random_uuid()", "number": "1000 + row_number() OVER ()"}
    new["fingerprint"] = "md5(random()::text)"
    new["listed_at"] = new["first_seen_at"] = "last_seen_at - random() * interval '1 day'"
    shown = ", ".join(new.get(name, name) for name in names)
    connection = await asyncpg.connect(database_url, server_settings={"tocsin.scope": "system"})
    await connection.execute(
        f"INSERT INTO errors ({', '.join(names)}) SELECT {shown} FROM errors,"
        " generate_series(1, 400) WHERE organization_id = $1",
        tenant.organization,
    )
    await connection.execute("ANALYZE errors")
    await connection.close()
    return tenant


def a_page(scope, *, order=ErrorOrder.LAST_SEEN_DESC, page=None, **criteria):
    listed = ErrorList(
        reach=reach_of(scope), criteria=Criteria(**criteria), order=order, page=page or Page()
    )
    return ErrorsPage(listed=listed, now=NOW)


def everything(entity, depth=2):
    """Pick all that is declared of an entity, and of what it leads to."""
    declared = ENTITIES[entity]
    picks = [Pick(name, name) for name in declared.fields]
    for name, relation in declared.relations.items():
        if depth == 0 and not isinstance(relation, Derived):
            continue
        inner = everything(relation.entity, depth - 1)
        if isinstance(relation, Paged):
            inner = (Pick("edges", "edges", picks=(Pick("node", "node", picks=inner),)),)
        arguments = (
            {"first": 2}
            if isinstance(relation, Newest | Paged) and getattr(relation, "size", True)
            else {}
        )
        picks.append(Pick(name, name, arguments, inner))
    return tuple(picks)


async def answer(database, scope, question, picks, **variables):
    plan = plan_of(question, picks)
    return orjson.loads(
        await run(database, scope, plan, plan.values(question.values(), variables)) or "null"
    )


async def test_all_that_is_declared_of_every_table_can_be_read(database, shop):
    tenant, seeded = shop
    scope = scope_of_viewer(tenant.viewer)
    wanted = everything("Error")

    question = TheOne(entity="Error", reach=reach_of(scope), id=seeded[11].id, now=NOW)
    found = await answer(database, scope, question, wanted)

    assert list(found) == [pick.key for pick in wanted]
    assert found["latest_occurrences"][0]["service"]["id"] == f"svc_{tenant.service.id}"
    assert len(found["occurrences"]["edges"]) == 2


async def test_the_id_alone_does_not_open_another_tenants_rows(database, shop):
    stranger = await a_tenant(database, CLOCK, name="bank")
    scope = scope_of_viewer(stranger.viewer)

    for reach in (reach_of(scope), EVERYWHERE, reach_of(scope, shop[0].organization)):
        question = TheOne(entity="Error", reach=reach, id=shop[1][0].id, now=NOW)
        assert await answer(database, scope, question, ID) is None


async def test_values_never_make_a_new_statement(shop):
    scope = scope_of_viewer(shop[0].viewer)
    place = Place(NOW, uuid4())

    def plan(status, text, size):
        page = Page(size=size, after=place)
        question = a_page(scope, page=page, statuses=(status,), text=text)
        return question.shape, plan_of(question, EDGES).sql

    assert plan(ErrorStatus.NEW, "a", 1) == plan(ErrorStatus.OPEN, "' OR 1=1 --", 100)


@pytest.mark.parametrize(
    "other",
    [
        {"statuses": ()},
        {"statuses": (ErrorStatus.NEW,)},
        {"statuses": (ErrorStatus.NEW, ErrorStatus.IGNORED)},
        {"severities": (Severity.HIGH,)},
        {"text": "x"},
        {"last_seen_after": NOW},
        {"order": ErrorOrder.FIRST_SEEN_DESC},
        {"page": Page(is_from_end=True)},
        {"page": Page(before=Place(NOW, UUID(int=1)))},
    ],
)
def test_what_changes_the_statement_changes_the_shape(other):
    scope = Scope(organizations=frozenset({uuid4()}))
    plain, changed = a_page(scope), a_page(scope, **other)

    assert plain.shape != changed.shape
    assert plan_of(plain, EDGES).sql != plan_of(changed, EDGES).sql


@pytest.mark.parametrize(("tenants", "breadth"), [(0, "several"), (1, "one"), (3, "several")])
def test_a_reach_names_its_tenants(tenants, breadth):
    scope = Scope(organizations=frozenset(uuid4() for _ in range(tenants)))

    assert reach_of(scope).breadth is Breadth(breadth)
    assert reach_of(Scope(is_system=True)).breadth is Breadth.ALL
    assert a_page(scope).values().keys() >= reach_of(scope).values().keys()


def test_statuses_of_one_pile_name_the_pile_too():
    unresolved = Criteria(statuses=(ErrorStatus.NEW, ErrorStatus.OPEN))
    mixed = Criteria(statuses=(ErrorStatus.NEW, ErrorStatus.IGNORED))
    told = Criteria(statuses=(ErrorStatus.NEW,), categories=(StatusCategory.MUTED,))

    assert unresolved.categories == (StatusCategory.UNRESOLVED,)
    assert mixed.categories is None
    assert told.categories == (StatusCategory.MUTED,)


@pytest.mark.parametrize(
    ("criteria", "index", "condition"),
    [
        ({}, "errors_listed_idx", "(organization_id = '"),
        ({"categories": (StatusCategory.MUTED,)}, "errors_category_idx", "status_category = "),
        ({"statuses": (ErrorStatus.NEW,)}, "errors_category_idx", "status_category = "),
        ({"services": (uuid4(),)}, "errors_service_idx", "service_id = "),
        ({"order": ErrorOrder.FIRST_SEEN_DESC}, "errors_first_seen_idx", "(organization_id = '"),
        ({"order": ErrorOrder.LAST_SEEN_ASC}, "errors_listed_idx", "(organization_id = '"),
        ({"order": ErrorOrder.FIRST_SEEN_ASC}, "errors_first_seen_idx", "(organization_id = '"),
        ({"order": ErrorOrder.SEVERITY_DESC}, "errors_severity_idx", "(organization_id = '"),
        (
            {"order": ErrorOrder.SEVERITY_DESC, "page": Page(after=Place(NOW, uuid4(), 2))},
            "errors_severity_idx",
            "ROW(severity_rank, listed_at, id) <",
        ),
        ({"page": Page(after=Place(NOW, uuid4()))}, "errors_listed_idx", "ROW(listed_at, id) <"),
        ({"last_seen_after": NOW}, "errors_listed_idx", "listed_at >"),
    ],
)
async def test_a_list_walks_an_index_in_its_order(database, crowd, criteria, index, condition):
    scope = scope_of_viewer(crowd.viewer)

    explained = await _explained(database, scope, a_page(scope, **criteria))

    scan = explained.partition("Limit")[2]
    assert re.search(rf"Index (Only )?Scan (Backward )?using {index}", scan), explained
    assert condition in scan
    assert "Sort" not in scan
    # Row-level security is asked once for the statement, not once for each row.
    security = scan.partition("Filter:")[2].partition("\n")[0]
    # (PostgreSQL 15 and 16 print the answer of an InitPlan as a number.)
    assert re.search(r"organization_id = ANY \((\(InitPlan|\$\d)", security)
    assert "SubPlan" not in security


async def test_several_tenants_are_walked_one_by_one(database, crowd, shop):
    scope = Scope(organizations=frozenset({shop[0].organization, crowd.organization}))

    explained = await _explained(database, scope, a_page(scope))

    walked = explained.partition("Function Scan on unnest")[2]
    assert re.search("Index (Only )?Scan using errors_listed_idx", walked), explained


async def _explained(database, scope, question):
    plan = plan_of(question, EDGES)
    values = plan.values(question.values(), {})
    async with database.raw_reading(scope, is_planned_once=True) as db:
        rows = await db.fetch(f"EXPLAIN {plan.sql}", *values)
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize(
    "picks",
    [
        (),
        (Pick("body", "body"),),
        (Pick("a" * 64, "id"),),
        tuple(Pick(f"k{n}", "id") for n in range(1001)),
        (Pick("service", "service"),),
        (Pick("service", "service", picks=()),),
    ],
    ids=["nothing", "undeclared", "a long key", "many keys", "no picks", "empty picks"],
)
def test_what_cannot_be_written_is_not_projected(picks):
    question = TheOne(entity="Error", reach=EVERYWHERE, id=UUID(int=1), now=NOW)

    with pytest.raises(NotProjectable):
        plan_of(question, picks)


async def test_a_key_is_never_read_as_sql(database, shop):
    tenant, seeded = shop
    scope = scope_of_viewer(tenant.viewer)
    keys = ["select", "Order", "__x", "a" * 63, 'q"uote', "id"]
    picks = tuple(Pick(key, "number") for key in keys)
    question = TheOne(entity="Error", reach=reach_of(scope), id=seeded[3].id, now=NOW)

    found = await answer(database, scope, question, (*picks, Constant("c", "it's")))

    assert found == {**dict.fromkeys(keys, 4), "c": "it's"}
    assert list(found) == [*keys, "c"]


def test_an_argument_inside_is_checked_at_each_asking():
    question = TheOne(entity="Error", reach=EVERYWHERE, id=UUID(int=1), now=NOW)
    arguments = {"first": Variable("n")}
    plan = plan_of(question, (Pick("l", "latest_occurrences", arguments, ID),))

    bound = plan.values(question.values(), {"n": 20})
    with pytest.raises(Invalid):
        plan.values(question.values(), {"n": 21})

    assert 20 in bound
    assert question.id in bound


def test_plans_are_forgotten_that_were_not_used_for_longest():
    plans, made = Plans(2), []

    def make(name):
        made.append(name)
        return Plan(name, (), ())

    for name in ("a", "b", "a", "c", "a", "b"):
        assert plans.get(name, lambda name=name: make(name)).sql == name

    assert made == ["a", "b", "c", "b"]
    assert plans.kept == 2


def test_what_cannot_be_projected_is_remembered_too():
    plans, asked = Plans(2), []

    def refuse():
        asked.append(1)
        raise NotProjectable("no")

    assert plans.get("a", refuse) is plans.get("a", refuse) is None
    assert len(asked) == 1


MOMENTS = (
    NOW,
    datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2000, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
)


@pytest.mark.parametrize("at", MOMENTS)
async def test_postgresql_writes_the_cursors_that_python_reads(database, at):
    keyset, id_ = KEYSETS[ErrorOrder.LAST_SEEN_DESC], UUID("ffffffff-fbff-7fff-bfff-ffffffffffff")

    async with database.raw_reading(Scope()) as db:
        written = await db.fetchval(
            "SELECT translate(encode('\\x016c73'::bytea || timestamptz_send($1::timestamptz)"
            " || uuid_send($2::uuid), 'base64'), '+/', '-_')",
            at,
            id_,
        )

    assert written == keyset.cursor(Place(at, id_))
    assert keyset.place(written, field="after") == Place(at, id_)


@pytest.mark.parametrize("cursor", ["", "AA", "é", "!" * 36, "A" * 36, "AWxzf" + "_" * 31])
def test_what_is_no_cursor_is_refused(cursor):
    with pytest.raises(Invalid):
        Keyset("ls", "listed_at").place(cursor, field="after")


@pytest.mark.parametrize("asked", [0, -1, 101, 2**31])
def test_a_size_out_of_range_is_refused(asked):
    with pytest.raises(Invalid, match="1 to 100"):
        size_of(asked, default=50, maximum=100, field="first")


async def test_a_projection_cannot_write(database, shop):
    scope = scope_of_viewer(shop[0].viewer)
    plan = Plan("SELECT make_occurrence_partition('2031-01-02')::text", (), ())

    with pytest.raises(Exception, match="read-only transaction"):
        await run(database, scope, plan, [])


async def test_a_place_in_the_last_step_is_still_found(database, shop):
    scope = scope_of_viewer(shop[0].viewer)
    after = max(e.row["last_seen_at"] for e in shop[1]) - timedelta(microseconds=1)

    question = a_page(scope, last_seen_after=after)
    found = await answer(database, scope, question, EDGES)

    assert len(found["edges"]) == 1


class Odd(StrEnum):
    NEW_ONE = "new one"
    QUOTED = "it's"


class Even(StrEnum):
    NEW_ONE = "new_one"
    OLD = "old"


@pytest.mark.parametrize("members", [Odd, Even])
async def test_an_enum_is_written_by_the_names_of_its_members(database, members):
    stored = values(column("at", Text), name="v").data([(one.value,) for one in members])
    written = select(member("at", members)(stored))
    async with database.reading(Scope()) as db:
        found = (await db.execute(written)).scalars().all()

    assert found == [one.name for one in members]
