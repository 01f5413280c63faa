"""Grouping: which events are the same error, told by hashes, with the reasons in sentences."""

from domain.grouping.config import DEFAULT, VERSION, GroupingConfig
from domain.grouping.grouping import Grouping, group
from domain.grouping.hashes import Hash, HashKind

__all__ = ["DEFAULT", "VERSION", "Grouping", "GroupingConfig", "Hash", "HashKind", "group"]
