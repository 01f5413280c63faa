"""A batch that is ready: everything that its items become is known, and only writing is left."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from application.digest.batch import Arrived
from application.digest.prepare import Refused, Result, payload_of, prepared, read_event, task_of
from application.policies import Policy
from domain.ids import OrganizationId
from domain.inbox import InboxItem, ItemKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The items of a batch by their queue numbers, and what was made of each."""

    items: Mapping[int, InboxItem]
    arrived: Sequence[Arrived]
    buried: Sequence[tuple[InboxItem, str]]
    others: Mapping[ItemKind, Sequence[tuple[InboxItem, Any]]]
    policies: Mapping[OrganizationId, Policy]

    @property
    def numbers(self) -> list[int]:
        """The queue numbers, ascending."""
        return list(self.items)

    @property
    def last(self) -> int:
        """The highest queue number."""
        return max(self.items)

    def only(self, numbers: Collection[int]) -> "Ready":
        """Return the part of the batch that has these queue numbers."""
        if len(numbers) == len(self.items):
            return self
        items = {number: item for number, item in self.items.items() if number in numbers}
        stay = {id(item) for item in items.values()}
        return replace(
            self,
            items=items,
            arrived=[one for one in self.arrived if id(one.item) in stay],
            buried=[one for one in self.buried if id(one[0]) in stay],
            others={
                kind: [one for one in own if id(one[0]) in stay]
                for kind, own in self.others.items()
            },
        )

    def again(self, item: InboxItem) -> Result:
        """Prepare an event of the batch in full once more, with its explanation."""
        policy = self.policies[item.organization_id]
        task = task_of(item, 0, may_resolve=False)
        try:
            return prepared(task, read_event(task, payload_of(task), policy), policy)
        except Exception as error:
            return Refused(reason=f"{type(error).__name__}: {error}")
