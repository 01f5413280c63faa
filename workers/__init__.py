"""Clock doors: loops that claim due work and call a use case."""
