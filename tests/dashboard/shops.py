"""A shop whose programs fail: an organization with people, and the real SDK that tells of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sentry_sdk

from application.setup import SetupUseCases
from domain.organizations import MembershipRole
from persistence import passwords
from persistence.database import SYSTEM, Database
from tests.conftest import CLOCK
from tests.flows.running import Installation, eventually
from tests.graph.serving import HASHER
from tests.house import Tenant

PASSWORD = "correct horse battery"
_COUNTED = """{ errors { edges { node { id title shortId occurrenceCount } } } }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A tenant of the installation, as a test of the dashboard needs it."""

    house: Installation
    tenant: Tenant
    database: Database

    @property
    def email(self) -> str:
        """The address of its owner, Ada."""
        return f"{self.tenant.slug}@example.com"

    async def ask(self, document: str, **variables: object) -> dict[str, Any]:
        """Ask GraphQL as the owner's token."""
        return await self.house.ask(self.tenant, document, **variables)

    async def person(self, role: MembershipRole, name: str = "Grace Hopper") -> str:
        """Add a person with a role and the usual password; return their address."""
        setup = SetupUseCases(database=self.database, clock=CLOCK)
        email = f"{role.value}-{self.tenant.slug}@example.com"
        user = await setup.add_user(email, name, self.tenant.slug, role)
        await gives_password(self.database, user.id)
        return email

    async def fails(
        self, *names: str, times: int = 1, door: int = 0, **more: Any
    ) -> list[dict[str, Any]]:
        """Let functions of these names fail under the real SDK; return the errors once known.

        `door` is the process that is told; `more` goes to the client: environment, release.
        """
        dsn = self.house.dsn(self.tenant, door)
        await asyncio.to_thread(self._send, dsn, names, times, more)

        async def look() -> list[dict[str, Any]]:
            found = await self.house.ask(self.tenant, _COUNTED, door)
            nodes = [edge["node"] for edge in found["errors"]["edges"]]
            return [node for node in nodes if any(name in node["title"] for name in names)]

        def is_there(found: list[dict[str, Any]]) -> bool:
            return len(found) >= len(names) and all(n["occurrenceCount"] >= times for n in found)

        found = await eventually(look, is_there)
        assert is_there(found), found
        return found

    @staticmethod
    def _send(dsn: str, names: tuple[str, ...], times: int, more: Mapping[str, Any]) -> None:
        options = {"environment": "production", "release": "shop@1.4.0", **more}
        client = sentry_sdk.Client(dsn=dsn, default_integrations=False, **options)
        for name in names:
            for turn in range(times):
                with sentry_sdk.new_scope() as scope:
                    scope.set_client(client)
                    _fail(scope, name, turn)
        client.close(timeout=10)


def _fail(scope: sentry_sdk.Scope, name: str, turn: int) -> None:
    scope.set_user({"id": f"customer-{turn}"})
    scope.set_tag("shelf", "north" if turn % 2 else "south")
    scope.add_breadcrumb({"category": "checkout", "message": f"began to {name}"})
    try:
        _failing(name)
    except ValueError as error:
        assert scope.capture_exception(error)


def _failing(name: str) -> None:
    """Fail in a function of this name: each is an error of its own."""
    space: dict[str, Any] = {}
    lines = f"def {name}(basket):\n    raise ValueError('{name} does not work')\n"
    exec(compile(lines, f"shop/{name}.py", "exec"), space)
    space[name]({"total": "17.50"})


async def gives_password(database: Database, user: Any) -> None:
    """Give a person the usual password."""
    async with database.writing(SYSTEM) as db:
        await passwords.put(db, user, await HASHER.hash(PASSWORD), CLOCK.now())
