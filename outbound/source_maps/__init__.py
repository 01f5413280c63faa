"""Source maps, read by a process of its own: what is in them may end it, and nothing else."""

from outbound.source_maps.reader import MapReader

__all__ = ["MapReader"]
