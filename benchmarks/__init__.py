"""Benchmarks: what the product reaches on this machine, measured as its users would feel it."""
