"""What errors are found by: their words, their tags, and who met them.

A statement that looks for one of them reads an index of its own. Few errors have a rare word or
tag: those are gathered first, and the list is made of them. What many have is asked of each error
that the list comes by.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Index, Table, Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.dialects.postgresql import BIGINT as BigInt

from domain.ids import ErrorId, OrganizationId
from persistence.database import RawConnection, Reading
from persistence.errors.tables import error_visitors
from persistence.reach import Reach
from persistence.tables import (
    Column,
    at_most,
    metadata,
    organization_column,
    text_column,
    uuid_column,
)

# Up to so many errors are gathered. To gather one costs about half of what it costs to ask one that
# the list comes by; of a million errors, one in two hundred has what 5,000 have.
FEW = 5_000

error_words = Table(
    "error_words",
    metadata,
    organization_column(),
    Column("word", Text(collation="C"), primary_key=True),
    uuid_column("error_id", primary_key=True),
    at_most("word", 64),
    Index("error_words_error_idx", "organization_id", "error_id", "word"),
)

error_tags = Table(
    "error_tags",
    metadata,
    organization_column(),
    Column("key", text_column("key").type, primary_key=True),
    Column("value", Text(collation="C"), primary_key=True),
    uuid_column("error_id", primary_key=True),
    at_most("key", 200),
    at_most("value", 200),
    Index("error_tags_error_idx", "organization_id", "error_id", "key", "value"),
)

_ADD_WORDS = """
INSERT INTO error_words (organization_id, word, error_id)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[]) ON CONFLICT DO NOTHING
"""
# The join leaves out an error that was merged or deleted meanwhile.
_ADD_TAGS = """
INSERT INTO error_tags (organization_id, key, value, error_id)
SELECT t.o, t.k, t.v, t.e FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[])
    AS t (o, k, v, e) JOIN errors ON errors.organization_id = t.o AND errors.id = t.e
ON CONFLICT DO NOTHING
"""


async def add_words(
    db: RawConnection, words: Sequence[tuple[OrganizationId, str, ErrorId]]
) -> None:
    """Let errors be found by these words."""
    own = sorted(words)
    await db.execute(_ADD_WORDS, [w[0] for w in own], [w[1] for w in own], [w[2] for w in own])


async def add_tags(
    db: RawConnection, tags: Sequence[tuple[OrganizationId, str, str, ErrorId]]
) -> None:
    """Let errors be found by these tags and values."""
    own = sorted(tags)
    await db.execute(_ADD_TAGS, *([tag[n] for tag in own] for n in range(4)))


async def forget(
    db: RawConnection, organization: OrganizationId, errors: Sequence[ErrorId]
) -> None:
    """Let nothing lead to these errors any more: they are deleted."""
    for table in ("error_words", "error_tags"):
        await db.execute(
            f"DELETE FROM {table} WHERE organization_id = $1 AND error_id = ANY ($2::uuid[])",  # noqa: S608
            organization,
            list(errors),
        )


class Trait(Protocol):
    """Something that is known of errors in a table of its own; `place` tells binds apart."""

    @property
    def table(self) -> Table:
        """The table."""
        ...

    @property
    def shape(self) -> Hashable:
        """What changes the statement, as against its values."""
        ...

    def fits(self, rows: Any, place: int) -> ColumnElement[bool]:
        """Return the condition on the table's rows."""
        ...

    def values(self, place: int) -> dict[str, object]:
        """Return the values of the names that the condition binds."""
        ...


@dataclass(frozen=True, slots=True)
class HasWord:
    """A word of the error begins like this: `low` is how, `high` stands right behind all such."""

    low: str
    high: str

    @property
    def table(self) -> Table:
        """The table of words."""
        return error_words

    @property
    def shape(self) -> Hashable:
        """One statement for all words."""
        return "word"

    def fits(self, rows: Any, place: int) -> ColumnElement[bool]:
        """Return the condition on a word."""
        low, high = (bindparam(f"{name}_{place}", type_=TEXT()) for name in ("low", "high"))
        word: ColumnElement[str] = rows.c.word
        return (word >= low) & (word < high)

    def values(self, place: int) -> dict[str, object]:
        """Return the beginning, and what stands behind it."""
        return {f"low_{place}": self.low, f"high_{place}": self.high}


@dataclass(frozen=True, slots=True)
class HasTag:
    """An occurrence had this tag with one of these values."""

    key: str
    wanted: tuple[str, ...]

    @property
    def table(self) -> Table:
        """The table of tags."""
        return error_tags

    @property
    def shape(self) -> Hashable:
        """One statement for all tags."""
        return "tag"

    def fits(self, rows: Any, place: int) -> ColumnElement[bool]:
        """Return the condition on a tag."""
        key = bindparam(f"key_{place}", type_=TEXT())
        wanted = bindparam(f"wanted_{place}", type_=ARRAY(TEXT()))
        condition: ColumnElement[bool] = (rows.c.key == key) & (rows.c.value == any_(wanted))
        return condition

    def values(self, place: int) -> dict[str, object]:
        """Return the tag and its values."""
        return {f"key_{place}": self.key, f"wanted_{place}": list(self.wanted)}


@dataclass(frozen=True, slots=True)
class MetBy:
    """One of these visitors met it."""

    visitors: tuple[int, ...]

    @property
    def table(self) -> Table:
        """The table of visitors."""
        return error_visitors

    @property
    def shape(self) -> Hashable:
        """One statement for all visitors."""
        return "visitor"

    def fits(self, rows: Any, place: int) -> ColumnElement[bool]:
        """Return the condition on a visitor."""
        condition: ColumnElement[bool] = rows.c.visitor == any_(
            bindparam(f"visitors_{place}", type_=ARRAY(BigInt()))
        )
        return condition

    def values(self, place: int) -> dict[str, object]:
        """Return the visitors."""
        return {f"visitors_{place}": list(self.visitors)}


async def how_many(db: Reading, reach: Reach, trait: Trait) -> int:
    """Return in how many rows a reach knows a trait of errors, counted to one more than FEW."""
    rows = trait.table
    some = select(rows.c.error_id).where(reach.condition(rows), trait.fits(rows, 0)).limit(FEW + 1)
    counted = select(func.count()).select_from(some.subquery())
    return (await db.execute(counted, {**reach.values(), **trait.values(0)})).scalar_one()
