"""The GraphQL door: types, queries, mutations and live feeds."""
