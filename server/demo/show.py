"""Runs the failing programs, each in a process of its own, as a user's would be."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from server.settings import whole_environment

PROGRAMS = Path(__file__).parent / "programs"
_SECONDS = 60


def run_demo(dsn: str, rounds: int, say: Callable[[str], object]) -> int:
    """Let every program fail so many times; return 0 when all of them ran and failed as meant."""
    missed = 0
    for turn in range(rounds):
        for program in sorted(PROGRAMS.glob("*.py")):
            env = whole_environment() | {
                "SENTRY_DSN": dsn,
                "SENTRY_ENVIRONMENT": "demo" if turn % 3 else "production",
                "SENTRY_RELEASE": f"shop@1.{turn}.0",
                "DEMO_TURN": str(turn),
            }
            ended = subprocess.run(  # noqa: S603 our own programs
                [sys.executable, str(program)],
                env=env,
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
            # A program that fails ends with 1 (an uncaught exception) or 0 (it was reported).
            said = (ended.stderr.decode(errors="replace").strip().splitlines() or ["reported"])[-1]
            missed += ended.returncode not in (0, 1)
            say(f"  {program.stem:<16} {said[:90]}")
    say(f"\nSent {rounds} rounds of {len(list(PROGRAMS.glob('*.py')))} failures to {dsn}")
    return 1 if missed else 0
