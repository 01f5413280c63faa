"""What a provider, or somebody in its place, must not get past us with."""

import time
from dataclasses import replace
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from domain.identities import ProviderFailed
from outbound.oidc import Begun, OidcClient, Provider
from tests.graph.serving import serving
from tests.servers import free_port

BEGUN = Begun(state="s" * 20, nonce="n" * 20, verifier="v" * 50)
RSA = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}, auto_kid=False)
OTHER = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}, auto_kid=False)
SECRET = "a secret of 32 characters or so!"


class Answers:
    """A provider that answers as a test tells it to."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.discovery: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        self.key, self.alg = RSA, "RS256"
        self.keys = KeySet([RSA])
        now = int(time.time())
        self.claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": "ada",
            "aud": "tocsin",
            "nonce": BEGUN.nonce,
            "iat": now,
            "exp": now + 60,
            "email": "ada@corp.example",
            "email_verified": True,
            "groups": "devs",
        }
        self.userinfo: dict[str, Any] | None = None
        self.token: Any = None
        self.asked: list[dict[str, str]] = []

    def routes(self) -> list[Route]:
        async def token(request: Request) -> JSONResponse:
            self.asked.append(dict((await request.form()).items()))
            if self.token is not None:
                return JSONResponse(self.token)
            header = {"alg": self.alg, "kid": "1"}
            signed = jwt.encode(header, self.claims, self.key, algorithms=[self.alg])
            answer = {"access_token": "a", "token_type": "Bearer", "id_token": signed}
            return JSONResponse(answer)

        async def discovery(_request: Request) -> JSONResponse:
            return JSONResponse(self.discovery)

        async def jwks(_request: Request) -> JSONResponse:
            return JSONResponse(self.keys.as_dict(private=False))

        async def userinfo(_request: Request) -> JSONResponse:
            return JSONResponse(self.userinfo)

        return [
            Route("/.well-known/openid-configuration", discovery),
            Route("/token", token, methods=["POST"]),
            Route("/jwks", jwks),
            Route("/me", userinfo),
        ]

    def client(self) -> OidcClient:
        provider = Provider(
            issuer=self.issuer,
            client_id="tocsin",
            client_secret=SECRET,
            scopes="openid email",
            groups_claim="groups",
        )
        return OidcClient(provider, redirect_uri="https://t.example/auth/oidc/callback")


@pytest.fixture
async def answers():
    port = free_port()
    found = Answers(port)
    async with serving(found.routes(), port=port):
        yield found


async def test_a_good_answer_is_taken_and_the_verifier_is_sent(answers):
    identity = await answers.client().identity(BEGUN, "code", answers.issuer)

    assert (identity.subject, identity.email) == ("ada", "ada@corp.example")
    assert identity.groups == {"devs"}
    assert answers.asked[0]["code_verifier"] == BEGUN.verifier


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["another", "third"]},
        {"aud": ["tocsin", "another"], "azp": "another"},
        {"nonce": "of somebody else"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"at_hash": "wrong"},
        {"email": None},
    ],
)
async def test_a_token_that_says_something_else_is_refused(answers, changed):
    claims = {**answers.claims, **changed}
    answers.claims = {name: value for name, value in claims.items() if value is not None}

    with pytest.raises(ProviderFailed):
        await answers.client().identity(BEGUN, "code", None)


async def test_a_token_that_somebody_else_signed_is_refused(answers):
    for key, alg in (
        (OTHER, "RS256"),
        (OctKey.import_key(SECRET), "HS256"),
        (ECKey.generate_key("P-256"), "ES256"),
    ):
        answers.key, answers.alg = key, alg
        with pytest.raises(ProviderFailed):
            await answers.client().identity(BEGUN, "code", None)


async def test_a_token_that_nobody_signed_is_refused(answers):
    good = jwt.encode({"alg": "RS256"}, answers.claims, RSA)
    unsigned = "eyJhbGciOiJub25lIn0." + good.split(".")[1] + "."
    for token in (
        {"access_token": "a", "token_type": "Bearer", "id_token": unsigned},
        {"access_token": "a", "token_type": "Bearer"},
        {"error": "invalid_grant"},
        [],
        "x",
    ):
        answers.token = token
        with pytest.raises(ProviderFailed):
            await answers.client().identity(BEGUN, "code", None)


async def test_keys_that_were_exchanged_are_asked_for_again(answers):
    client = answers.client()
    await client.identity(BEGUN, "code", None)
    fresh = RSAKey.generate_key(2048, {"kid": "2", "use": "sig"}, auto_kid=False)
    answers.keys, answers.key = KeySet([fresh]), fresh
    answers.token = {
        "access_token": "a",
        "token_type": "Bearer",
        "id_token": jwt.encode({"alg": "RS256", "kid": "2"}, answers.claims, fresh),
    }

    assert (await client.identity(BEGUN, "code", None)).subject == "ada"


async def test_what_is_told_of_somebody_else_is_refused(answers):
    answers.discovery["userinfo_endpoint"] = f"{answers.issuer}/me"
    answers.userinfo = {"sub": "eve", "email": "boss@corp.example", "email_verified": True}

    with pytest.raises(ProviderFailed):
        await answers.client().identity(BEGUN, "code", None)


async def test_userinfo_never_speaks_against_the_signed_token(answers):
    answers.discovery["userinfo_endpoint"] = f"{answers.issuer}/me"
    answers.userinfo = {"sub": "ada", "email": "boss@corp.example", "name": "Ada"}

    identity = await answers.client().identity(BEGUN, "code", None)

    assert (identity.email, identity.name) == ("ada@corp.example", "Ada")


@pytest.mark.parametrize(
    "changed", [{"issuer": "https://evil.example"}, {"jwks_uri": None}, {"token_endpoint": 1}]
)
async def test_a_discovery_document_that_is_none_is_refused(answers, changed):
    answers.discovery = {**answers.discovery, **changed}

    with pytest.raises(ProviderFailed):
        await answers.client().identity(BEGUN, "code", None)


async def test_an_answer_of_another_provider_is_refused_before_anything_is_asked(answers):
    with pytest.raises(ProviderFailed, match="another provider"):
        await answers.client().identity(BEGUN, "code", "https://evil.example")
    assert answers.asked == []


async def test_the_address_has_all_that_binds_the_answer_to_this_browser(answers):
    address = await answers.client().address(replace(BEGUN, verifier="w" * 50))

    for part in ("code_challenge_method=S256", "code_challenge=", "state=", "nonce="):
        assert part in address
    assert "w" * 50 not in address
