"""Events: what an SDK sends about one failure, from bytes to a repaired and scrubbed object."""

from domain.events.document import Document, parse
from domain.events.event import Event, Frame
from domain.events.normalising import normalise, reread, with_frames_reread

__all__ = ["Document", "Event", "Frame", "normalise", "parse", "reread", "with_frames_reread"]
