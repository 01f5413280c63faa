"""Teams: people of one organization who look after services together (TEN-10)."""

from dataclasses import dataclass
from datetime import datetime

from domain.ids import OrganizationId, TeamId, UserId

MAX_TEAMS = 500
MAX_TEAM_MEMBERS = 500
MAX_NAME = 100
MAX_DESCRIPTION = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """People who look after services together, and whom an error may be given to."""

    id: TeamId
    organization_id: OrganizationId
    name: str
    description: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamMember:
    """One member's place in a team; a lead is asked first."""

    team_id: TeamId
    user_id: UserId
    is_lead: bool
