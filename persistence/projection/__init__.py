"""Projections: a tree of what is wanted becomes one statement, and PostgreSQL writes the JSON.

`picks` is the tree, `entities` the kinds of things that can be declared, `declared` those that are.
`compiler` and `connections` make the statement, `plans` keeps it. Nothing here knows GraphQL.
"""
