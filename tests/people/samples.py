"""How each mutation is called on a stage where one of everything stands."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from graph.context import House
from tests.house import Tenant
from tests.people.everything import fill, filled, third_of

_PREFIXES = {
    "api_tokens": "tok",
    "artifact_bundles": "bun",
    "attachments": "att",
    "audit_log": "aud",
    "assignments": "asg",
    "check_ins": "chk",
    "dead_letters": "ded",
    "error_activities": "act",
    "error_comments": "cmt",
    "error_types": "ety",
    "errors": "err",
    "escalations": "esc",
    "grouping_rules": "gru",
    "ingest_keys": "key",
    "invitations": "inv",
    "monitors": "mon",
    "notifications": "ntf",
    "occurrences": "occ",
    "removals": "rmv",
    "resolution_types": "rty",
    "resolutions": "res",
    "saved_views": "view",
    "services": "svc",
    "suppression_rules": "sup",
    "teams": "tea",
    "user_report_activities": "rpa",
    "user_reports": "rep",
}


@dataclass
class Stage:
    """A tenant with one of everything, and the ids under which the API knows it."""

    house: House
    tables: asyncpg.Connection
    tenant: Tenant
    # A member with the lowest role, to whom things are done.
    extra: UUID
    # A type that its error is not of.
    other_type: UUID
    known: dict[str, dict[str, Any]]

    @property
    def organization(self) -> str:
        return f"org_{self.tenant.organization}"

    @property
    def twin(self) -> str:
        """The id of a second error, which tables of two errors tell of."""
        return f"err_{self.known['duplicates']['duplicate_error_id']}"

    @property
    def third(self) -> str:
        """The id of an error that stands alone."""
        return f"err_{third_of(self.known['errors'])['id']}"

    def id(self, table: str) -> str:
        """Return the id of the tenant's one row of a table."""
        return f"{_PREFIXES[table]}_{self.known[table]['id']}"

    def ids(self) -> dict[str, str]:
        """Return the ids of everything that has one."""
        own = {table: self.id(table) for table in _PREFIXES if table in self.known}
        return own | {"organizations": self.organization, "users": f"usr_{self.tenant.user}"}

    async def refill(self) -> None:
        """Put back what is gone."""
        self.known = await fill(
            self.tables,
            self.tenant.organization,
            self.tenant.user,
            f"secret of {self.tenant.slug}",
        )


async def a_stage(house: House, tables: asyncpg.Connection, name: str) -> Stage:
    """Return a new stage."""
    tenant, known = await filled(house.database, tables, name)
    extra = uuid4()
    await tables.execute(
        "INSERT INTO users (id, email, name) VALUES ($1, $2, $3)",
        extra,
        f"{extra}@x.example",
        "Eve",
    )
    await tables.execute(
        "INSERT INTO memberships (organization_id, user_id, role) VALUES ($1, $2, 'viewer')",
        tenant.organization,
        extra,
    )
    other_type = await tables.fetchval(
        "SELECT id FROM error_types WHERE organization_id = $1 AND id <> $2",
        tenant.organization,
        known["errors"]["error_type_id"],
    )
    return Stage(
        house=house, tables=tables, tenant=tenant, extra=extra, other_type=other_type, known=known
    )


@dataclass(frozen=True)
class Sample:
    """A call that succeeds for whom the rule is; `uses_up` the stage, so that each has its own."""

    variables: Callable[[Stage], Mapping[str, Any]]
    uses_up: bool = False
    # What is wanted of the success, and the answers beside a success that show that it was allowed.
    inside: str = ""
    answers: tuple[str, ...] = ()
    # Whether even members are told that there is no such thing.
    is_hidden: bool = False
    # Whether the audit log does not tell of it, because it is nobody's business.
    is_unwritten: bool = False

    def is_done(self, answer: str) -> bool:
        """Say whether the caller was let in."""
        return answer.endswith("Success") or answer.startswith(self.answers)


_RULE = {
    "name": "r",
    "action": "DROP",
    "matchers": [{"field": "level", "op": "EQUAL", "value": "info"}],
}
_GROUPING = {
    "name": "grouping",
    "matchers": [{"field": "type", "op": "EQUAL", "value": "x"}],
    "fingerprint": ["a"],
}


def _fresh() -> str:
    return uuid4().hex[:12]


def _of(table: str, **more: Any) -> Callable[[Stage], Mapping[str, Any]]:
    return lambda stage: {"id": stage.id(table), **more}


def _about(**more: Any) -> Sample:
    """Return the sample of what is done to a selection of errors."""
    return Sample(lambda stage: {"errors": {"ids": [stage.id("errors")]}, **more}, uses_up=True)


_TYPE = {"name": "t", "defaultSeverity": "LOW", "autoCapture": True, "isActive": True}
_WAY = {"name": "w", "description": "d", "requiresTesting": False, "isActive": True}

SAMPLES: Mapping[str, Sample] = {
    "assignReport": Sample(_of("user_reports")),
    "assignReports": Sample(
        lambda stage: {"ids": [stage.id("user_reports")], "assignee": f"usr_{stage.extra}"}
    ),
    "acknowledgeEscalation": Sample(_of("escalations"), uses_up=True),
    "addErrorType": Sample(
        lambda stage: {"organization": stage.organization, "code": f"c_{_fresh()}", "said": _TYPE}
    ),
    "addResolutionType": Sample(
        lambda stage: {"organization": stage.organization, "said": {**_WAY, "name": _fresh()}}
    ),
    "assignError": Sample(
        lambda stage: {
            "errors": {"ids": [stage.id("errors")]},
            "assignee": f"usr_{stage.extra}",
        },
        uses_up=True,
    ),
    "changeErrorType": Sample(_of("error_types", said=_TYPE)),
    "changeResolutionType": Sample(
        lambda stage: {
            "id": stage.id("resolution_types"),
            "said": {**_WAY, "name": stage.known["resolution_types"]["name"]},
        }
    ),
    "changeSeverityLevel": Sample(
        lambda stage: {
            "organization": stage.organization,
            "severity": "LOW",
            "said": {"label": "l", "pages": False},
        }
    ),
    "commentOnError": _about(body="Hello"),
    "completeFollowUps": Sample(_of("resolutions"), uses_up=True),
    "deleteErrorComment": Sample(_of("error_comments"), uses_up=True),
    "editErrorComment": Sample(_of("error_comments", body="b"), uses_up=True),
    "escalateError": Sample(
        lambda stage: {
            "id": stage.id("errors"),
            "to": f"usr_{stage.extra}",
            "level": "L2",
            "reason": "Help",
        },
        uses_up=True,
    ),
    "ignoreErrors": _about(),
    "markDuplicate": Sample(
        lambda stage: {"duplicate": stage.third, "primary": stage.id("errors")}, uses_up=True
    ),
    "markAllNotificationsRead": Sample(
        lambda stage: {"organization": stage.organization}, is_unwritten=True
    ),
    "markNotificationsRead": Sample(
        lambda stage: {"ids": [stage.id("notifications")]}, is_hidden=True, is_unwritten=True
    ),
    "markResolutionTested": Sample(_of("resolutions", hasPassed=True), uses_up=True),
    "mergeErrors": Sample(
        lambda stage: {"primary": stage.id("errors"), "errors": [stage.third]}, uses_up=True
    ),
    "reopenErrors": _about(),
    "resolveErrors": _about(),
    "setErrorPriority": _about(priority="P1"),
    "setErrorSeverity": _about(severity="HIGH"),
    "setErrorType": Sample(
        lambda stage: {
            "errors": {"ids": [stage.id("errors")]},
            "errorType": f"ety_{stage.other_type}",
        },
        uses_up=True,
    ),
    "setQuietPeriod": Sample(lambda stage: {"organization": stage.organization, "hours": 5}),
    "stopDiscarding": Sample(
        lambda stage: {
            "organization": stage.organization,
            "error": f"err_{stage.known['discarded_hashes']['error_id']}",
        },
        uses_up=True,
    ),
    "subscribeToError": _about(),
    "unassignError": _about(),
    "unmarkDuplicate": Sample(lambda stage: {"duplicate": stage.twin}, uses_up=True),
    # Nothing is merged on a stage, so there is nothing to write down.
    "unmergeErrors": Sample(
        lambda stage: {"primary": stage.id("errors"), "errors": [stage.twin]}, is_unwritten=True
    ),
    "unsubscribeFromError": _about(),
    "captureErrors": Sample(
        lambda stage: {"errors": [{"serviceId": stage.id("services"), "message": "m"}]},
        inside="results: outcomes { __typename }",
        answers=("CapturedError",),
        is_unwritten=True,
    ),
    "closeReportsOfError": Sample(lambda stage: {"error": stage.id("errors")}),
    "commentOnReport": Sample(_of("user_reports", body="hm")),
    "convertReportToError": Sample(
        # It belongs to an error already.
        _of("user_reports"),
        answers=("Conflict: {", "Success"),
        is_unwritten=True,
    ),
    "createApiToken": Sample(
        lambda stage: {"organization": stage.organization, "name": _fresh(), "scopes": ["READ"]}
    ),
    "createGroupingRule": Sample(
        lambda stage: {"organization": stage.organization, "rule": _GROUPING}
    ),
    "createIngestKey": Sample(lambda stage: {"service": stage.id("services"), "key": {}}),
    "createOrganization": Sample(
        lambda _stage: {"organization": {"slug": _fresh(), "name": "New"}}
    ),
    "createSavedView": Sample(
        lambda stage: {"organization": stage.organization, "name": _fresh(), "search": ""},
        is_unwritten=True,
    ),
    "createService": Sample(
        lambda stage: {"organization": stage.organization, "service": {"name": _fresh()}}
    ),
    "createSuppressionRule": Sample(
        lambda stage: {"organization": stage.organization, "rule": _RULE}
    ),
    "createTeam": Sample(lambda stage: {"organization": stage.organization, "name": _fresh()}),
    "createUserReport": Sample(
        lambda stage: {
            "report": {"serviceId": stage.id("services"), "title": "t", "description": "d"}
        }
    ),
    "deleteArtifactBundle": Sample(_of("artifact_bundles")),
    "deleteErrors": Sample(lambda stage: {"ids": [stage.third]}, uses_up=True),
    "deleteGroupingRule": Sample(_of("grouping_rules")),
    "deleteIngestKey": Sample(_of("ingest_keys")),
    "deleteOrganization": Sample(
        lambda stage: {"id": stage.organization, "slug": stage.tenant.slug}, uses_up=True
    ),
    "deleteSavedView": Sample(_of("saved_views"), uses_up=True),
    "deleteService": Sample(
        lambda stage: {"id": stage.id("services"), "name": stage.known["services"]["name"]},
        uses_up=True,
    ),
    "deleteSuppressionRule": Sample(_of("suppression_rules")),
    "deleteTeam": Sample(_of("teams")),
    "discardDeadLetters": Sample(
        lambda stage: {"organization": stage.organization, "ids": [stage.id("dead_letters")]}
    ),
    "inviteMember": Sample(
        lambda stage: {
            "organization": stage.organization,
            "email": f"{_fresh()}@example.com",
            "role": "VIEWER",
        }
    ),
    "leaveOrganization": Sample(lambda stage: {"organization": stage.organization}),
    "linkReport": Sample(lambda stage: {"id": stage.id("user_reports"), "error": stage.third}),
    "markReportDuplicate": Sample(
        # There is but one report.
        lambda stage: {"id": stage.id("user_reports"), "of": stage.id("user_reports")},
        answers=("Invalid: {",),
        is_unwritten=True,
    ),
    "putTeamMember": Sample(
        lambda stage: {"team": stage.id("teams"), "user": f"usr_{stage.extra}", "isLead": True}
    ),
    "removeMember": Sample(
        lambda stage: {"organization": stage.organization, "user": f"usr_{stage.extra}"},
        uses_up=True,
    ),
    "removeTeamMember": Sample(
        lambda stage: {
            "team": stage.id("teams"),
            "user": f"usr_{stage.known['team_members']['user_id']}",
        }
    ),
    "reorderGroupingRules": Sample(
        lambda stage: {"organization": stage.organization, "rules": [stage.id("grouping_rules")]},
        uses_up=True,
    ),
    "replayDeadLetters": Sample(
        lambda stage: {"organization": stage.organization, "ids": [stage.id("dead_letters")]}
    ),
    "revokeApiToken": Sample(_of("api_tokens"), uses_up=True, is_hidden=True),
    "revokeInvitation": Sample(_of("invitations"), uses_up=True),
    "setErrorRateLimit": Sample(lambda stage: {"organization": stage.organization, "perMinute": 7}),
    "setErrorStatuses": _about(status="OPEN"),
    "setErrorStatus": Sample(_of("errors", status="OPEN"), uses_up=True),
    "setIngestKeyActive": Sample(_of("ingest_keys", isActive=False)),
    "setIngestKeyLimit": Sample(lambda stage: {"key": stage.id("ingest_keys"), "perMinute": 7}),
    "setReportPriority": Sample(_of("user_reports", priority="HIGH")),
    "setReportStatus": Sample(_of("user_reports", status="CLOSED"), uses_up=True),
    "setReportStatuses": Sample(
        lambda stage: {"ids": [stage.id("user_reports")], "status": "CLOSED"}, uses_up=True
    ),
    "setReportType": Sample(_of("user_reports", reportType="OTHER")),
    "setServiceActive": Sample(_of("services", isActive=False), uses_up=True),
    "setSystemAdmin": Sample(
        lambda stage: {"user": f"usr_{stage.extra}", "isSystemAdmin": True}, uses_up=True
    ),
    "setUserActive": Sample(lambda stage: {"user": f"usr_{stage.extra}", "isActive": False}),
    # Nobody has decided anything there just now.
    "undoDecision": Sample(
        lambda stage: {"errors": {"ids": [stage.id("errors")]}},
        answers=("Conflict: {",),
        is_unwritten=True,
    ),
    "unlinkReport": Sample(_of("user_reports")),
    "updateGroupingRule": Sample(
        lambda stage: {"id": stage.id("grouping_rules"), "rule": {**_GROUPING, "name": _fresh()}}
    ),
    "updateIngestKey": Sample(_of("ingest_keys", changes={"allowedOrigins": ["a.example"]})),
    "updateMemberRole": Sample(
        lambda stage: {
            "organization": stage.organization,
            "user": f"usr_{stage.extra}",
            "role": "STAFF",
        }
    ),
    "updateOrganization": Sample(
        lambda stage: {"id": stage.organization, "changes": {"name": _fresh()}}
    ),
    "updateSavedView": Sample(_of("saved_views", name="n"), uses_up=True),
    "updateScrubbing": Sample(
        lambda stage: {
            "organization": stage.organization,
            "settings": {"secretNames": [f"n{_fresh()}"]},
        }
    ),
    "updateService": Sample(_of("services", changes={"description": "d"})),
    "updateSuppressionRule": Sample(_of("suppression_rules", rule=_RULE)),
    "updateTeam": Sample(_of("teams", changes={"description": "d"})),
    # There is only one version so far, and all are at it.
    "upgradeGrouping": Sample(
        lambda stage: {"organization": stage.organization},
        answers=("Invalid: {",),
        is_unwritten=True,
    ),
}
