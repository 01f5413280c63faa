"""The tables of artifacts; the contents of files stand once in each organization."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, UUID

from domain.artifacts import ArtifactKind, BundleState
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    of_tenant,
    one_of,
    organization_column,
    part_of,
    text,
    text_column,
    time_column,
    uuid_column,
)

artifact_chunks = Table(
    "artifact_chunks",
    metadata,
    organization_column(),
    Column("sha1", LargeBinary, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    *created_columns(mutable=False),
    of_tenant(),
)

artifact_blobs = Table(
    "artifact_blobs",
    metadata,
    organization_column(),
    Column("sha256", LargeBinary, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("body_format", SmallInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    *created_columns(mutable=False),
    of_tenant(),
)

artifact_bundles = Table(
    "artifact_bundles",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    Column("checksum", LargeBinary, nullable=False),
    text_column("release", default=""),
    text_column("dist", default=""),
    uuid_column("release_key", nullable=True),
    Column("service_ids", ARRAY(UUID(as_uuid=True)), nullable=False, server_default=text("'{}'")),
    Column("chunks", ARRAY(BYTEA), nullable=False, server_default=text("'{}'")),
    text_column("state", default="created"),
    text_column("detail", nullable=True),
    Column("size", BigInteger, nullable=False, server_default=text("0")),
    Column("artifact_count", Integer, nullable=False, server_default=text("0")),
    time_column("assembled_at", nullable=True),
    time_column("last_used_at", nullable=True),
    *created_columns(),
    UniqueConstraint("organization_id", "checksum", "release", "dist"),
    of_tenant(),
    at_most("release", 255),
    at_most("dist", 255),
    at_most("detail", 1000),
    one_of("state", BundleState),
    Index(
        "artifact_bundles_organization_id_created_at_idx",
        "organization_id",
        text("created_at DESC"),
        text("id DESC"),
    ),
    Index(
        "artifact_bundles_release_key_idx",
        "organization_id",
        "release_key",
        postgresql_where=text("release_key IS NOT NULL"),
    ),
    Index("artifact_bundles_waiting_idx", "created_at", postgresql_where=text("state = 'created'")),
    Index("artifact_bundles_assembled_idx", "assembled_at", postgresql_where=text("state = 'ok'")),
)

artifacts = Table(
    "artifacts",
    metadata,
    organization_column(),
    uuid_column("bundle_id", primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    text_column("name"),
    text_column("kind"),
    uuid_column("debug_id", nullable=True),
    uuid_column("place", nullable=True),
    text_column("source_map_name", nullable=True),
    uuid_column("source_map_place", nullable=True),
    Column("sha256", LargeBinary, nullable=False),
    Column("size", BigInteger, nullable=False),
    *created_columns(mutable=False),
    part_of("bundle_id", "artifact_bundles"),
    ForeignKeyConstraint(
        ["organization_id", "sha256"], ["artifact_blobs.organization_id", "artifact_blobs.sha256"]
    ),
    at_most("name", 1000),
    at_most("source_map_name", 1000),
    one_of("kind", ArtifactKind),
    Index(
        "artifacts_debug_id_idx",
        "organization_id",
        "debug_id",
        "kind",
        postgresql_where=text("debug_id IS NOT NULL"),
    ),
    Index(
        "artifacts_place_idx",
        "organization_id",
        "place",
        "kind",
        postgresql_where=text("place IS NOT NULL"),
    ),
    Index("artifacts_sha256_idx", "organization_id", "sha256"),
)

missing_artifacts = Table(
    "missing_artifacts",
    metadata,
    organization_column(),
    uuid_column("key", primary_key=True),
    uuid_column("occurrence_id", primary_key=True),
    time_column("occurred_at"),
    Column("is_due", Boolean, nullable=False, server_default=text("false")),
    Index("missing_artifacts_due_idx", "organization_id", "key", postgresql_where=text("is_due")),
    Index("missing_artifacts_occurred_at_idx", "occurred_at"),
)
