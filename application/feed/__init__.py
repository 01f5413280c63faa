"""The live feed: every listener sees every change once and in order, whatever the bus loses."""

from application.feed.hub import Hub
from application.feed.listener import Listener
from application.feed.pending import FeedBatch, FeedCounts
from application.feed.reader import FeedExtent, FeedReader

__all__ = ["FeedBatch", "FeedCounts", "FeedExtent", "FeedReader", "Hub", "Listener"]
