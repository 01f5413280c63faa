"""Artifact bundles by id, and the files of each."""

from collections.abc import Mapping, Sequence

from strawberry.dataloader import DataLoader

from domain.artifacts import Artifact, ArtifactBundle
from domain.ids import ArtifactBundleId
from graph.loaders.batch import batched
from persistence.artifacts import lists
from persistence.database import Database, Reading, Scope, raw_of

MAX_ARTIFACTS = 100


def bundles_loader_of(
    database: Database, scope: Scope
) -> DataLoader[ArtifactBundleId, ArtifactBundle | None]:
    """Return the loader of bundles, as far as the viewer may see them."""
    return batched(database, scope, _bundles, None)


def loader_of(database: Database, scope: Scope) -> DataLoader[ArtifactBundleId, Sequence[Artifact]]:
    """Return the loader of the first files of each bundle."""
    return batched(database, scope, _artifacts, ())


async def _bundles(
    db: Reading, ids: Sequence[ArtifactBundleId]
) -> Mapping[ArtifactBundleId, ArtifactBundle]:
    return await lists.by_ids(await raw_of(db), ids)


async def _artifacts(
    db: Reading, ids: Sequence[ArtifactBundleId]
) -> Mapping[ArtifactBundleId, Sequence[Artifact]]:
    return await lists.files_of(await raw_of(db), ids, MAX_ARTIFACTS)
