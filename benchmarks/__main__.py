"""Run the benchmarks: `python -m benchmarks [ingest|query|feed …]`; all of them by default."""

import subprocess
import sys

from benchmarks import bulk, digest, feed, flood, fuzz, ingest, live, plans, query, start

ALL = {
    "start": start.main,
    "ingest": ingest.main,
    "digest": digest.main,
    "distinct": digest.distinct,
    "curve": digest.curve,
    "flood": flood.main,
    "fuzz": fuzz.main,
    "feed": feed.main,
    "live": live.main,
    "live-peers": live.beside_peers,
    "query": query.main,
    "plans": plans.main,
    "bulk": bulk.main,
}


def main(names: list[str]) -> None:
    """Run the named benchmarks and print their rows."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    print(f"commit {commit.stdout.strip() or 'none'}")
    for name in names or list(ALL):
        print(f"\n{name}")
        ALL[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
