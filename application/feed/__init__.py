"""The live feed: every listener sees every change once and in order, whatever the bus loses."""

from application.feed.hub import Hub
from application.feed.listener import Listener
from application.feed.pending import FeedBatch, FeedCounts, folded
from application.feed.reader import FeedExtent, FeedPage, FeedReader, HubClosed

__all__ = [
    "FeedBatch",
    "FeedCounts",
    "FeedExtent",
    "FeedPage",
    "FeedReader",
    "Hub",
    "HubClosed",
    "Listener",
    "folded",
]
