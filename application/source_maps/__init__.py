"""Use cases of source maps: stacks are made readable, at once or as soon as their maps arrive."""

from application.source_maps.late import LateMaps
from application.source_maps.resolver import SourceMapResolver
from application.source_maps.source_maps import MapReader, SourceMaps

__all__ = ["LateMaps", "MapReader", "SourceMapResolver", "SourceMaps"]
