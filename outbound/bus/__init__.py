"""The bus: the bell that processes ring for each other; the log stays in the database."""

from outbound.bus.backend import BusCounts
from outbound.bus.bus import Bus

__all__ = ["Bus", "BusCounts"]
