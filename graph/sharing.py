"""Sharing: what many watchers ask in the same words of the same batch is worked out once.

Each watcher keeps a place of their own in the feed; only the answers are shared, and only among
those who may see the same. So what reaches a watcher depends on nobody else, but a hundred
dashboards cost the database one question, and the processor little more than a hundred frames.

A field that can be reached from a subscription must not depend on who the viewer is, only on their
organizations and roles, unless it is named here as personal: an answer with one of those is shared
by the sockets of one person only. A test walks the schema to hold that.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable
from typing import Any, cast

import orjson
from graphql import (
    ExecutionResult,
    FieldNode,
    FragmentSpreadNode,
    Node,
    OperationType,
    VariableNode,
    Visitor,
    visit,
)

from domain.viewers import Viewer
from graph.context import Context
from graph.executor import FragmentExecutor

# Fields whose answer is the viewer's own.
PERSONAL = frozenset({"isSubscribed"})


class Shareable(ABC):
    """An event that is the same for everybody who may see it."""

    @abstractmethod
    def sharing_key(self) -> Hashable:
        """Return what tells it from any other event."""


class SharingExecutor(FragmentExecutor):
    """Answers each event of a subscription from what was worked out for others, if it can be."""

    asked: Hashable = None
    is_personal: bool = True

    def build_per_event_executor(self, payload: Any) -> Any:
        """Prepare for one event; what is asked is the same for all of them."""
        if self.asked is None:
            self.asked = self._asked()
        return super().build_per_event_executor(payload)

    def execute_operation(self, serially: bool | None = None) -> Any:
        """Run the operation, or for one event of a subscription: share it."""
        event, context = self.root_value, self.context_value
        if (
            self.operation.operation is not OperationType.SUBSCRIPTION
            or not isinstance(event, Shareable)
            or not isinstance(context, Context)
        ):
            return super().execute_operation(serially)

        async def work_out() -> ExecutionResult:
            result = super(SharingExecutor, self).execute_operation(serially)
            return cast("ExecutionResult", await result if self.is_awaitable(result) else result)

        own = context.viewer.user if self.is_personal else None
        key = (self.asked, event.sharing_key(), _sight_of(context.viewer), own)
        return context.house.answers.answer(key, work_out)

    def _asked(self) -> Hashable:
        """Return the document and those variables that can change what is selected."""
        operation, values = self.operation, self.variable_values.coerced
        used = self._variables_selected_by()
        chosen = {name: values[name] for name in sorted(values) if used is None or name in used}
        source = operation.loc.source.body if operation.loc else id(operation)
        name = operation.name.value if operation.name else None
        return (source, name, orjson.dumps(chosen, default=repr))

    def _variables_selected_by(self) -> set[str] | None:
        """Return the variables below the root field; its own say only which events there are."""
        used = _Used()
        for selection in self.operation.selection_set.selections:
            if not isinstance(selection, FieldNode) or selection.selection_set is None:
                self.is_personal = True
                return None
            visit(selection.selection_set, used)
        seen: set[str] = set()
        while unseen := used.fragments - seen:
            seen |= unseen
            for name in unseen:
                visit(self.fragment_definitions[name], used)
        self.is_personal = bool(used.fields & PERSONAL)
        return used.variables


class _Used(Visitor):
    """Finds the variables and fragments that a selection mentions."""

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


def _sight_of(viewer: Viewer) -> Hashable:
    """Return what decides what a viewer may see."""
    return (frozenset(viewer.roles.items()), viewer.is_system_admin, viewer.scopes)
