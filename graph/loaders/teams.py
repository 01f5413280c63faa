"""Teams by id, who is in them, and the services that they look after."""

from strawberry.dataloader import DataLoader

from domain.ids import TeamId
from domain.services import Service
from domain.teams import Team, TeamMember
from graph.loaders.batch import batched
from persistence.database import Database, Scope
from persistence.reach import reach_of
from persistence.teams import Belonging, by_ids, members_of, of_members, services_of

__all__ = [
    "Belonging",
    "belonging_loader_of",
    "loader_of",
    "members_loader_of",
    "services_loader_of",
]


def loader_of(database: Database, scope: Scope) -> DataLoader[TeamId, Team | None]:
    """Return the loader of teams, as far as the viewer may see them."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: by_ids(db, ids, reach), None)


def members_loader_of(database: Database, scope: Scope) -> DataLoader[TeamId, list[TeamMember]]:
    """Return the loader of who is in a team."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: members_of(db, ids, reach), [])


def services_loader_of(database: Database, scope: Scope) -> DataLoader[TeamId, list[Service]]:
    """Return the loader of the services that a team looks after."""
    reach = reach_of(scope)
    return batched(database, scope, lambda db, ids: services_of(db, ids, reach), [])


def belonging_loader_of(database: Database, scope: Scope) -> DataLoader[Belonging, list[Team]]:
    """Return the loader of a member's teams."""
    return batched(database, scope, of_members, [])
