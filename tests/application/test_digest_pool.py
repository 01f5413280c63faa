"""The pool: results from other processes, and none of what breaks one breaks the digest."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from application.digest.pool import WORTH_HANDING_OVER, Pool
from application.digest.prepare import Prepared, Refused, Task
from application.digest.preparing import Here
from application.packing import pack
from application.policies import Policy
from domain.ids import ServiceId
from domain.scrubbing import Scrubber
from tests.application.digesting import an_event
from tests.machine import burden

SERVICE = ServiceId(UUID(int=5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadly(Scrubber):
    """A scrubber that some documents are too much for."""

    def scrub(self, document: dict[str, Any]) -> dict[str, Any]:
        if document.get("server_name") == "deadly":
            os.kill(os.getpid(), signal.SIGKILL)
        if document.get("server_name") == "endless":
            time.sleep(600)
        return document


# A new process is up within a second or two, where the machine has nothing else to do.
IMPATIENT_SECONDS = 4


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool(processes=2)
    yield pool
    pool.close()


@pytest.fixture
def impatient() -> Iterator[Pool]:
    pool = Pool(processes=2, patience_seconds=IMPATIENT_SECONDS * burden())
    yield pool
    pool.close()


def a_task(n: int, **fields: object) -> Task:
    body_format, body = pack(orjson.dumps(an_event(f"step_{n}", **fields)))
    return Task(
        event_id=uuid4(),
        service_id=SERVICE,
        received_at=datetime.now(UTC),
        sent_at=None,
        client="test/1",
        remote_address=None,
        body_format=body_format,
        body=body,
        is_over_limit=False,
        may_resolve=False,
        policy=0,
    )


async def test_other_processes_give_the_same_results_in_the_same_order(pool: Pool):
    tasks = [a_task(n) for n in range(WORTH_HANDING_OVER + 3)]

    there = await pool.prepare(tasks, [Policy()])

    assert there == await Here().prepare(tasks, [Policy()])
    assert len({one.hashes for one in there if isinstance(one, Prepared)}) == len(tasks)


async def test_an_event_that_kills_its_process_is_refused_and_all_others_are_prepared(pool: Pool):
    tasks = [a_task(n) for n in range(WORTH_HANDING_OVER)]
    tasks[17] = a_task(17, server_name="deadly")

    results = await pool.prepare(tasks, [Policy(scrubber=Deadly())])

    refused = [n for n, result in enumerate(results) if isinstance(result, Refused)]
    assert refused == [17]
    assert sum(isinstance(result, Prepared) for result in results) == WORTH_HANDING_OVER - 1


async def test_an_event_that_never_ends_is_refused_and_its_process_is_gone(impatient: Pool):
    tasks = [a_task(0, server_name="endless"), a_task(1)]

    results = await impatient._hand_over(tasks, [Policy(scrubber=Deadly())])

    assert [type(result) for result in results] == [Refused, Prepared]


def test_a_scrubber_travels_without_what_it_met():
    import pickle

    scrubber = Scrubber(secret_names=frozenset({"pin"}), hides_emails=True)
    before = len(pickle.dumps(scrubber))
    scrubber.scrub({"a": "mail ada@example.com", "pin": "1234"})

    copy = pickle.loads(pickle.dumps(scrubber))

    assert copy == scrubber
    assert len(pickle.dumps(scrubber)) == before
    assert copy.scrub({"pin": "1234"})["pin"] == "[Filtered]"
