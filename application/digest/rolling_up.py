"""Rolling up: what a batch adds to the hours that overviews are read from. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from application.digest.batch import Arrived, Group
from application.digest.prepare import Prepared
from domain.crowds import crowd_of, member_of_id, member_of_visitor
from domain.errors import Error, Verdict
from domain.ids import ErrorId
from domain.levels import LogLevel, Severity
from domain.rollups import Crowd, CrowdKey, RolledUp, RollupKey
from domain.visitors import is_session


def rolled_up(groups: Sequence[Group], new: Mapping[ErrorId, Error]) -> dict[RollupKey, RolledUp]:
    """Return what is counted of the items of a batch: each of them once."""
    found: dict[RollupKey, RolledUp] = defaultdict(RolledUp)
    for group in groups:
        keys = [_key(group, one, *_standing_of(group, new)) for one in group.arrived]
        for key in keys:
            found[key].occurrences += 1
        moments = [one.made.occurred_at for one in group.arrived]
        if group.verdict is Verdict.NEW:
            found[keys[moments.index(min(moments))]].new_errors += 1
        elif group.verdict is Verdict.REGRESSED:
            found[keys[moments.index(max(moments))]].regressed_errors += 1
    return found


def crowds_of(groups: Sequence[Group]) -> dict[CrowdKey, Crowd]:
    """Return which errors happened in each hour, and which users met any."""
    errors: dict[CrowdKey, set[int]] = defaultdict(set)
    users: dict[CrowdKey, set[int]] = defaultdict(set)
    for group in groups:
        member = member_of_id(group.error_id)
        for one in group.arrived:
            _, environment = _said_by(one)
            key = CrowdKey(group.organization_id, _hour_of(one), group.service_id, environment)
            errors[key].add(member)
            users[key].update(
                member_of_visitor(each) for each in one.made.visitors if not is_session(each)
            )
    return {key: Crowd(crowd_of(errors[key]), crowd_of(users[key])) for key in errors}


def _key(group: Group, one: Arrived, error_type: str, severity: Severity) -> RollupKey:
    level, environment = _said_by(one)
    return RollupKey(
        group.organization_id,
        _hour_of(one),
        group.service_id,
        environment,
        error_type,
        severity,
        level,
    )


def _standing_of(group: Group, new: Mapping[ErrorId, Error]) -> tuple[str, Severity]:
    known = new.get(group.error_id) or group.known
    if known is None:
        raise ValueError("An error is either known before its batch or added by it.")
    return known.error_type, known.severity


def _said_by(one: Arrived) -> tuple[LogLevel, str]:
    made = one.made
    said = made.event if isinstance(made, Prepared) else made
    return said.level, said.environment or ""


def _hour_of(one: Arrived) -> datetime:
    return one.made.occurred_at.replace(minute=0, second=0, microsecond=0)
