"""Scrubbing: what must never be stored is taken out of a document, and the place says so.

Two kinds of rules: names that give a secret away (`password`, `authorization`), whatever their
value, and values that are a secret wherever they stand (a card number, a token, a private key).
"""

from domain.scrubbing.scrubber import Scrubber

__all__ = ["Scrubber"]
