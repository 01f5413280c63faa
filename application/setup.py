"""Use cases of setting up: the first start, and what the command line makes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from application import tenants
from application.auditing import Changed, record
from application.clock import Clock
from application.limits import limit_key, limit_organization
from domain.failures import NotFound
from domain.ids import ApiTokenId, IngestKeyId, OrganizationId, ServiceId, UserId
from domain.organizations import Membership, MembershipRole, Organization
from domain.services import IngestKey, KeyPurpose, Service
from domain.tokens import ApiToken, TokenScope, hash_of, secret_of
from domain.users import User, email_of
from persistence import organizations, services, tokens, users
from persistence.database import SYSTEM, Database, Reading, Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What somebody who has just installed Tocsin needs to know."""

    organization: Organization
    service: Service
    key: IngestKey
    token_secret: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupUseCases:
    """What the command line may do; it stands inside the house and needs no role.

    In the audit log its changes are of the system, for nobody has to say there who they are.
    """

    database: Database
    clock: Clock

    async def first_start(self, email: str) -> Installation:
        """Make an organization, its owner, a service and a token; later starts find them again."""
        async with self.database.writing(SYSTEM) as db:
            found = await self._found(db)
            if found is not None:
                return found
            at = self.clock.now()
            organization = await self._organization(db, "default", "My organization", at)
            user = await self._user(db, email, "Administrator", is_system_admin=True, at=at)
            await self._member(db, organization.id, user, MembershipRole.OWNER)
            service, key = await self._service(db, organization.id, "my-service", at)
            secret = await self._token(db, organization.id, user.id, "first start", at)
        return Installation(
            organization=organization, service=service, key=key, token_secret=secret
        )

    async def add_service(self, organization: str, name: str) -> tuple[Service, IngestKey]:
        """Add a service with its first key."""
        async with self.database.writing(SYSTEM) as db:
            found = await self._by_slug(db, organization)
            return await self._service(db, found.id, name, self.clock.now())

    async def add_user(
        self, email: str, name: str, organization: str, role: MembershipRole
    ) -> User:
        """Add a person to an organization; a known address becomes a member there."""
        async with self.database.writing(SYSTEM) as db:
            found = await self._by_slug(db, organization)
            user = await users.by_email(db, email_of(email))
            if user is None:
                at = self.clock.now()
                user = await self._user(db, email, name, is_system_admin=False, at=at)
            await self._member(db, found.id, user, role)
        return user

    async def add_token(
        self,
        email: str,
        organization: str,
        name: str,
        *,
        scopes: frozenset[TokenScope] = frozenset(TokenScope),
        expires_at: datetime | None = None,
    ) -> str:
        """Make an API token for a member and return its secret, which is never shown again."""
        async with self.database.writing(SYSTEM) as db:
            found = await self._by_slug(db, organization)
            user = await users.by_email(db, email_of(email))
            if user is None:
                raise NotFound(f"There is no user {email}.")
            roles = {m.organization_id for m in await organizations.memberships_of(db, user.id)}
            if found.id not in roles:
                raise NotFound(f"{email} is not a member of {organization}.")
            return await self._token(
                db, found.id, user.id, name, self.clock.now(), scopes=scopes, expires_at=expires_at
            )

    async def set_error_rate_limit(self, organization: str, per_minute: int) -> Organization:
        """Set how many errors a minute an organization may send before clients must wait."""
        async with self.database.writing(SYSTEM) as db:
            found = await self._by_slug(db, organization)
            await limit_organization(db, self.clock, found, per_minute, by=None)
        return replace(found, error_rate_limit_per_minute=per_minute)

    async def raise_error_rate_limit(self, organization: str, at_least: int) -> None:
        """Let an organization send so many errors a minute, if it may not already."""
        async with self.database.writing(SYSTEM) as db:
            found = await self._by_slug(db, organization)
            if found.error_rate_limit_per_minute < at_least:
                await limit_organization(db, self.clock, found, at_least, by=None)

    async def set_key_limit(self, public_key: str, per_minute: int | None) -> None:
        """Set how many errors a minute a key may send; None leaves it to its organization."""
        async with self.database.writing(SYSTEM) as db:
            found = await services.key_named(db, public_key)
            if found is None:
                raise NotFound("There is no such key.")
            await limit_key(db, self.clock, found, per_minute, by=None)

    async def services_of(self, organization: str) -> list[tuple[Service, list[IngestKey]]]:
        """Return an organization's services with their keys."""
        async with self.database.reading(SYSTEM) as db:
            found = await self._by_slug(db, organization)
            listed = await services.of_organization(db, found.id)
            keys = await services.keys_of(db, [service.id for service in listed])
        return [(service, keys[service.id]) for service in listed]

    async def organization_named(self, slug: str) -> Organization:
        """Return the tenant of a slug."""
        async with self.database.reading(SYSTEM) as db:
            return await self._by_slug(db, slug)

    async def organizations(self) -> list[Organization]:
        """Return every tenant."""
        async with self.database.reading(SYSTEM) as db:
            return await organizations.all_of(db)

    async def tokens_of(self, organization: str) -> list[ApiToken]:
        """Return an organization's tokens, without their secrets."""
        async with self.database.reading(SYSTEM) as db:
            return await tokens.of_organization(db, (await self._by_slug(db, organization)).id)

    async def revoke_token(self, id_: ApiTokenId) -> None:
        """Close a token for good."""
        async with self.database.writing(SYSTEM) as db:
            found = (await tokens.by_ids(db, [id_])).get(id_)
            if found is None or not await tokens.revoke(db, id_, self.clock.now()):
                raise NotFound("There is no such token, or it is revoked already.")
            await self._note(db, found.organization_id, "api_token.revoked", id_)

    async def _found(self, db: Writing) -> Installation | None:
        """Return what the first start made: the oldest of each, whatever was added since."""
        for organization in sorted(await organizations.all_of(db), key=lambda o: o.created_at):
            own = await services.of_organization(db, organization.id)
            for service in sorted(own, key=lambda service: service.created_at):
                if keys := (await services.keys_of(db, [service.id]))[service.id]:
                    return Installation(
                        organization=organization, service=service, key=keys[0], token_secret=None
                    )
        return None

    async def _by_slug(self, db: Reading, slug: str) -> Organization:
        found = await organizations.by_slug(db, slug)
        if found is None:
            raise NotFound(f"There is no organization {slug!r}.")
        return found

    async def _organization(self, db: Writing, slug: str, name: str, at: datetime) -> Organization:
        made = await tenants.make(db, self.clock, at, slug=slug, name=name)
        await self._note(
            db, made.id, "organization.created", made.id, after={"slug": made.slug, "name": name}
        )
        return made

    async def _user(
        self, db: Writing, email: str, name: str, *, is_system_admin: bool, at: datetime
    ) -> User:
        user = User(
            id=UserId(self.clock.new_id()),
            email=email_of(email),
            name=name,
            is_system_admin=is_system_admin,
            is_active=True,
            created_at=at,
        )
        await users.add(db, user)
        return user

    async def _service(
        self, db: Writing, organization: OrganizationId, name: str, at: datetime
    ) -> tuple[Service, IngestKey]:
        service = await services.add(
            db,
            Service(
                id=ServiceId(self.clock.new_id()),
                organization_id=organization,
                number=0,
                name=name,
                description=None,
                is_business_critical=False,
                is_active=True,
                created_at=at,
            ),
        )
        key = IngestKey(
            id=IngestKeyId(self.clock.new_id()),
            organization_id=organization,
            service_id=service.id,
            service_number=service.number,
            service_name=service.name,
            public_key=self.clock.randomness(16).hex(),
            purpose=KeyPurpose.INGEST,
            is_active=True,
        )
        await services.add_key(db, key)
        await self._note(
            db, organization, "service.created", service.id, after={"name": service.name}
        )
        await self._note(
            db, organization, "ingest_key.created", key.id, after={"purpose": key.purpose.value}
        )
        return service, key

    async def _token(
        self,
        db: Writing,
        organization: OrganizationId,
        user: UserId,
        name: str,
        at: datetime,
        *,
        scopes: frozenset[TokenScope] = frozenset(TokenScope),
        expires_at: datetime | None = None,
    ) -> str:
        secret = secret_of(self.clock.randomness(32))
        token = ApiToken(
            id=ApiTokenId(self.clock.new_id()),
            organization_id=organization,
            user_id=user,
            name=name,
            scopes=scopes,
            expires_at=expires_at,
            revoked_at=None,
            created_at=at,
        )
        await tokens.add(db, token, secret_hash=hash_of(secret))
        told = {"name": name, "user_id": str(user), "scopes": sorted(scopes)}
        await self._note(db, organization, "api_token.created", token.id, after=told)
        return secret

    async def _member(
        self, db: Writing, organization: OrganizationId, user: User, role: MembershipRole
    ) -> None:
        membership = Membership(organization_id=organization, user_id=user.id, role=role)
        await organizations.add_member(db, membership)
        await self._note(
            db, organization, "member.added", user.id, kind="user", after={"role": role}
        )

    async def _note(
        self,
        db: Writing,
        organization: OrganizationId,
        action: str,
        id_: UUID,
        *,
        kind: str | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:
        change = Changed(
            organization_id=organization,
            action=action,
            object_kind=kind or action.partition(".")[0],
            object_id=id_,
            after=after,
        )
        await record(db, self.clock, None, change)
