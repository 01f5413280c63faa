"""Wiring: settings, the application, the command line and the processes."""
