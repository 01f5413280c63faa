"""Garbage collection for processes that live long and make much that is short-lived."""

import gc


def settle() -> None:
    """Leave what start-up made alone from now on, and look at young objects less often.

    Measured: the collector was a quarter of the time of a busy feed, and a tenth of the digest's.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
