"""Telemetry as it is stored: samples, web vitals, release health, monitors."""
