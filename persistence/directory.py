"""The directory: people and organizations page by page, as far as the caller may see them."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, Table, func, or_, select

from domain.organizations import Organization
from domain.users import User
from persistence.database import Reading
from persistence.organizations import organization_of, organizations
from persistence.pages import Found, Keyset, Page, Place, found_on, one_more
from persistence.users import user_of, users

PEOPLE = Keyset("pe", "created_at")
ORGANIZATIONS = Keyset("og", "created_at")

Item = TypeVar("Item")


async def people(
    db: Reading, page: Page, search: str | None, is_active: bool | None
) -> Found[User]:
    """Return a page of the users whose name or address has a text in it, newest first."""
    return await _page(db, users, PEOPLE, page, _people(search, is_active), user_of)


async def count_people(db: Reading, search: str | None, is_active: bool | None) -> int:
    """Return how many users there are."""
    return await _count(
        db, select(func.count()).select_from(users).where(*_people(search, is_active))
    )


async def tenants(db: Reading, page: Page, search: str | None) -> Found[Organization]:
    """Return a page of the organizations whose name or slug has a text in it, newest first."""
    conditions = _having(search, organizations.c.name, organizations.c.slug)
    return await _page(db, organizations, ORGANIZATIONS, page, conditions, organization_of)


async def count_tenants(db: Reading, search: str | None) -> int:
    """Return how many organizations there are."""
    conditions = _having(search, organizations.c.name, organizations.c.slug)
    return await _count(db, select(func.count()).select_from(organizations).where(*conditions))


def _people(search: str | None, is_active: bool | None) -> list[ColumnElement[bool]]:
    found = _having(search, users.c.name, users.c.email)
    return found if is_active is None else [*found, users.c.is_active == is_active]


def _having(search: str | None, *columns: ColumnElement[str]) -> list[ColumnElement[bool]]:
    if search is None:
        return []
    return [or_(*(column.icontains(search, autoescape=True) for column in columns))]


async def _page(
    db: Reading,
    table: Table,
    keyset: Keyset,
    page: Page,
    conditions: Sequence[ColumnElement[bool]],
    shown: Callable[[Row[Any]], Item],
) -> Found[Item]:
    rows = await db.execute(
        select(table)
        .where(*conditions, *page.conditions(keyset, table))
        .order_by(*page.order(keyset, table))
        .limit(one_more()),
        page.values(),
    )
    return found_on(page, [(Place(row.created_at, row.id), shown(row)) for row in rows])


async def _count(db: Reading, asked: Select[int]) -> int:
    return int((await db.execute(asked)).scalar_one())
