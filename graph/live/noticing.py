"""Noticing: whether a resolver has looked at who the viewer is.

What it returns is then of one person ("mine"), and nobody else may be told of it. To ask resolvers
to say so themselves would be shorter; but one that forgot would tell a stranger what is another's.
"""

from dataclasses import fields
from typing import Any

from domain.viewers import Viewer


class Noticing(Viewer):
    """A viewer who notices that somebody asks who they are, not only what they may."""

    __slots__ = ("is_noticed", "is_sealed")

    is_noticed: bool
    is_sealed: bool

    @classmethod
    def of(cls, viewer: Viewer) -> "Noticing":
        """Return a viewer whom nobody has asked yet."""
        noticing = cls(**{each.name: getattr(viewer, each.name) for each in fields(Viewer)})
        for name in cls.__slots__:
            object.__setattr__(noticing, name, False)
        return noticing

    def seal(self) -> None:
        """Refuse to be asked later: what is shared by then cannot be undone."""
        object.__setattr__(self, "is_sealed", True)

    def __getattribute__(self, name: str) -> Any:
        """Answer as the viewer does."""
        if name == "user" and not self.is_noticed:
            if self.is_sealed:
                raise RuntimeError("A feed looks at who the viewer is in its resolver, or never.")
            object.__setattr__(self, "is_noticed", True)
        return super().__getattribute__(name)
