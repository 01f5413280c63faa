"""Grouping: which events are the same error, told by hashes, with the reasons in sentences."""

from domain.grouping.config import DEFAULT, LOOKED_BACK, VERSION, GroupingConfig
from domain.grouping.grouping import Grouping, group
from domain.grouping.hashes import Hash, HashKind
from domain.grouping.rules import Rule, RuleKind

__all__ = [
    "DEFAULT",
    "LOOKED_BACK",
    "VERSION",
    "Grouping",
    "GroupingConfig",
    "Hash",
    "HashKind",
    "Rule",
    "RuleKind",
    "group",
]
