"""The rules of grouping that an organization may set; each version of the algorithm has its own."""

from dataclasses import dataclass

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingConfig:
    """How events are grouped; `in_app` and `not_in_app` are beginnings of modules and of files."""

    version: int = VERSION
    uses_context_lines: bool = True
    in_app: tuple[str, ...] = ()
    not_in_app: tuple[str, ...] = ()


DEFAULT = GroupingConfig()
