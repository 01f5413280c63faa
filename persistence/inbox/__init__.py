"""The inbox: what was accepted and waits for the digest."""
