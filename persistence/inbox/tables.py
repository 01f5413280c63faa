"""The tables of the inbox: what waits, what never could be digested, and the counts."""

from sqlalchemy import BigInteger, Identity, Index, LargeBinary, SmallInteger, Table, text
from sqlalchemy.dialects.postgresql import INET

from domain.outcomes import Outcome
from persistence.tables import (
    Column,
    at_most,
    created_columns,
    metadata,
    one_of,
    organization_column,
    text_column,
    time_column,
    uuid_column,
)

# A queue, not a record: rows live for milliseconds, and nothing points at them.
inbox = Table(
    "inbox",
    metadata,
    Column("shard", SmallInteger, primary_key=True),
    Column("id", BigInteger, Identity(), primary_key=True),
    organization_column(primary_key=False),
    uuid_column("service_id"),
    uuid_column("ingest_key_id"),
    text_column("kind"),
    uuid_column("event_id"),
    time_column("received_at"),
    time_column("sent_at", nullable=True),
    Column("remote_address", INET),
    text_column("client", nullable=True),
    Column("body_format", SmallInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    at_most("kind", 50),
    at_most("client", 255),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    organization_column(),
    uuid_column("id", primary_key=True),
    uuid_column("service_id"),
    uuid_column("ingest_key_id"),
    text_column("kind"),
    uuid_column("event_id"),
    time_column("received_at"),
    time_column("sent_at", nullable=True),
    Column("remote_address", INET),
    text_column("client", nullable=True),
    Column("body_format", SmallInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    text_column("reason"),
    *created_columns(mutable=False),
    at_most("kind", 50),
    at_most("client", 255),
    at_most("reason", 1000),
    Index(None, "organization_id", text("created_at DESC")),
)

ingest_outcomes = Table(
    "ingest_outcomes",
    metadata,
    organization_column(),
    uuid_column("ingest_key_id", primary_key=True),
    Column("minute", time_column("minute").type, primary_key=True),
    Column("outcome", text_column("outcome").type, primary_key=True),
    Column("category", text_column("category").type, primary_key=True),
    Column("reason", text_column("reason").type, primary_key=True, server_default=text("''")),
    Column("quantity", BigInteger, nullable=False),
    one_of("outcome", Outcome),
    at_most("category", 50),
    at_most("reason", 100),
)
