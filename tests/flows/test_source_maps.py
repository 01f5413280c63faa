"""Source maps in an installation of real processes: events first, then their build is uploaded."""

from pathlib import Path
from uuid import uuid4

import pytest

from tests.artifacts import a_bundle, sha1, the_recorded_event
from tests.flows.running import Installation, an_installation, eventually
from tests.house import Tenant

ERRORS = "{ errors { edges { node { id culprit occurrenceCount } } } }"


@pytest.fixture
async def house(flow_database: str):
    async with an_installation(flow_database) as running:
        yield running


async def happens(house: Installation, tenant: Tenant) -> None:
    """Let the recorded page fail once more."""
    answer = await house.http.post(
        f"{house.serve[0].url}/api/{tenant.service.number}/store/",
        json={**the_recorded_event(), "event_id": uuid4().hex},
        headers={"x-sentry-auth": f"Sentry sentry_key={tenant.key.public_key}"},
    )
    assert answer.status_code == 200


async def errors_of(house: Installation, tenant: Tenant) -> list[dict[str, object]]:
    return [edge["node"] for edge in (await house.ask(tenant, ERRORS))["errors"]["edges"]]


async def upload(house: Installation, tenant: Tenant, content: bytes) -> None:
    """Upload a bundle as the tools do, until it can be used."""
    api = f"{house.serve[0].url}/api/0/organizations/{tenant.slug}"
    token = {"authorization": f"Bearer {tenant.token}"}
    wish = {"checksum": sha1(content), "chunks": [sha1(content)], "projects": []}
    files = {"file": (sha1(content), content)}
    await house.http.post(f"{api}/chunk-upload/", files=files, headers=token)

    async def state() -> str:
        asked = await house.http.post(f"{api}/artifactbundle/assemble/", json=wish, headers=token)
        return asked.json()["state"]

    assert await eventually(state, lambda told: told == "ok") == "ok"


async def test_an_upload_makes_stored_stacks_readable_and_the_next_events_find_their_error(
    house: Installation,
):
    tenant = await house.tenant()
    await happens(house, tenant)
    [before] = await eventually(lambda: errors_of(house, tenant), lambda found: found)

    await upload(house, tenant, a_bundle())
    [after] = await eventually(
        lambda: errors_of(house, tenant), lambda found: found[0]["culprit"] != before["culprit"]
    )
    await happens(house, tenant)
    again = await eventually(
        lambda: errors_of(house, tenant), lambda found: found[0]["occurrenceCount"] == 2
    )

    assert after == {"id": before["id"], "culprit": "cart.ts in cartTotal", "occurrenceCount": 1}
    assert again == [{**after, "occurrenceCount": 2}]


async def test_the_reader_of_maps_ends_with_a_worker_that_is_killed(house: Installation):
    tenant = await house.tenant()
    await upload(house, tenant, a_bundle())
    await happens(house, tenant)
    await eventually(lambda: errors_of(house, tenant), lambda found: found)
    [worker] = house.work
    readers = readers_of(worker.pid)

    worker.kill()

    async def left() -> list[int]:
        return [pid for pid in readers if Path(f"/proc/{pid}/cmdline").exists()]

    assert len(readers) == 1
    assert await eventually(left, lambda found: not found) == []


def readers_of(parent: int) -> list[int]:
    """The processes of a worker that read source maps."""
    found = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = status.read_text().splitlines()
            command = status.with_name("cmdline").read_bytes()
        except OSError:
            continue
        if f"PPid:\t{parent}" in lines and b"source_maps/child.py" in command:
            found.append(int(status.parent.name))
    return found
