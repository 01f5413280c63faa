"""The digest: turns accepted items into errors and occurrences, a batch at a time."""

from application.digest.use_case import Digest

__all__ = ["Digest"]
