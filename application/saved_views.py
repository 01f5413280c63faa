"""Use cases of saved views: made, changed and removed by who made them."""

from dataclasses import dataclass, replace

from application.auditing import Changed, difference, record
from application.clock import Clock
from application.own_ids import own_id
from domain.failures import Conflict, NotFound
from domain.ids import OrganizationId, SavedViewId
from domain.rights import Right
from domain.saved_views import MAX_VIEWS, SavedView
from domain.viewers import Viewer
from persistence import saved_views
from persistence.database import Database, Writing, scope_of_viewer

_TOLD = ("name", "search", "sort", "is_shared")


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedViewUseCases:
    """What may be done to saved views; to share one is to triage for others."""

    database: Database
    clock: Clock

    async def create(
        self,
        organization: OrganizationId,
        *,
        name: str,
        search: str,
        sort: str,
        is_shared: bool,
        key: str | None = None,
        by: Viewer,
    ) -> SavedView:
        """Add a view; under one key it is added once."""
        if not by.is_system_admin and organization not in by.organizations:
            raise NotFound("No such organization.")
        by.must(Right.TRIAGE if is_shared else Right.READ, organization)
        by.must_write()
        at = self.clock.now()
        view = SavedView(
            id=SavedViewId(own_id(self.clock, "saved_view", organization, key, by=by)),
            organization_id=organization,
            name=name.strip(),
            search=search.strip(),
            sort=sort,
            is_shared=is_shared,
            created_by=by.user,
            created_at=at,
            updated_at=at,
        )
        async with self.database.writing(scope_of_viewer(by)) as db:
            if (made := (await saved_views.by_ids(db, [view.id])).get(view.id)) is not None:
                return made
            if await saved_views.count_of(db, organization, by.user) >= MAX_VIEWS:
                raise Conflict(f"A person has at most {MAX_VIEWS} views in an organization.")
            await saved_views.add(db, view)
            await self._note(db, "created", None, view, by)
        return view

    async def update(
        self,
        id_: SavedViewId,
        *,
        name: str | None,
        search: str | None,
        sort: str | None,
        is_shared: bool | None,
        by: Viewer,
    ) -> SavedView:
        """Change what is given of a view."""
        given = {"name": name, "search": search, "sort": sort, "is_shared": is_shared}
        async with self.database.writing(scope_of_viewer(by)) as db:
            before = await self._own(db, id_, by)
            changes = {key: value for key, value in given.items() if value is not None}
            after = replace(before, **changes, updated_at=self.clock.now())  # type: ignore[arg-type]
            if after.is_shared and not before.is_shared:
                by.must(Right.TRIAGE, after.organization_id)
            if not await saved_views.replace(db, before, after):
                raise Conflict("Someone else changed this view first.")
            await self._note(db, "changed", before, after, by)
        return after

    async def delete(self, id_: SavedViewId, *, by: Viewer) -> SavedView:
        """Remove a view."""
        async with self.database.writing(scope_of_viewer(by)) as db:
            view = await self._own(db, id_, by)
            if not await saved_views.remove(db, view):
                raise Conflict("Someone else removed this view first.")
            await self._note(db, "deleted", view, None, by)
        return view

    async def _own(self, db: Writing, id_: SavedViewId, by: Viewer) -> SavedView:
        view = (await saved_views.by_ids(db, [id_])).get(id_)
        if view is None or (view.created_by != by.user and not view.is_shared):
            raise NotFound("No such view.")
        view.must_be_of(by.user)
        # A token that may only read changes nothing, not even what is its user's own.
        by.must_write()
        return view

    async def _note(
        self,
        db: Writing,
        verb: str,
        before: SavedView | None,
        after: SavedView | None,
        by: Viewer,
    ) -> None:
        was, is_ = ({} if v is None else {k: getattr(v, k) for k in _TOLD} for v in (before, after))
        if before is not None and after is not None:
            was, is_ = difference(was, is_)
        view = after or before
        if view is not None and view.is_shared:
            await record(
                db,
                self.clock,
                by,
                Changed(
                    organization_id=view.organization_id,
                    action=f"saved_view.{verb}",
                    object_kind="saved_view",
                    object_id=view.id,
                    before=was or None,
                    after=is_ or None,
                ),
            )
