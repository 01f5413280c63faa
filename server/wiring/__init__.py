"""Wiring: the only place that knows everything, and builds it once for each process.

One file for each kind of process: none carries in memory what only another needs.
"""
