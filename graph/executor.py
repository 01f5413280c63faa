"""The executor: strawberry's own, taught that a resolver may hand over finished JSON."""

from typing import Any

import orjson
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext


class Raw:
    """A whole answer as JSON text, shaped by its selection already; nobody looks into it again."""

    __slots__ = ("data",)

    def __init__(self, data: str) -> None:
        self.data = data


class FragmentExecutor(StrawberryGraphQLCoreExecutionContext):
    """Embeds `Raw` where an object is due; `orjson.dumps` then copies its bytes unparsed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Strawberry always passes a manager, and graphql-core then asks it for every single field.
        manager = self.middleware_manager
        if manager is not None and not manager.middlewares:
            self.middleware_manager = None

    def complete_object_value(
        self, return_type: Any, details: Any, info: Any, path: Any, result: Any, position: Any
    ) -> Any:
        """Complete an object, unless it is complete."""
        if type(result) is Raw:
            return orjson.Fragment(result.data)
        return super().complete_object_value(return_type, details, info, path, result, position)

    def complete_abstract_value(
        self, return_type: Any, details: Any, info: Any, path: Any, result: Any, position: Any
    ) -> Any:
        """Complete an object of which only the interface is known, unless it is complete."""
        if type(result) is Raw:
            return orjson.Fragment(result.data)
        return super().complete_abstract_value(return_type, details, info, path, result, position)
