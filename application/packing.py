"""How the doors pack what they hand over; the format stands beside the bytes."""

from persistence.bodies import pack_quickly as pack

__all__ = ["pack"]
