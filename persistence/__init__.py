"""Tables and SQL: one file per noun, functions that take a connection and return domain objects."""
