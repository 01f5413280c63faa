"""Whose feed a subscription means, and who may have it."""

from uuid import uuid4

import pytest

from domain.failures import Failure, Invalid, NotFound
from domain.ids import OrganizationId, UserId
from domain.organizations import MembershipRole
from domain.viewers import Viewer
from graph.cursors import FeedCursor
from graph.feed import watched
from graph.ids import shown
from persistence.projection.declared import ORGANIZATION

A, B = OrganizationId(uuid4()), OrganizationId(uuid4())


def a_viewer(*organizations: OrganizationId, **fields: object) -> Viewer:
    roles = dict.fromkeys(organizations, MembershipRole.VIEWER)
    return Viewer(user=UserId(uuid4()), roles=roles, **fields)


def at(organization: OrganizationId) -> FeedCursor:
    return FeedCursor(organization=organization, position=1)


@pytest.mark.parametrize(
    ("viewer", "asked", "after", "chosen"),
    [
        (a_viewer(A), None, None, A),
        (a_viewer(A), A, None, A),
        (a_viewer(A, B), B, None, B),
        (a_viewer(A, B), None, at(B), B),
        (a_viewer(A, B), A, at(A), A),
        (a_viewer(is_system_admin=True), B, None, B),
    ],
)
def test_whose_feed_is_meant(viewer, asked, after, chosen):
    name = asked and shown(ORGANIZATION, asked)

    assert watched(viewer, name, after) == chosen


@pytest.mark.parametrize(
    ("viewer", "asked", "after", "failure"),
    [
        (a_viewer(), None, None, Invalid),
        (a_viewer(A, B), None, None, Invalid),
        (a_viewer(A, B), A, at(B), Invalid),
        (a_viewer(A), B, None, NotFound),
        (a_viewer(A), None, at(B), NotFound),
    ],
)
def test_a_feed_that_is_not_named_or_not_theirs_is_refused(viewer, asked, after, failure):
    name = asked and shown(ORGANIZATION, asked)

    with pytest.raises(Failure) as refused:
        watched(viewer, name, after)

    assert type(refused.value) is failure
