"""Drift: the schemas in git are those of the code, and break no client of the last release."""

import difflib
import sys
from pathlib import Path

from server.schemas import graphql_schema, sql_schema
from tools import schema_changes

ROOT = Path(__file__).parent.parent
FILES = {"schema.graphql": graphql_schema, "migrations/schema.sql": sql_schema}


def main() -> int:
    """Compare both schemas; print what differs."""
    drifted = 0
    for name, made in FILES.items():
        path = ROOT / name
        kept = path.read_text() if path.exists() else ""
        difference = list(
            difflib.unified_diff(
                kept.splitlines(), made().splitlines(), f"{name} in git", f"{name} of the code", n=1
            )
        )
        drifted += bool(difference)
        sys.stdout.writelines(line + "\n" for line in difference[:60])
    if drifted:
        sys.stdout.write("A schema has drifted: run `make schema` and commit what it writes.\n")
    broken = schema_changes.problems_in(ROOT)
    sys.stdout.writelines(line + "\n" for line in broken)
    return min(drifted + len(broken), 1)


if __name__ == "__main__":
    sys.exit(main())
