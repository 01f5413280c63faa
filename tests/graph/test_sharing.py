"""Shared answers: worked out once for those who may see the same, and never for anybody else."""

import asyncio
import inspect
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
from graphql import ExecutionResult, get_named_type, is_composite_type

from application.setup import SetupUseCases
from domain.organizations import MembershipRole
from graph.answers import SharedAnswers
from graph.cursors import FeedCursor, text_of
from graph.docs import DEFINITION
from graph.schema import schema
from graph.sharing import PERSONAL
from tests.conftest import CLOCK
from tests.graph.serving import happens
from tests.graph.sockets import a_socket
from tests.house import a_tenant

FEED = """subscription ($after: Cursor, $first: Int, $last: Int) {
  errorFeed(after: $after) { cursor changes { ...Shown } }
}
fragment Shown on ErrorChange {
  kind error { title occurrences(first: $first) { totalCount } hours(last: $last) { count } }
}"""


async def worked_out(door, house, tenant, *watchers: tuple[str, dict[str, object]]) -> int:
    """Let watchers watch while something happens once; return how often it was worked out."""
    beginning = text_of(FeedCursor(organization=tenant.organization, position=0))
    async with AsyncExitStack() as stack:
        sockets = []
        for token, variables in watchers:
            socket = await stack.enter_async_context(a_socket(door.socket_url))
            await socket.init(token)
            query = variables.pop("query", FEED)
            await socket.subscribe("1", query, **{"after": beginning, **variables})
            sockets.append(socket)
        before = house.answers.worked_out
        await happens(house, tenant, "pay")
        answers = [await socket.next("1") for socket in sockets]
    assert all(answer["data"]["errorFeed"]["changes"][0]["kind"] == "NEW" for answer in answers)
    return house.answers.worked_out - before


async def another_token(house, tenant, role: MembershipRole) -> str:
    setup = SetupUseCases(database=house.database, clock=CLOCK)
    email = f"{uuid4().hex}@example.com"
    await setup.add_user(email, "Ben", tenant.slug, role)
    return await setup.add_token(email, tenant.slug, "test")


async def test_many_who_ask_the_same_are_answered_once(door, house, tenant):
    ben = await another_token(house, tenant, MembershipRole.OWNER)
    watchers = [(token, {"first": 2, "last": 2}) for token in (tenant.token, ben) * 5]

    assert await worked_out(door, house, tenant, *watchers) == 1


async def test_what_is_a_persons_own_is_worked_out_for_each_person(door, house, tenant):
    ben = await another_token(house, tenant, MembershipRole.OWNER)
    own = FEED.replace("title occ", "title isSubscribed occ")
    watchers = [(token, {"first": 2, "last": 2, "query": own}) for token in (tenant.token, ben) * 3]

    assert await worked_out(door, house, tenant, *watchers) == 2


@pytest.mark.parametrize(
    "other", [{"first": 3, "last": 2}, {"first": 2, "last": 3}, {"query": FEED + " # else"}]
)
async def test_who_asks_something_else_is_answered_for_themselves(door, house, tenant, other):
    watchers = [(tenant.token, {"first": 2, "last": 2}), (tenant.token, {"first": 2, **other})]

    assert await worked_out(door, house, tenant, *watchers) == 2


async def test_who_has_another_role_is_answered_for_themselves(door, house, tenant):
    ben = await another_token(house, tenant, MembershipRole.VIEWER)

    assert await worked_out(door, house, tenant, (tenant.token, {}), (ben, {})) == 2


async def test_what_two_tenants_ask_in_the_same_words_stays_apart(door, house, tenant):
    other = await a_tenant(house.database, CLOCK)
    query = "subscription { errorFeed { changes { error { organization { slug } } } } }"
    seen = {}
    async with a_socket(door.socket_url) as one, a_socket(door.socket_url) as two:
        for socket, owner in ((one, tenant), (two, other)):
            await socket.init(owner.token)
            await socket.subscribe("1", query)
            await socket.next("1")
        for socket, owner in ((one, tenant), (two, other)):
            await happens(house, owner, "pay")
            seen[owner.slug] = (await socket.next("1"))["data"]["errorFeed"]["changes"]

    assert seen == {
        slug: [{"error": {"organization": {"slug": slug}}}] for slug in (tenant.slug, other.slug)
    }


async def test_who_asked_first_may_go_away_while_the_others_wait():
    answers, may_go_on = SharedAnswers(), asyncio.Event()

    async def work_out() -> ExecutionResult:
        await may_go_on.wait()
        return ExecutionResult({"a": 1})

    waiting = [asyncio.create_task(answers.answer("key", work_out)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    may_go_on.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)

    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1] is found[2]
    assert answers.worked_out == 1


async def test_an_answer_is_kept_for_a_moment_only():
    answers = SharedAnswers(kept_seconds=0)

    async def work_out() -> ExecutionResult:
        return ExecutionResult({"a": 1})

    await answers.answer("key", work_out)
    while answers.worked_out == 1:
        await asyncio.sleep(0)
        await answers.answer("key", work_out)


async def test_a_failure_to_answer_is_told_to_all_who_wait():
    answers = SharedAnswers()

    async def work_out() -> ExecutionResult:
        raise ConnectionResetError

    found = await asyncio.gather(
        *(answers.answer("key", work_out) for _ in range(2)), return_exceptions=True
    )

    assert [type(failure) for failure in found] == [ConnectionResetError] * 2


def test_no_field_below_a_subscription_depends_on_who_the_viewer_is():
    reached = {get_named_type(f.type) for f in schema._schema.subscription_type.fields.values()}
    seen = set()
    while unseen := reached - seen:
        seen |= unseen
        for type_ in unseen:
            for name, field in getattr(type_, "fields", {}).items():
                resolver = getattr(field.extensions.get(DEFINITION), "base_resolver", None)
                if resolver is not None:
                    source = inspect.getsource(resolver.wrapped_func)
                    assert "context.viewer" not in source or name in PERSONAL, f"{type_}.{name}"
                if is_composite_type(get_named_type(field.type)):
                    reached.add(get_named_type(field.type))

    assert {"Error", "Occurrence", "Service"} <= {type_.name for type_ in seen}
