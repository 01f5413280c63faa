"""Settings of signing in: what is wrong is said with the setting's name."""

import pytest

from domain.identities import GroupRole
from domain.organizations import MembershipRole
from server.settings import SettingsInvalid, from_environment

OIDC = {"TOCSIN_OIDC_ISSUER": "https://idp.example", "TOCSIN_OIDC_CLIENT_ID": "tocsin"}


def test_a_provider_is_read_with_its_groups():
    groups = "cn=devs,ou=x".replace(",", ";") + "=shop:devops, ops = bank:on_call,"
    found = from_environment({**OIDC, "TOCSIN_OIDC_GROUPS": groups}).oidc

    assert found.provider.scopes == "openid email profile"
    assert found.provider.client_secret is None
    assert found.mapping == (
        GroupRole("cn=devs;ou=x", "shop", MembershipRole.DEVOPS),
        GroupRole("ops", "bank", MembershipRole.ON_CALL),
    )
    assert from_environment({}).oidc is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOCSIN_OIDC_ISSUER", "http://idp.example"),
        ("TOCSIN_OIDC_ISSUER", ""),
        ("TOCSIN_OIDC_CLIENT_ID", ""),
        ("TOCSIN_OIDC_SCOPES", "email"),
        ("TOCSIN_OIDC_GROUPS", "devs"),
        ("TOCSIN_OIDC_GROUPS", "devs=shop"),
        ("TOCSIN_OIDC_GROUPS", "devs=shop:king"),
        ("TOCSIN_SECRET_KEYS", "short"),
        ("TOCSIN_SMTP_URL", "http://mail.example"),
        ("TOCSIN_SMTP_URL", "smtp://"),
        ("TOCSIN_SMTP_URL", "smtp://host:port"),
        ("TOCSIN_API_REQUESTS_PER_MINUTE", "0"),
    ],
)
def test_what_cannot_be_used_is_named(name, value):
    with pytest.raises(SettingsInvalid, match="_".join(name.split("_")[:2])):
        from_environment({**OIDC, name: value})
