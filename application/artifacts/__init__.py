"""Use cases of artifacts: what builds upload, and what becomes of it."""

from application.artifacts.assembling import Assembling
from application.artifacts.jobs import ASSEMBLE, RESOLVE_LATE, ArtifactJobs
from application.artifacts.uploads import ArtifactUploads

__all__ = ["ASSEMBLE", "RESOLVE_LATE", "ArtifactJobs", "ArtifactUploads", "Assembling"]
