"""People and what is theirs: the use cases of organizations, members, teams, services and keys."""

from dataclasses import dataclass
from typing import Self

from application.clock import Clock
from application.feed import Hub
from application.ingest_keys import IngestKeyUseCases
from application.members import MemberUseCases
from application.organizations import OrganizationUseCases
from application.removals import RemovalUseCases
from application.services import ServiceUseCases
from application.teams import TeamUseCases
from application.users import UserUseCases
from persistence.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The use cases of who belongs where, and of what they run."""

    organizations: OrganizationUseCases
    members: MemberUseCases
    teams: TeamUseCases
    services: ServiceUseCases
    ingest_keys: IngestKeyUseCases
    removals: RemovalUseCases
    users: UserUseCases

    @classmethod
    def of(cls, database: Database, hub: Hub, clock: Clock) -> Self:
        """Return them over a database."""
        return cls(
            organizations=OrganizationUseCases(database=database, clock=clock),
            members=MemberUseCases(database=database, clock=clock),
            teams=TeamUseCases(database=database, hub=hub, clock=clock),
            services=ServiceUseCases(database=database, clock=clock),
            ingest_keys=IngestKeyUseCases(database=database, clock=clock),
            removals=RemovalUseCases(database=database, clock=clock, hub=hub),
            users=UserUseCases(database=database, clock=clock),
        )
