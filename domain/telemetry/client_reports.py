"""Client reports: what an SDK threw away before it could be sent, and why."""

from collections import Counter

from domain.telemetry.reading import WORD, document_of, mappings_of, text_of, whole_of

MAX_ENTRIES = 100
MAX_QUANTITY = 10_000_000
MAX_REASON = 100


def read_client_report(payload: bytes) -> Counter[tuple[str, str]]:
    """Return how much was discarded, by category and reason; what makes no sense is left out."""
    body = document_of(payload)
    found: Counter[tuple[str, str]] = Counter()
    for entry in mappings_of(body.get("discarded_events"))[:MAX_ENTRIES]:
        category = text_of(entry.get("category"), WORD)
        quantity = whole_of(entry.get("quantity"), least=1, most=MAX_QUANTITY)
        if category is not None and quantity is not None:
            found[category, text_of(entry.get("reason"), MAX_REASON) or "unknown"] += quantity
    return found
