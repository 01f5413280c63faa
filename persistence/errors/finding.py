"""Finding: the rows of a page by whatever index finds them soonest, before they are shown."""

from dataclasses import replace
from typing import Any

import asyncpg
from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError

from domain.ids import ErrorId
from persistence.database import STATEMENT_TIMEOUT_SECONDS, Reading, raw_of
from persistence.errors.lists import PLANNED_EACH, ErrorList
from persistence.errors.tables import errors

# Milliseconds: some ten times what a list takes whose rows stand where PostgreSQL expects them.
_PATIENCE = 250


async def find(db: Reading, asked: ErrorList, *, patience: int = _PATIENCE) -> ErrorList:
    """Return the same page with its rows found, by a statement that is planned with its values.

    What index finds them soonest depends on the values; how they are shown does not, and planning
    that takes longer than reading it. What other tables know is first asked of the errors that
    the list begins with, one after another. If they do not fill the page, it is looked up for all.

    PostgreSQL takes conditions for independent, and walks the list where it had better gather: what
    is not found after `patience` milliseconds is looked up for all as well.
    """
    await (await raw_of(db)).execute(PLANNED_EACH)
    begun = await _found_soon(db, asked, patience)
    if begun is not None and (
        not asked.asks_others
        or len(begun.found or ()) > asked.page.size
        or await _is_short(db, asked)
    ):
        return begun
    return await _found(db, asked, asked.every_row())


async def _found_soon(db: Reading, asked: ErrorList, patience: int) -> ErrorList | None:
    raw = await raw_of(db)
    try:
        async with db.begin_nested():
            await raw.execute(f"SET LOCAL statement_timeout = {patience:d}")
            begun = await _found(db, asked, asked.first_rows())
            # Here, so that what ends the block is not in a hurry, too.
            await raw.execute(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_SECONDS * 1000:d}")
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != asyncpg.QueryCanceledError.sqlstate:
            raise
        return None
    return begun


async def _is_short(db: Reading, asked: ErrorList) -> bool:
    """Say whether so few errors were to be asked that each has been."""
    own = asked.reach.condition(errors), *asked.criteria.own_conditions(errors)
    page = asked.page.conditions(asked.keyset, errors)
    some = select(errors.c.id).where(*own, *page).limit(asked.walked).subquery()
    counted = await db.execute(select(func.count()).select_from(some), asked.values())
    return counted.scalar_one() < asked.walked


async def _found(db: Reading, asked: ErrorList, wanted: Select[Any]) -> ErrorList:
    found = await db.execute(select(wanted.subquery().c.id), asked.values())
    return replace(asked, found=tuple(ErrorId(row[0]) for row in found))
