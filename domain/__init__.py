"""Rules and state of error monitoring: pure, without clock, ids of its own, I/O or library."""
