"""Artifacts of builds, as the API shows them: what was uploaded, and whether it can be used."""

from datetime import datetime
from typing import Annotated, Self

import strawberry

from domain import artifacts
from domain.artifacts import ArtifactKind, BundleState
from domain.failures import Invalid as Refused
from domain.ids import ArtifactBundleId, OrganizationId, ServiceId
from graph.context import Info
from graph.failures import Conflict, Forbidden, Invalid, NotFound
from graph.ids import Node, artifact_bundle_id, organization_id, service_id, shown
from graph.organizations import Organization, organization_of
from graph.scalars import BigInt
from graph.services import Service, service_of
from persistence.artifacts import lists
from persistence.projection.declared import ARTIFACT_BUNDLE

MAX_BUNDLES = 100


@strawberry.type
class Artifact:
    """One file of a build: a source map, or the minified code that it explains."""

    name: str = strawberry.field(description="The address that browsers know it by, or ~/path.")
    kind: ArtifactKind = strawberry.field(description="What it is for.")
    debug_id: str | None = strawberry.field(description="The id that its build wrote into it.")
    source_map_name: str | None = strawberry.field(
        description="The name of the map that minified code refers to."
    )
    size: BigInt = strawberry.field(description="Its size in bytes, unpacked.")

    @classmethod
    def of(cls, artifact: artifacts.Artifact) -> Self:
        """Show an artifact."""
        return cls(
            name=artifact.name,
            kind=artifact.kind,
            debug_id=None if artifact.debug_id is None else str(artifact.debug_id),
            source_map_name=artifact.source_map_name,
            size=BigInt(artifact.size),
        )


@strawberry.type
class ArtifactBundle(Node):
    """What one upload of a build brought."""

    key: strawberry.Private[ArtifactBundleId]
    organization_key: strawberry.Private[OrganizationId]
    service_keys: strawberry.Private[tuple[ServiceId, ...]]
    release: str | None = strawberry.field(description="The release that it is of, if it said.")
    dist: str | None = strawberry.field(description="The distribution of it, if it said.")
    state: BundleState = strawberry.field(description="Whether it can be used.")
    detail: str | None = strawberry.field(description="Why it cannot be used.")
    size: BigInt = strawberry.field(description="The size of its files in bytes, unpacked.")
    artifact_count: int = strawberry.field(description="How many files it has.")
    created_at: datetime = strawberry.field(description="When it was uploaded.")
    assembled_at: datetime | None = strawberry.field(description="Since when it can be used.")
    last_used_at: datetime | None = strawberry.field(
        description="When an event needed it last, at a grain of a day."
    )

    @classmethod
    def of(cls, bundle: artifacts.ArtifactBundle) -> Self:
        """Show a bundle."""
        return cls(
            id=shown(ARTIFACT_BUNDLE, bundle.id),
            key=bundle.id,
            organization_key=bundle.organization_id,
            service_keys=bundle.service_ids,
            release=bundle.release or None,
            dist=bundle.dist or None,
            state=bundle.state,
            detail=bundle.detail,
            size=BigInt(bundle.size),
            artifact_count=bundle.artifact_count,
            created_at=bundle.created_at,
            assembled_at=bundle.assembled_at,
            last_used_at=bundle.last_used_at,
        )

    @strawberry.field
    async def organization(self, info: Info) -> Organization | None:
        """The organization that it belongs to."""
        return await organization_of(info, self.organization_key)

    @strawberry.field
    async def services(self, info: Info) -> list[Service]:
        """The services that it is of; of none, it is of all."""
        found = [await service_of(info, id_) for id_ in self.service_keys[:MAX_BUNDLES]]
        return [service for service in found if service is not None]

    @strawberry.field
    async def artifacts(self, info: Info) -> list[Artifact]:
        """Its files in the order of its manifest, 100 at most."""
        return [Artifact.of(each) for each in await info.context.loaders.artifacts.load(self.key)]


@strawberry.type
class DeleteArtifactBundleSuccess:
    """The bundle is deleted."""

    bundle: ArtifactBundle = strawberry.field(description="The bundle as it was.")


DeleteArtifactBundleResult = Annotated[
    DeleteArtifactBundleSuccess | NotFound | Invalid | Conflict | Forbidden,
    strawberry.union(
        "DeleteArtifactBundleResult", description="The bundle as it was, or why it is still there."
    ),
]


@strawberry.type
class ArtifactQueries:
    """What can be asked about the artifacts of builds."""

    @strawberry.field
    async def artifact_bundles(
        self,
        info: Info,
        organization: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="Only those of this organization."),
        ] = None,
        service: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only those of this service.")
        ] = None,
        release: Annotated[
            str | None, strawberry.argument(description="Only those of this release.")
        ] = None,
        first: Annotated[
            int, strawberry.argument(description="How many, 100 at most.")
        ] = MAX_BUNDLES,
    ) -> list[ArtifactBundle]:
        """The uploads of builds that the viewer may see, the newest first."""
        if not 0 <= first <= MAX_BUNDLES:
            raise Refused(f"first is from 0 to {MAX_BUNDLES}.", field="first")
        context = info.context
        only = None if organization is None else organization_id(organization, field="organization")
        async with context.house.database.raw_reading(context.scope) as db:
            found = await lists.bundles(
                db,
                organization=only,
                service=None if service is None else service_id(service, field="service"),
                release=release,
                limit=first,
            )
        return [ArtifactBundle.of(bundle) for bundle in found]


@strawberry.type
class ArtifactMutations:
    """What can be done to the artifacts of builds."""

    @strawberry.mutation
    async def delete_artifact_bundle(
        self,
        info: Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="The bundle.")],
    ) -> DeleteArtifactBundleResult:
        """Forget an upload of a build; stacks that were read with it stay readable."""
        uploads = info.context.house.artifacts
        was = await uploads.delete_bundle(info.context.viewer, artifact_bundle_id(id))
        return DeleteArtifactBundleSuccess(bundle=ArtifactBundle.of(was))


async def artifact_bundle_of(info: Info, id_: ArtifactBundleId) -> ArtifactBundle | None:
    """Return the bundle of an id, or None when there is none that the viewer may see."""
    found = await info.context.loaders.artifact_bundles.load(id_)
    return None if found is None else ArtifactBundle.of(found)
