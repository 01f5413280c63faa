"""Sharing: what many watchers ask in the same words of the same batch is worked out once.

Each watcher keeps a place of their own in the feed; only the answers are shared, and only among
those who may see the same. So what reaches a watcher depends on nobody else, but a hundred
dashboards cost the database one question, and the processor little more than a hundred frames.

A field that can be reached from a subscription must not depend on who the viewer is, only on their
organizations and roles, unless it is named here as personal: an answer with one of those is shared
by the sockets of one person only. A test walks the schema to hold that. Of a subscription itself
the same is true of which changes it wants.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    visit,
)

from domain.viewers import Viewer

# Fields whose answer is the viewer's own, and subscriptions to what is.
PERSONAL = frozenset({"isSubscribed"})


class Shareable(ABC):
    """An event that is the same for everybody who may see it."""

    @abstractmethod
    def sharing_key(self) -> Hashable:
        """Return what tells it from any other event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What of an operation can be shared; `variables` are those that change what is selected.

    Those of the subscription itself only say which events there are. None: there is no telling.
    """

    is_personal: bool
    variables: frozenset[str] | None

    def asked(self, text: str, name: str | None, values: Mapping[str, Any]) -> Hashable:
        """Return what is the same for all who want the same of an event."""
        chosen = {
            key: values[key]
            for key in sorted(values)
            if self.variables is None or key in self.variables
        }
        return (text, name, orjson.dumps(chosen, default=repr))


def shape_of(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Shape:
    """Return what of an operation can be shared."""
    used = _Used()
    for selection in operation.selection_set.selections:
        if not isinstance(selection, FieldNode) or selection.selection_set is None:
            return Shape(is_personal=True, variables=None)
        used.fields.add(selection.name.value)
        visit(selection.selection_set, used)
        for directive in selection.directives or ():
            visit(directive, used)
    seen: set[str] = set()
    while unseen := used.fragments - seen:
        seen |= unseen
        for name in unseen:
            visit(fragments[name], used)
    return Shape(
        is_personal=bool(used.fields & PERSONAL),
        variables=frozenset(used.variables),
    )


class _Used(Visitor):
    """Finds the variables, fields and fragments that a selection mentions."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: set[str] = set()
        self.fields: set[str] = set()
        self.fragments: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: Node) -> None:
        self.variables.add(node.name.value)

    def enter_field(self, node: FieldNode, *_: Node) -> None:
        self.fields.add(node.name.value)

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: Node) -> None:
        self.fragments.add(node.name.value)


def sight_of(viewer: Viewer) -> Hashable:
    """Return what decides what a viewer may see."""
    return (frozenset(viewer.roles.items()), viewer.is_system_admin, viewer.scopes)
