"""The supervisor with real processes: whichever is killed, nothing is left running."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from server.embedded import EmbeddedPostgres, attach
from server.embedded_processes import postmaster_of, processes_of

ROOT = Path(__file__).parents[2]
ON_LINUX = pytest.mark.skipif(
    sys.platform != "linux", reason="Only Linux tells of a parent's death."
)

HOUSE = """
import logging, sys
from pathlib import Path
from server.embedded import EmbeddedPostgres
from server.supervisor import Child, supervise
logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
place, data, timeout, *codes = sys.argv[1:]
children = [
    Child(name=f"child {n}", argv=(sys.executable, "-c", code, place), env={"PYTHONPATH": "."})
    if code != "missing" else Child(name="nobody", argv=("/no/such/program",), env={})
    for n, code in enumerate(codes)
]
if data:
    postgres = EmbeddedPostgres(Path(data), durable=False)
    with postgres:
        status = supervise(children, stop_timeout_seconds=float(timeout), watched=[postgres])
else:
    status = supervise(children, stop_timeout_seconds=float(timeout))
print("status", status)
sys.exit(status)
"""

SAYS = """
import os, signal, subprocess, sys, time
def say(*words):
    with open(sys.argv[1] + "/said", "a") as file:
        file.write(" ".join(map(str, words)) + chr(10))
"""
STAYS = """
say("up", os.getpid())
while True:
    time.sleep(60)
"""
POLITE = f"""{SAYS}
def drain(*_):
    say("drained")
    sys.exit()
signal.signal(signal.SIGTERM, drain)
signal.signal(signal.SIGINT, lambda *_: say("heard Ctrl-C"))
{STAYS}"""
STUBBORN = f"""{SAYS}
signal.signal(signal.SIGTERM, lambda *_: say("refused"))
{STAYS}"""
MORTAL = f"""
from server.parent import follow_parent
follow_parent(grace_seconds=0.2)
{STUBBORN}"""
FERTILE = f"""{SAYS}
offspring = subprocess.Popen(["sleep", "60"])
say("up", offspring.pid)
{STUBBORN}"""
FLEETING = f"{SAYS}\nsay('up', os.getpid())"


class House:
    """A supervisor in a process of its own, and what its children said."""

    def __init__(
        self, place: Path, data: Path | str, codes: list[str], timeout_seconds: float
    ) -> None:
        self._said = place / "said"
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOUSE, str(place), str(data), str(timeout_seconds), *codes],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            start_new_session=True,
            # Under nohup the tests ignore it, and so would whatever they start.
            preexec_fn=partial(signal.signal, signal.SIGHUP, signal.SIG_DFL),
        )

    def said(self) -> list[str]:
        return self._said.read_text().splitlines() if self._said.exists() else []

    def children(self, number: int) -> list[int]:
        """Wait until so many processes are up; return their ids in the order of their coming."""
        eventually(lambda: sum(line.startswith("up ") for line in self.said()) == number)
        return [int(line[3:]) for line in self.said() if line.startswith("up ")]

    def ended(self) -> tuple[int, str]:
        told, _ = self.process.communicate(timeout=60)
        return self.process.returncode, told


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A directory that every user may enter; those of pytest are closed."""
    with tempfile.TemporaryDirectory(prefix="tocsin-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def house(tmp_path) -> Iterator[Callable[..., House]]:
    houses = []

    def build(*codes: str, data: Path | str = "", timeout_seconds: float = 5) -> House:
        houses.append(House(tmp_path, data, [*codes], timeout_seconds))
        return houses[-1]

    yield build
    for each in houses:
        with each.process:
            each.process.kill()


def eventually(is_so: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.005)


def running(process_ids: list[int]) -> list[int]:
    """Those of the processes that are neither gone nor waiting to be buried."""
    listed = ["ps", "-o", "pid=,stat=", "-p", ",".join(map(str, process_ids))]
    told = subprocess.run(listed, capture_output=True, text=True, check=False).stdout
    pairs = [line.split() for line in told.splitlines()]
    return [int(process_id) for process_id, state in pairs if not state.startswith("Z")]


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_to_stop_drains_all_children(house, asked):
    both = house(POLITE, POLITE)
    children = both.children(2)

    both.process.send_signal(asked)

    status, told = both.ended()
    assert status == 0
    assert f"INFO {asked.name}: stopping." in told
    assert both.said()[2:] == ["drained", "drained"]
    assert running(children) == []


def test_ctrl_c_in_a_terminal_reaches_the_children_once_and_as_a_request(house):
    one = house(POLITE)
    one.children(1)

    os.killpg(one.process.pid, signal.SIGINT)  # what a terminal does

    assert one.ended()[0] == 0
    assert one.said()[1:] == ["drained"]


def test_a_killed_child_takes_the_house_down_and_is_named(house):
    both = house(POLITE, POLITE)
    children = both.children(2)

    os.kill(children[0], signal.SIGKILL)

    status, told = both.ended()
    assert status == 1
    errors = [line for line in told.splitlines() if line.startswith("ERROR")]
    assert len(errors) == 1
    assert errors[0].startswith("ERROR child ")
    assert errors[0].endswith(
        f"(process {children[0]}) was killed by SIGKILL; stopping everything."
    )
    assert both.said()[2:] == ["drained"]
    assert running(children) == []


def test_a_child_that_ends_by_itself_is_a_failure_even_with_status_zero(house):
    both = house(POLITE, FLEETING)

    status, told = both.ended()

    assert status == 1
    assert ") ended with status 0; stopping everything." in told


def test_a_child_that_cannot_be_started_stops_the_others(house):
    both = house(POLITE, "missing")

    status, told = both.ended()

    assert status == 1
    assert "ERROR nobody could not be started ([Errno 2]" in told


def test_a_child_that_does_not_stop_is_killed_with_all_that_it_started(house):
    both = house(FERTILE, POLITE, timeout_seconds=3)
    children = both.children(3)

    both.process.terminate()

    status, told = both.ended()
    assert status == 1
    assert "did not stop in time and is killed." in told
    assert sorted(both.said()[3:]) == ["drained", "refused"]
    assert running(children) == []


def test_what_a_killed_child_had_started_is_killed_too(house):
    one = house(FERTILE)
    children = one.children(2)

    os.kill(children[1], signal.SIGKILL)

    assert one.ended()[0] == 1
    assert running(children) == []


def test_a_second_ctrl_c_kills_at_once(house):
    one = house(STUBBORN, timeout_seconds=60)
    children = one.children(1)
    one.process.send_signal(signal.SIGINT)
    eventually(lambda: "refused" in one.said())
    assert running(children) == children

    one.process.send_signal(signal.SIGINT)

    assert one.ended()[0] == 1
    assert running(children) == []


def test_a_second_sigterm_is_not_impatience(house):
    one = house(STUBBORN, timeout_seconds=3)
    one.children(1)
    one.process.terminate()
    eventually(lambda: "refused" in one.said())
    asked = time.monotonic()

    one.process.terminate()

    one.ended()
    assert time.monotonic() - asked > 0.3


@ON_LINUX
def test_a_killed_supervisor_leaves_nothing_and_the_next_start_works(house, data):
    all_three = house(POLITE, MORTAL, data=data)
    children = all_three.children(2)
    assert processes_of(data / "postgres")

    all_three.process.kill()

    eventually(lambda: not running(children) and not processes_of(data / "postgres"), seconds=20)
    assert sorted(all_three.said()[2:]) == ["drained", "refused"]
    assert attach(data) is None
    with EmbeddedPostgres(data, durable=False) as address:
        assert attach(data) == address


@ON_LINUX
def test_a_killed_postgres_takes_the_house_down_and_the_next_start_works(house, data):
    both = house(POLITE, data=data)
    children = both.children(1)
    postmaster = postmaster_of(data / "postgres").process_id

    os.kill(postmaster, signal.SIGKILL)

    status, told = both.ended()
    assert status == 1
    assert f"ERROR PostgreSQL (process {postmaster}) was killed by SIGKILL; stopping" in told
    assert both.said()[1:] == ["drained"]
    assert running(children) == []
    assert processes_of(data / "postgres") == frozenset()
    with EmbeddedPostgres(data, durable=False) as address:
        assert attach(data) == address
