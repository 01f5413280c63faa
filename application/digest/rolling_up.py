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
    """Return what is counted of the items of a batch: each once in its hour and once in its day."""
    hours: dict[RollupKey, RolledUp] = defaultdict(RolledUp)
    for group in groups:
        keys = [_key(group, one, *_standing_of(group, new)) for one in group.arrived]
        for key in keys:
            hours[key].occurrences += 1
        moments = [one.made.occurred_at for one in group.arrived]
        if group.verdict is Verdict.NEW:
            hours[keys[moments.index(min(moments))]].new_errors += 1
        elif group.verdict is Verdict.REGRESSED:
            hours[keys[moments.index(max(moments))]].regressed_errors += 1
    found = defaultdict(RolledUp, hours)
    for key, counted in hours.items():
        found[key._replace(is_day=True, begins_at=key.begins_at.replace(hour=0))].add(counted)
    return found


def crowds_of(groups: Sequence[Group]) -> dict[CrowdKey, Crowd]:
    """Return which errors happened in each hour and day, and which users met any."""
    errors: dict[CrowdKey, set[int]] = defaultdict(set)
    users: dict[CrowdKey, set[int]] = defaultdict(set)
    for group in groups:
        member = member_of_id(group.error_id)
        for one in group.arrived:
            _, place = _said_by(one)
            key = CrowdKey(
                organization_id=group.organization_id,
                is_day=False,
                begins_at=_hour_of(one),
                service_id=group.service_id,
                environment=place,
            )
            errors[key].add(member)
            users[key].update(
                member_of_visitor(each) for each in one.made.visitors if not is_session(each)
            )
    for key in list(errors):
        day = key._replace(is_day=True, begins_at=key.begins_at.replace(hour=0))
        errors[day] |= errors[key]
        users[day] |= users[key]
    return {key: Crowd(crowd_of(errors[key]), crowd_of(users[key])) for key in errors}


def _key(group: Group, one: Arrived, error_type: str, severity: Severity) -> RollupKey:
    level, environment = _said_by(one)
    return RollupKey(
        organization_id=group.organization_id,
        is_day=False,
        begins_at=_hour_of(one),
        service_id=group.service_id,
        environment=environment,
        error_type=error_type,
        severity=severity,
        level=level,
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
    """Return when the hour began; moments are of UTC, so its day begins at its hour zero."""
    return one.made.occurred_at.replace(minute=0, second=0, microsecond=0)
