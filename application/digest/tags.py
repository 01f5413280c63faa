"""Tags: by which an error's tags and values it can be found, written the first time only.

An error repeats its tags with every event. What was written is remembered in the process, so that
in the long run nearly nothing is left to write; what a restart forgets is written once more, which
changes nothing.
"""

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from application.digest.batch import Group
from domain.ids import ErrorId, OrganizationId

# Of a tag that is different in every event only the first values lead to its error.
MAX_VALUES = 50
_REMEMBERED = 200_000

Tag = tuple[OrganizationId, str, str, ErrorId]


@dataclass(slots=True)
class TagMemory:
    """The tags of errors that this process has written."""

    _known: "OrderedDict[int, None]" = field(default_factory=OrderedDict)
    _values: Counter[int] = field(default_factory=Counter)

    def new_in(self, groups: Sequence[Group]) -> list[Tag]:
        """Return the tags in a batch that are not known to be written."""
        found: dict[Tag, None] = {}
        seen: Counter[int] = Counter()
        for group in groups:
            for one in group.kept:
                error = group.origin_of(one)
                for key, value in one.made.event.tags:
                    tag = (group.organization_id, key, value, error)
                    place = hash((error, key))
                    if hash(tag) in self._known or tag in found:
                        continue
                    if self._values[place] + seen[place] < MAX_VALUES:
                        seen[place] += 1
                        found[tag] = None
        return list(found)

    def learn(self, written: Sequence[Tag]) -> None:
        """Remember what was written, once it is committed."""
        for tag in written:
            self._known[hash(tag)] = None
            self._values[hash((tag[3], tag[1]))] += 1
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        if len(self._values) > _REMEMBERED:
            self._values.clear()
