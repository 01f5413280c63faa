"""Use cases of teams: made, changed and removed, and who is in them (TEN-10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from application.auditing import Changed, difference, record
from application.clock import Clock
from application.feed import Hub
from application.organizations import must_stay
from domain.failures import Conflict, Invalid, NotFound
from domain.feed import Change, FeedEntry, FeedKind
from domain.ids import OrganizationId, TeamId, UserId
from domain.rights import Right
from domain.services import name_of
from domain.teams import MAX_TEAM_MEMBERS, MAX_TEAMS, Team, TeamMember
from domain.viewers import Viewer
from persistence import feed, members, teams
from persistence.database import Database, Writing, scope_of_viewer
from persistence.reach import Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamUseCases:
    """What may be done to teams, each in one transaction."""

    database: Database
    hub: Hub
    clock: Clock

    async def create(
        self, organization: OrganizationId, name: str, description: str | None, *, by: Viewer
    ) -> Team:
        """Add a team, which has no members yet."""
        by.must_belong(organization)
        by.must(Right.MANAGE_PEOPLE, organization)
        at = self.clock.now()
        team = Team(
            id=TeamId(self.clock.new_id()),
            organization_id=organization,
            name=name_of(name),
            description=description,
            created_at=at,
            updated_at=at,
        )
        async with self.database.writing(scope_of_viewer(by)) as db:
            await must_stay(db, organization)
            if await teams.count(db, Reach((organization,))) >= MAX_TEAMS:
                raise Conflict(f"An organization has at most {MAX_TEAMS} teams.")
            if not await teams.add(db, team):
                raise Conflict(f"There is a team {team.name!r} already.")
            await self._note(db, "created", team, by, after=_told(team))
        return team

    async def update(self, id_: TeamId, changes: Mapping[str, str | None], *, by: Viewer) -> Team:
        """Change what is named of a team: its name or its description."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await _existing(db, id_, by)
            name = before.name if "name" not in changes else name_of(changes["name"] or "")
            taken = await teams.named(db, before.organization_id, name)
            if taken is not None and taken.id != id_:
                raise Conflict(f"There is a team {name!r} already.")
            after = replace(
                before,
                name=name,
                description=changes.get("description", before.description),
                updated_at=self.clock.now(),
            )
            was, is_ = difference(_told(before), _told(after))
            if is_:
                await teams.replace(db, after)
                await self._note(db, "changed", after, by, before=was, after=is_)
        return after

    async def delete(self, id_: TeamId, *, by: Viewer) -> Team:
        """Remove a team; its members stay in the organization, its services have no owner."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await _existing(db, id_, by)
            people = [one.user_id for one in (await teams.members_of(db, [id_]))[id_]]
            await teams.remove(db, before)
            await self._note(db, "deleted", before, by, before=_told(before))
            entries = await self._tell(db, before, people, are_in=False, many=True)
        await self.hub.publish(entries)
        return before

    async def put_member(self, id_: TeamId, user: UserId, *, is_lead: bool, by: Viewer) -> Team:
        """Let a member of the organization be in a team, or be a lead of it or not."""
        entries: list[FeedEntry] = []
        async with self.database.writing(scope_of_viewer(by)) as db:
            team = await _existing(db, id_, by)
            if await members.one(db, team.organization_id, user) is None:
                raise Invalid("Only members of the organization are in its teams.", field="user")
            before = {one.user_id: one for one in (await teams.members_of(db, [id_]))[id_]}
            if user not in before and len(before) >= MAX_TEAM_MEMBERS:
                raise Conflict(f"A team has at most {MAX_TEAM_MEMBERS} members.")
            after = TeamMember(team_id=id_, user_id=user, is_lead=is_lead)
            if before.get(user) != after:
                await teams.put_member(db, team.organization_id, after)
                was = _place(before[user]) if user in before else None
                await self._note(db, "member_put", team, by, before=was, after=_place(after))
                if was is None:
                    entries = await self._tell(db, team, [user], are_in=True)
        await self.hub.publish(entries)
        return team

    async def remove_member(self, id_: TeamId, user: UserId, *, by: Viewer) -> Team:
        """Let somebody be in a team no more."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            team = await _existing(db, id_, by)
            before = TeamMember(team_id=id_, user_id=user, is_lead=False)
            if not await teams.remove_member(db, team.organization_id, before):
                raise NotFound("No such member of this team.")
            await self._note(db, "member_removed", team, by, before={"user_id": user})
            entries = await self._tell(db, team, [user], are_in=False)
        await self.hub.publish(entries)
        return team

    async def _tell(
        self,
        db: Writing,
        team: Team,
        people: Sequence[UserId],
        *,
        are_in: bool,
        many: bool = False,
    ) -> list[FeedEntry]:
        """Tell who watches what their teams have, and `many` if their errors are others since.

        Nothing may follow but the commit.
        """
        change = Change(
            organization_id=team.organization_id,
            kind=FeedKind.TEAM_CHANGED,
            subject_id=team.id,
            at=self.clock.now(),
            payload={"users": [str(user) for user in people], "are_in": are_in},
        )
        more = [replace(change, kind=FeedKind.MANY_CHANGED, payload={})] if many else []
        return await feed.append(db, [change, *more])

    async def _note(
        self,
        db: Writing,
        verb: str,
        team: Team,
        by: Viewer,
        *,
        before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        change = Changed(
            organization_id=team.organization_id,
            action=f"team.{verb}",
            object_kind="team",
            object_id=team.id,
            before=before,
            after=after,
        )
        await record(db, self.clock, by, change)


def _told(team: Team) -> dict[str, object]:
    return {"name": team.name, "description": team.description}


def _place(member: TeamMember) -> dict[str, object]:
    return {"user_id": member.user_id, "is_lead": member.is_lead}


async def _existing(db: Writing, id_: TeamId, by: Viewer) -> Team:
    found = await teams.hold(db, id_)
    if found is None:
        raise NotFound("No such team.")
    by.must(Right.MANAGE_PEOPLE, found.organization_id)
    return found
