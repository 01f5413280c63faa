"""OpenID Connect: the code flow with PKCE at one provider, found by its discovery document."""

import time
from collections.abc import Mapping
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from domain.identities import Identity, ProviderFailed
from outbound.oidc_terms import Begun, Provider

PATIENCE_SECONDS = 10.0
KNOWN_SECONDS = 3600.0
LEEWAY_SECONDS = 60
# Only signatures that nobody but the provider can make: a shared secret or none is not enough.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")

_BAD_ANSWER = (httpx2.HTTPError, AuthlibBaseError, JoseError, ValueError, KeyError, TypeError)


class OidcClient:
    """Speaks to the provider."""

    def __init__(self, provider: Provider, *, redirect_uri: str) -> None:
        self._provider = provider
        self._redirect_uri = redirect_uri
        self._metadata: Mapping[str, Any] | None = None
        self._keys: KeySet | None = None
        self._known_until = 0.0

    async def address(self, begun: Begun) -> str:
        """Return where to send the browser."""
        async with self._client() as client:
            try:
                metadata = await self._discovered(client)
                address, _ = client.create_authorization_url(
                    metadata["authorization_endpoint"],
                    state=begun.state,
                    nonce=begun.nonce,
                    code_verifier=begun.verifier,
                )
            except _BAD_ANSWER as error:
                raise _failed("cannot be asked", error) from error
        return str(address)

    async def identity(self, begun: Begun, code: str, issuer: str | None) -> Identity:
        """Return who has signed in, by the code that their browser brings back."""
        if issuer is not None and issuer != self._provider.issuer:
            raise ProviderFailed("The answer is of another provider.")
        async with self._client() as client:
            try:
                metadata = await self._discovered(client)
                token = await client.fetch_token(
                    metadata["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=begun.verifier,
                )
                claims = await self._claims(client, metadata, token, begun.nonce)
                if "userinfo_endpoint" in metadata:
                    told = await self._told(client, metadata["userinfo_endpoint"])
                    if told.get("sub") != claims["sub"]:
                        raise ValueError("the userinfo is of somebody else")
                    claims = {**told, **claims}
            except _BAD_ANSWER as error:
                raise _failed("gave no good answer", error) from error
        return self._read(claims)

    def _client(self) -> AsyncOAuth2Client:
        own = self._provider
        return AsyncOAuth2Client(
            client_id=own.client_id,
            client_secret=own.client_secret,
            token_endpoint_auth_method="client_secret_basic" if own.client_secret else "none",
            scope=own.scopes,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            timeout=PATIENCE_SECONDS,
        )

    async def _discovered(self, client: AsyncOAuth2Client) -> Mapping[str, Any]:
        if self._metadata is not None and time.monotonic() < self._known_until:
            return self._metadata
        address = f"{self._provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        metadata = await self._told(client, address, is_public=True)
        if metadata["issuer"] != self._provider.issuer:
            raise ValueError("the discovery document names another issuer")
        self._metadata, self._keys = metadata, None
        self._known_until = time.monotonic() + KNOWN_SECONDS
        return metadata

    async def _told(
        self, client: AsyncOAuth2Client, address: str, *, is_public: bool = False
    ) -> dict[str, Any]:
        response = await client.request("GET", address, withhold_token=is_public)
        response.raise_for_status()
        found = response.json()
        if not isinstance(found, dict):
            raise TypeError("an answer is no object")
        return found

    async def _claims(
        self,
        client: AsyncOAuth2Client,
        metadata: Mapping[str, Any],
        token: Mapping[str, Any],
        nonce: str,
    ) -> dict[str, Any]:
        """Return what the signed token says, once all that it must say is looked at."""
        registry = JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
        keys = await self._key_set(client, metadata)
        try:
            decoded = jwt.decode(token["id_token"], key=keys, registry=registry)
        except InvalidKeyIdError:
            self._keys = None
            keys = await self._key_set(client, metadata)
            decoded = jwt.decode(token["id_token"], key=keys, registry=registry)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": self._provider.issuer},
                "aud": {"essential": True, "value": self._provider.client_id},
            },
            {
                "nonce": nonce,
                "client_id": self._provider.client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=LEEWAY_SECONDS)
        return dict(decoded.claims)

    async def _key_set(self, client: AsyncOAuth2Client, metadata: Mapping[str, Any]) -> KeySet:
        if self._keys is None:
            told: Any = await self._told(client, metadata["jwks_uri"], is_public=True)
            self._keys = KeySet.import_key_set(told)
        return self._keys

    def _read(self, claims: Mapping[str, Any]) -> Identity:
        email, groups = claims.get("email"), claims.get(self._provider.groups_claim)
        if not isinstance(email, str) or not email:
            raise ProviderFailed("Your provider told no e-mail address; is its scope asked for?")
        name = claims.get("name")
        listed = groups if isinstance(groups, list) else [groups]
        return Identity(
            issuer=self._provider.issuer,
            subject=str(claims["sub"])[:255],
            email=email,
            is_email_verified=claims.get("email_verified") in (True, "true"),
            name=name if isinstance(name, str) else "",
            groups=frozenset(group for group in listed if isinstance(group, str)),
        )


def _failed(what: str, error: Exception) -> ProviderFailed:
    why = " ".join(str(error).split())[:200] or type(error).__name__
    return ProviderFailed(f"Your provider {what}: {why}.")
