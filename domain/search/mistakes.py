"""Mistakes: what cannot be understood in a search, and where it stands."""

from domain.failures import Invalid


class Mistake(Invalid):
    """A search that cannot be understood; `start` and `end` count characters from 0."""

    def __init__(self, message: str, *, start: int, end: int) -> None:
        super().__init__(f"{message} (at {start + 1})", field="search")
        self.start = start
        self.end = end
