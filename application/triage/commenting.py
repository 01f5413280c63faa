"""Comments on errors: said, edited, deleted; who is mentioned hears of the error from then on."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from application.auditing import Changed
from application.clock import Clock
from application.triage.changing import Done, ErrorChanges, Setting, Told
from application.triage.selection import locked, one
from domain.activities import ActivityKind
from domain.comments import Comment, checked_body, matching, mentioned_in
from domain.failures import Conflict, NotFound
from domain.ids import CommentId, OrganizationId, UserId
from domain.rights import Right
from domain.subscriptions import SubscriptionReason
from domain.triage import Standing
from domain.viewers import Viewer
from persistence import error_comments, error_subscriptions, organizations
from persistence.database import RawConnection, Reading, Writing, raw_of, scope_of_viewer
from persistence.reach import reach_of


@dataclass(slots=True, kw_only=True)
class CommentDecision:
    """Says something about errors, to those who work on them."""

    body: str
    clock: Clock = field(repr=False)
    name: str = "commented"
    is_response: bool = True
    _mentions: tuple[UserId, ...] = field(default=(), repr=False)
    _new: list[Comment] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        """Refuse a text that cannot be kept."""
        self.body = checked_body(self.body)

    async def prepare(self, db: Writing, setting: Setting, errors: Sequence[Standing]) -> None:
        """Find out who is mentioned."""
        self._mentions = await mentioned(db, setting.organization, self.body)

    def decide(self, error: Standing, setting: Setting) -> Done | None:
        """Return the error, about which something is said."""
        if setting.by is None:
            raise ValueError("A person or a program comments.")
        comment = Comment(
            id=CommentId(self.clock.new_id()),
            organization_id=error.organization_id,
            error_id=error.id,
            author_id=setting.by.user,
            body=self.body,
            mentions=self._mentions,
            created_at=setting.at,
        )
        self._new.append(comment)
        told = Told(ActivityKind.COMMENTED, _told(comment, comment.mentions))
        return Done(error, error, (told,), made=comment.id)

    async def finish(self, db: RawConnection, setting: Setting, done: Sequence[Done]) -> None:
        """Add the comments; who speaks and who is spoken to hear of the errors from now on."""
        await error_comments.add_alike(db, self._new)
        if setting.by is None:
            return
        ids = [each.after.id for each in done]
        for people, reason in (
            ([setting.by.user], SubscriptionReason.COMMENTED),
            (list(self._mentions), SubscriptionReason.MENTIONED),
        ):
            await error_subscriptions.say(
                db, setting.organization, ids, people, reason=reason, at=setting.at
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentUseCases:
    """What authors may do to their comments."""

    changes: ErrorChanges

    async def edit(self, id_: CommentId, body: str, *, by: Viewer) -> Comment:
        """Say it differently."""
        return await self._change(id_, body, by)

    async def delete(self, id_: CommentId, *, by: Viewer) -> Comment:
        """Take it back: its text is gone, that there was one is not."""
        return await self._change(id_, None, by)

    async def _change(self, id_: CommentId, body: str | None, by: Viewer) -> Comment:
        changes, at = self.changes, self.changes.clock.now()
        async with changes.database.writing(scope_of_viewer(by)) as db:
            reach = reach_of(scope_of_viewer(by))
            before = (await error_comments.by_ids(db, [id_], reach)).get(id_)
            if before is None:
                raise NotFound("No such comment.")
            by.must(Right.TRIAGE, before.organization_id)
            organization, [error] = await locked(db, one(before.error_id), by=by)
            setting = Setting(organization=organization, at=at, by=by)
            if body is None:
                after, kind = before.deleted(at=at, by=by.user), ActivityKind.COMMENT_DELETED
            else:
                mentions = await mentioned(db, organization, body)
                after = before.edited(body, mentions, at=at, by=by.user)
                kind = ActivityKind.COMMENT_EDITED
                await error_subscriptions.say(
                    await raw_of(db),
                    organization,
                    [error.id],
                    list(mentions),
                    reason=SubscriptionReason.MENTIONED,
                    at=at,
                )
            if not await error_comments.replace(db, before, after):
                raise Conflict("This comment was changed just now.")
            news = [user for user in after.mentions if user not in before.mentions]
            entry = Told(kind, _told(after, news))
            entries = await changes.tell(db, setting, error, entry, _audited(kind, before, after))
        await changes.hub.publish(entries)
        return after


async def mentioned(db: Reading, organization: OrganizationId, body: str) -> tuple[UserId, ...]:
    """Return who a text mentions."""
    names = mentioned_in(body)
    return matching(names, await organizations.people_of(db, organization)) if names else ()


def _told(comment: Comment, mentioned: Sequence[UserId]) -> dict[str, object]:
    """Return what the timeline notes: the comment, and whom it mentions for the first time."""
    people = {"mentions": [str(user) for user in mentioned]} if mentioned else {}
    return {"comment_id": str(comment.id), **people}


def _audited(kind: ActivityKind, before: Comment, after: Comment) -> Changed:
    return Changed(
        organization_id=before.organization_id,
        action=f"error.{kind.value}",
        object_kind="comment",
        object_id=before.id,
        before={"body": before.body},
        after={"body": after.body},
    )
