"""Persisted documents: a text that was sent once with its hash can be asked for by the hash alone.

Each process keeps its own, and only for a while: who is told that a document is not kept sends it
again, as every client of automatic persisted queries does. What is kept is no secret and no right:
it is run with the rights of who asks, and nobody can put another text under a hash.
"""

import hashlib
from collections import OrderedDict

from graph.failures import refusal

KEPT_CHARACTERS = 2_000_000
LONGEST_KEPT = 20_000

HASH_MISMATCH = "PERSISTED_QUERY_HASH_MISMATCH"


class PersistedDocuments:
    """The texts that were sent with their hashes lately, bounded by their length."""

    def __init__(self, kept_characters: int = KEPT_CHARACTERS) -> None:
        self.characters = 0
        self._limit = kept_characters
        self._texts: OrderedDict[str, str] = OrderedDict()

    def text_of(self, text: str | None, sha256: str) -> str | None:
        """Return the text that is meant, and keep it; None when only the hash came, unknown."""
        if text is None:
            if (known := self._texts.get(sha256)) is not None:
                self._texts.move_to_end(sha256)
            return known
        if hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest() != sha256:
            raise refusal(HASH_MISMATCH, "The hash is not the SHA-256 of the document.")
        if len(text) <= LONGEST_KEPT:
            self._keep(sha256, text)
        return text

    def _keep(self, sha256: str, text: str) -> None:
        if sha256 not in self._texts:
            self.characters += len(text)
        self._texts[sha256] = text
        self._texts.move_to_end(sha256)
        while self.characters > self._limit:
            _, oldest = self._texts.popitem(last=False)
            self.characters -= len(oldest)
