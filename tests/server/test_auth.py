"""The page of a link that is good once."""

import pytest

from domain.links import LinkPurpose
from graph.transport import GraphQLApp
from server.auth import AuthPages
from tests.graph.serving import a_house, serving
from tests.graph.signing import COOKIE, OURS


@pytest.fixture(scope="module")
async def house(database):
    async with a_house(database) as opened:
        yield opened


@pytest.fixture(scope="module")
async def door(house):
    app = GraphQLApp(house)
    pages = AuthPages(house=house, cookie=app.cookie, origins=app.origins)
    async with serving([*app.routes(), *pages.routes()]) as served:
        yield served


async def a_link(house, tenant, door) -> str:
    link = await house.passwords.link_by_operator(f"{tenant.slug}@example.com", LinkPurpose.ENTER)
    return link.replace(OURS, f"http://127.0.0.1:{door.port}")


async def test_a_link_is_used_by_the_button_and_not_by_looking(door, house, tenant):
    link, client = await a_link(house, tenant, door), door.client()

    looked = [await client.get(link) for _ in range(2)]
    pressed = await client.post(link, headers={"Origin": OURS})
    again = await client.post(link, headers={"Origin": OURS})

    assert [one.status_code for one in looked] == [200, 200]
    assert "set-cookie" not in looked[0].headers
    assert '<form method="post">' in looked[0].text
    assert "frame-ancestors 'none'" in looked[0].headers["content-security-policy"]
    assert (pressed.status_code, pressed.headers["location"]) == (303, "../welcome")
    assert pressed.headers["set-cookie"].startswith(f"{COOKIE}=tcs_")
    assert (again.status_code, "set-cookie" in again.headers) == (403, False)


async def test_another_site_cannot_press_the_button(door, house, tenant):
    link = await a_link(house, tenant, door)

    foreign = await door.client().post(link, headers={"Origin": "https://evil.example"})
    own = await door.client().post(link, headers={"Origin": OURS})

    assert (foreign.status_code, own.status_code) == (403, 303)


@pytest.mark.parametrize("token", ["", "tcl_x", "x" * 5000, "<script>"])
async def test_a_link_that_is_none_is_refused(door, token):
    url = f"http://127.0.0.1:{door.port}/auth/enter"
    response = await door.client().post(url, params={"token": token})

    assert response.status_code == 403
    assert "<script>" not in response.text
