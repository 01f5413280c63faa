"""Names: how Python's are spelled in the API, remembered as each call asks for them."""

from strawberry.schema.name_converter import HasGraphQLName, NameConverter


class RememberedNames(NameConverter):
    """Spells names as strawberry does; without it a regular expression runs for each argument."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, str] = {}

    def get_graphql_name(self, obj: HasGraphQLName) -> str:
        """Return the name of a field or an argument."""
        if obj.graphql_name is not None:
            return obj.graphql_name
        name = obj.python_name
        if (known := self._known.get(name)) is None:
            known = self._known[name] = self.apply_naming_config(name)
        return known
