"""`python -m server`: the same as the command `tocsin`."""

from server.cli import main

main()
