"""Fixing: how errors are resolved, and from which release on they may not come back (RES-03)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from application.clock import Clock
from application.triage.changing import Done, Setting, Told
from domain.activities import ActivityKind
from domain.errors import ErrorStatus, ResolutionKind
from domain.failures import Invalid, NotFound
from domain.ids import ResolutionId, ResolutionTypeId, ServiceId
from domain.release_order import MAX_RELEASE, ResolvedIn, newest
from domain.resolutions import MAX_TEXT, UNSPECIFIED, FixedIn, Resolution, ResolutionType
from domain.triage import Standing
from persistence import release_sightings, resolution_types, resolutions
from persistence.database import RawConnection, Writing, raw_of

_SHA = re.compile(r"[0-9a-fA-F]{7,64}")
_NO_RELEASE = "Its service has sent no release yet: resolve it as of now, or name the release."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What a person says of how an error was resolved."""

    type_id: ResolutionTypeId | None = None
    description: str = ""
    steps_taken: str | None = None
    prevention_measures: str | None = None
    requires_code_change: bool = False
    requires_documentation: bool = False
    fixed_in: FixedIn = FixedIn.NOW
    release: str | None = None
    commit_sha: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be kept, or cannot be meant."""
        for name in ("description", "steps_taken", "prevention_measures"):
            if len(getattr(self, name) or "") > MAX_TEXT:
                raise Invalid(f"At most {MAX_TEXT} characters are taken.", field=name)
        if self.release is not None:
            if self.fixed_in is not FixedIn.THIS_RELEASE:
                raise Invalid("A release is named only with THIS_RELEASE.", field="release")
            if not 1 <= len(self.release) <= MAX_RELEASE:
                raise Invalid(f"A release has 1 to {MAX_RELEASE} characters.", field="release")
        if (self.commit_sha is not None) != (self.fixed_in is FixedIn.COMMIT):
            raise Invalid("A commit is named with COMMIT, and only then.", field="commit")
        if self.commit_sha is not None and not _SHA.fullmatch(self.commit_sha):
            raise Invalid("A commit is 7 to 64 hexadecimal digits.", field="commit")


@dataclass(slots=True, kw_only=True)
class Fixing:
    """Resolves errors as a fix says; the order of releases is decided here and kept."""

    fix: Fix
    clock: Clock
    _type: ResolutionType | None = None
    _of_services: Mapping[ServiceId, ResolvedIn] = field(default_factory=dict)
    _new: list[Resolution] = field(default_factory=list)
    _ids: Iterator[UUID] = field(default_factory=lambda: iter(()))

    async def prepare(self, db: Writing, setting: Setting, errors: Sequence[Standing]) -> None:
        """Read the type, and the releases of the services."""
        self._type = await self._chosen(db, setting)
        self._ids = iter(self.clock.new_ids(len(errors)))
        if self.fix.fixed_in is not FixedIn.NOW:
            services = {error.service_id for error in errors}
            self._of_services = await self._decided(await raw_of(db), setting, services)

    def decide(self, error: Standing, setting: Setting) -> Done:
        """Return the error resolved."""
        resolved_in = self._of_services.get(error.service_id)
        if resolved_in is None and self.fix.fixed_in not in (FixedIn.NOW, FixedIn.COMMIT):
            raise Invalid(_NO_RELEASE, field="fixedIn")
        id_ = ResolutionId(next(self._ids))
        by = None if setting.by is None else setting.by.user
        after = error.resolved(
            id_, kind=self._kind(setting), resolved_in=resolved_in, at=setting.at, by=by
        )
        resolution = self._resolution(id_, error, setting, resolved_in)
        self._new.append(resolution)
        return Done(error, after, self._told(error, resolution), made=id_)

    async def finish(self, db: RawConnection, done: Sequence[Done]) -> None:
        """Add the resolutions of what was resolved."""
        kept = {each.after.resolution_id for each in done}
        await resolutions.add_alike(db, [each for each in self._new if each.id in kept])

    async def _chosen(self, db: Writing, setting: Setting) -> ResolutionType:
        if self.fix.type_id is None:
            found = await resolution_types.named(db, setting.organization, UNSPECIFIED)
        else:
            found = (await resolution_types.by_ids(db, [self.fix.type_id])).get(self.fix.type_id)
        if found is None or found.organization_id != setting.organization:
            raise NotFound("No such resolution type.")
        if not found.is_active:
            raise Invalid(
                f"The resolution type {found.name} is no longer used.", field="resolutionType"
            )
        return found

    async def _decided(
        self, db: RawConnection, setting: Setting, services: set[ServiceId]
    ) -> Mapping[ServiceId, ResolvedIn]:
        has_fix = self.fix.fixed_in is FixedIn.THIS_RELEASE
        if self.fix.release is not None:
            release = self.fix.release
            met = await release_sightings.first_seen(db, setting.organization, release, services)
            return {
                service: ResolvedIn(
                    release=release, first_seen_at=met.get(service, setting.at), is_fixed=has_fix
                )
                for service in services
            }
        known = await release_sightings.of_services(db, setting.organization, services)
        return {
            service: ResolvedIn(release=last, first_seen_at=met[last], is_fixed=has_fix)
            for service, met in known.items()
            if (last := newest(met)) is not None
        }

    def _kind(self, setting: Setting) -> ResolutionKind:
        if self.fix.fixed_in is not FixedIn.NOW:
            return ResolutionKind.RELEASE
        is_program = setting.by is not None and setting.by.token is not None
        return ResolutionKind.API if is_program else ResolutionKind.MANUAL

    def _resolution(
        self,
        id_: ResolutionId,
        error: Standing,
        setting: Setting,
        resolved_in: ResolvedIn | None,
    ) -> Resolution:
        if self._type is None:
            raise ValueError("A fix is prepared before it decides.")
        fix = self.fix
        return Resolution(
            id=id_,
            organization_id=error.organization_id,
            error_id=error.id,
            resolution_type_id=self._type.id,
            resolved_by=None if setting.by is None else setting.by.user,
            resolved_at=setting.at,
            resolution_description=fix.description,
            steps_taken=fix.steps_taken,
            prevention_measures=fix.prevention_measures,
            requires_code_change=fix.requires_code_change,
            requires_documentation=fix.requires_documentation,
            requires_testing=self._type.requires_testing,
            fixed_in=fix.fixed_in,
            release=None if resolved_in is None else resolved_in.release,
            commit_sha=None if fix.commit_sha is None else fix.commit_sha.lower(),
        )

    def _told(self, error: Standing, resolution: Resolution) -> tuple[Told, ...]:
        data = {
            "before": error.status.value,
            "after": ErrorStatus.RESOLVED.value,
            "resolution_id": str(resolution.id),
            "fixed_in": resolution.fixed_in.value,
            "release": resolution.release,
            "commit": resolution.commit_sha,
        }
        told = [Told(ActivityKind.RESOLVED, data)]
        if resolution.is_follow_up_open:
            owed = {
                "resolution_id": str(resolution.id),
                "code_change": resolution.requires_code_change,
                "documentation": resolution.requires_documentation,
            }
            told.append(Told(ActivityKind.FOLLOW_UP_OPENED, owed))
        return tuple(told)
