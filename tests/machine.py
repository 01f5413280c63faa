"""The machine that the tests run on: it may do much else."""

import os


def burden() -> float:
    """Say how many times slower than alone we are: a limit in seconds is for a machine at rest."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
