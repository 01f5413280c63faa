"""Asking for work to be done later, from a process that does none of it."""

from persistence.database import Database


class JobsOnDemand:
    """The job queue of a process that rarely asks: it is loaded when it does.

    The library of the queue is a tenth of what a `serve` process weighs.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(self, name: str, payload: bytes = b"", *, once: str | None = None) -> bool:
        """Enqueue a job; False when one with the same `once` waits or runs already."""
        from persistence.jobs import Jobs  # not before it is needed

        return await Jobs(self._database).enqueue(name, payload, once=once)
