"""Uses the generated client as a program would: `python use_client.py <url> <ws url> <token>`.

Prints one line of JSON. It is run by the Python of a virtual environment of its own.
"""

import asyncio
import json
import sys

from tocsin_client import Client, ErrorFilter, ErrorStatus


async def main(url: str, ws_url: str, token: str) -> dict[str, object]:
    client = Client(
        url=url,
        headers={"Authorization": f"Bearer {token}"},
        ws_url=ws_url,
        ws_connection_init_payload={"token": token},
    )
    async with client:
        found = await client.error_list(where=ErrorFilter(status=[ErrorStatus.NEW]), first=10)
        [edge] = found.errors.edges
        feed = client.feed()
        opening = (await anext(feed)).error_feed
        done = await client.set_status(id=edge.node.id, status=ErrorStatus.RESOLVED)
        heard = (await anext(feed)).error_feed
        await feed.aclose()
        refused = await client.set_status(id=edge.node.id, status=ErrorStatus.RESOLVED)
        limits = await client.limits()
    return {
        "total": found.errors.total_count,
        "title": edge.node.title,
        "seen": edge.node.last_seen_at.tzinfo is not None,
        "opening": [opening.kind.value, len(opening.changes)],
        "done": [done.set_error_status.typename__, done.set_error_status.error.status.value],
        "heard": [[one.kind.value, one.error.status.value] for one in heard.changes],
        "refused": refused.set_error_status.typename__,
        "depth": limits.system_limits.request.depth,
        "cost": limits.rate_limit.cost,
    }


print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
