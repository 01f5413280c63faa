"""Cursors of the feed: they say the same after a journey, and nothing else passes for one."""

from uuid import UUID

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from domain.ids import OrganizationId
from graph.cursors import FeedCursor, cursor_of, text_of


@given(st.uuids(), st.integers(min_value=0, max_value=2**63 - 1))
def test_a_cursor_says_the_same_after_a_journey(organization, position):
    cursor = FeedCursor(organization=OrganizationId(organization), position=position)

    assert cursor_of(text_of(cursor)) == cursor


@given(
    st.text(max_size=40)
    | st.binary(max_size=40).map(repr)
    | st.text("abcdefAWxz-_=", min_size=30, max_size=36)
    | st.integers()
)
def test_nothing_else_passes_for_a_cursor(text):
    try:
        cursor = cursor_of(text)
    except GraphQLError as refused:
        assert "This is not a cursor of a feed" in refused.message  # noqa: PT017
    else:
        assert text_of(cursor) == text


def test_a_cursor_of_another_version_is_refused():
    ours = text_of(FeedCursor(organization=OrganizationId(UUID(int=1)), position=1))
    newer = "Ag" + ours[2:]
    assert ours.startswith("AQ")

    with pytest.raises(GraphQLError):
        cursor_of(newer)
