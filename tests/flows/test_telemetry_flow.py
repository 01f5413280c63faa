"""What the real SDK sends beside errors, from its program to GraphQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.flows.clients import a_program
from tests.flows.running import Installation, an_installation, eventually

ASKED = """query ($service: ID!, $since: DateTime!) {
  endpointPerformance(service: $service, since: $since) { path requests failures }
  metrics(service: $service, since: $since) { name unit values }
  releaseHealth(service: $service, since: $since) {
    release crashFreeRate sessions { total exited }
  }
  monitors(service: $service) { edges { node {
    slug lastStatus schedule { kind value unit } checkIns { totalCount edges { node { status } } }
  } } }
}"""
ENDPOINTS = [{"path": "/orders/{id}", "requests": 2, "failures": 1}]
METRICS = {("database_query_time", "ms"): 4, ("response_time", "ms"): 2, ("articles", "count"): 2}


@pytest.fixture(scope="module")
async def house(flow_database: str) -> AsyncIterator[Installation]:
    async with an_installation(flow_database) as running:
        yield running


async def test_requests_sessions_metrics_and_jobs_of_a_program_are_told(house: Installation):
    tenant = await house.tenant()
    since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()

    async def told() -> dict[str, Any]:
        service = f"svc_{tenant.service.id}"
        return await house.ask(tenant, ASKED, service=service, since=since)

    def is_whole(found: dict[str, Any]) -> bool:
        monitors, health = found["monitors"]["edges"], found["releaseHealth"]
        runs = monitors[0]["node"]["checkIns"]["totalCount"] if monitors else 0
        sessions = health[0]["sessions"]["exited"] if health else 0
        values = sum(metric["values"] for metric in found["metrics"])
        return (runs, sessions, values) == (2, 2, sum(METRICS.values()))

    async with a_program("orders", house.dsn(tenant)) as orders:
        assert await orders.fails("good") == "done"
        assert await orders.fails("bad") == "done"
        found = await eventually(told, is_whole)

    assert found["endpointPerformance"] == ENDPOINTS
    assert {(m["name"], m["unit"]): m["values"] for m in found["metrics"]} == METRICS
    [release] = found["releaseHealth"]
    assert (release["release"], release["crashFreeRate"]) == ("shop@2.0.0", 1)
    assert release["sessions"]["total"] == 2
    [edge] = found["monitors"]["edges"]
    monitor = edge["node"]
    assert (monitor["slug"], monitor["lastStatus"]) == ("stock-take", "OK")
    assert monitor["schedule"] == {"kind": "INTERVAL", "value": "1", "unit": "hour"}
    assert [run["node"]["status"] for run in monitor["checkIns"]["edges"]] == ["OK", "OK"]
