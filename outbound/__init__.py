"""Hands: one file or folder per counterpart outside the process."""
