"""My teams: the teams of one person, as a feed tells of them."""

from domain.feed import FeedEntry, FeedKind
from domain.ids import OrganizationId, UserId
from graph.context import Context
from persistence import teams


class MyTeams:
    """Which teams somebody is in, always as of the entry that was heard last."""

    def __init__(self, organization: OrganizationId, user: UserId) -> None:
        self._place = (organization, user)
        self._ids: set[str] = set()

    async def read(self, context: Context) -> None:
        """Begin with the teams as they are now."""
        async with context.house.database.reading(context.scope) as db:
            found = await teams.of_members(db, [self._place])
        self._ids = {str(team.id) for team in found[self._place]}

    def hear(self, entry: FeedEntry) -> bool:
        """Take an entry in, and say whether these teams are others since."""
        users = entry.payload.get("users")
        if entry.kind is not FeedKind.TEAM_CHANGED or not isinstance(users, list):
            return False
        if str(self._place[1]) not in users:
            return False
        put = self._ids.add if entry.payload.get("are_in") else self._ids.discard
        put(str(entry.subject_id))
        return True

    def __contains__(self, team: object) -> bool:
        """Say whether somebody is in a team, by the text of its id."""
        return team in self._ids
