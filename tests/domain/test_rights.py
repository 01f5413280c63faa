"""Rights: the matrix of SEC-02, row by row, and how a refusal reads."""

from uuid import UUID

import pytest

from domain.failures import Forbidden
from domain.ids import OrganizationId, UserId
from domain.organizations import MembershipRole
from domain.rights import MATRIX, WORDS, Right, may
from domain.tokens import TokenScope
from domain.viewers import Viewer

OURS, THEIRS = OrganizationId(UUID(int=1)), OrganizationId(UUID(int=2))


def a_viewer(role: MembershipRole, **more: object) -> Viewer:
    return Viewer(user=UserId(UUID(int=7)), roles={OURS: role}, **more)  # type: ignore[arg-type]


def test_every_role_and_every_right_has_its_row():
    assert set(MATRIX) == set(MembershipRole)
    assert set(WORDS) == set(Right)


@pytest.mark.parametrize(
    ("right", "roles"),
    [
        (Right.READ, set(MembershipRole)),
        (Right.CAPTURE, set(MembershipRole) - {"viewer"}),
        (Right.TRIAGE, {"owner", "admin", "devops", "support"}),
        (Right.RESPOND, {"owner", "admin", "on_call", "support"}),
        (Right.ALERT, {"owner", "admin", "devops", "on_call"}),
        (Right.CONFIGURE, {"owner", "admin", "devops"}),
        (Right.REPORT, {"owner", "admin", "devops", "support", "staff"}),
        (Right.MANAGE_PEOPLE, {"owner", "admin"}),
        (Right.READ_AUDIT, {"owner", "admin"}),
        (Right.REMOVE, {"owner", "admin"}),
        (Right.MANAGE_ORGANIZATION, {"owner"}),
    ],
)
def test_a_right_is_for_these_roles_and_no_other(right: Right, roles: set[str]):
    assert {role for role in MembershipRole if may(role, right)} == {
        MembershipRole(role) for role in roles
    }


def test_a_right_is_for_one_organization_only():
    viewer = a_viewer(MembershipRole.OWNER)

    viewer.must(Right.TRIAGE, OURS)
    with pytest.raises(Forbidden, match="The role none may not change errors"):
        viewer.must(Right.TRIAGE, THEIRS)


def test_a_token_that_may_only_read_changes_nothing():
    viewer = a_viewer(MembershipRole.OWNER, scopes=frozenset({TokenScope.READ}))

    assert viewer.may(Right.READ, OURS)
    with pytest.raises(Forbidden, match="This token may only read"):
        viewer.must(Right.CONFIGURE, OURS)


def test_a_system_administrator_may_do_everything_everywhere():
    viewer = a_viewer(MembershipRole.VIEWER, is_system_admin=True)

    assert all(viewer.may(right, THEIRS) for right in Right)
