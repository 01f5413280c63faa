"""Source maps: which frames of an event can be read again, and how they read then. Pure."""
