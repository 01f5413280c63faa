"""How GraphQL travels: over HTTP, over WebSocket, and the page to try it on."""

from graph.transport.http import GraphQLApp

__all__ = ["GraphQLApp"]
