"""Run the grouping benchmark: `python -m benchmarks.grouping`."""

from benchmarks.grouping.making import generated, hard
from benchmarks.grouping.recorded import recorded
from benchmarks.grouping.scoring import Score, score


def main() -> None:
    """Print how well the corpus is grouped, and every miss."""
    parts = {"ordinary": list(generated()), "recorded": list(recorded()), "hard": list(hard())}
    for name, labelled in parts.items():
        _print(name, score(labelled))
    whole = score([each for labelled in parts.values() for each in labelled])
    _print("all", whole)
    for labels in whole.merged:
        print(f"  merged: {', '.join(labels)}")
    for label, parts in whole.split:
        print(f"  split: {label} into {parts}")


def _print(name: str, found: Score) -> None:
    print(
        f"{name}: {found.events} events, {found.groups} true groups, {found.errors} errors, "
        f"precision {found.precision:.4f}, recall {found.recall:.4f}"
    )


if __name__ == "__main__":
    main()
