"""Who shares with whom: what is of one person is told to nobody else, whoever forgot to say so."""

from dataclasses import replace
from uuid import uuid4

import pytest

from graph.live.counts import LiveCounts
from graph.live.frames import LiveRequest
from graph.live.live import Live
from graph.live.noticing import Noticing
from graph.schema import schema
from tests.graph.live_sinks import HeldSink


@pytest.mark.parametrize(
    ("query", "sources", "streams"),
    [
        ("errorFeed { cursor }", 1, 1),
        ("errorFeed(where: {assignee: {nobody: true}}) { cursor }", 1, 1),
        ("errorFeed(where: {assignee: {me: true}}) { cursor }", 2, 2),
        ("errorFeed(where: {assignee: {myTeams: true}}) { cursor }", 2, 2),
        ("errorFeed { changes { error { isSubscribed } } }", 2, 2),
        ("assignmentFeed { cursor }", 2, 2),
        ("notificationInbox { cursor }", 2, 2),
        ("userReportQueue { cursor }", 1, 1),
        ("occurrenceFeed { cursor }", 1, 1),
    ],
)
async def test_two_people_of_one_role_share_what_is_not_theirs(
    house, tenant, query, sources, streams
):
    live = Live(replace(house, live=LiveCounts()), schema._schema)
    people = [tenant.viewer, replace(tenant.viewer, user=uuid4()), tenant.viewer]
    request = LiveRequest(text=f"subscription {{ {query} }}")

    subscribers = [await live.attach(request, viewer, HeldSink()) for viewer in people]
    found = (live.counts.sources, live.counts.streams)
    for subscriber in subscribers:
        subscriber.detach()

    assert found == (sources, streams)


def test_a_viewer_notices_who_asks_who_they_are_and_nothing_else(tenant):
    viewer = Noticing.of(tenant.viewer)
    assert viewer.organizations == tenant.viewer.organizations
    assert not viewer.is_noticed

    assert viewer.user == tenant.viewer.user
    assert viewer.is_noticed


def test_who_asks_only_when_it_is_shared_already_is_refused(tenant):
    viewer = Noticing.of(tenant.viewer)
    viewer.seal()

    with pytest.raises(RuntimeError, match="in its resolver, or never"):
        _ = viewer.user
