"""Explaining: why an event was grouped as it was, in sentences for the people who triage."""

from collections.abc import Sequence
from typing import Any

from domain.events.event import Event
from domain.grouping.config import GroupingConfig
from domain.grouping.hashes import Hash, HashKind
from domain.grouping.messages import clean_message
from domain.grouping.rules import NO_RULES, Applied
from domain.grouping.stacks import Reading, Verdict

_SENTENCES = {
    HashKind.FINGERPRINT: "The sender's own fingerprint decides.",
    HashKind.CHAIN: "The types and the in-app frames of the whole chain of exceptions decide.",
    HashKind.APP_STACK: "The type and the in-app frames decide.",
    HashKind.FULL_STACK: "The types and all frames decide.",
    HashKind.MESSAGE: "No stack says where it happened, so the type and the message decide.",
}
_COUNTS = "It counts by {}."
_NOT_OWN = "It counts only among all frames: it is not in-app."
_AGAIN = "It is ignored: the same frame counted already."


def explain(
    event: Event,
    readings: Sequence[Reading],
    hashes: Sequence[Hash],
    config: GroupingConfig,
    rules: Applied = NO_RULES,
) -> dict[str, Any]:
    """Return what contributed to the hashes of an event, as JSON."""
    by_message = hashes[0].kind is HashKind.MESSAGE
    explanation: dict[str, Any] = {
        "version": config.version,
        "summary": _summary(hashes[0], rules),
        "hashes": [
            {"kind": each.kind.value, "value": each.value.hex(), "because": _SENTENCES[each.kind]}
            for each in hashes
        ],
        "exceptions": [_explained(reading, by_message=by_message) for reading in readings],
    }
    if rules.all:
        explanation["rules"] = [
            {"id": str(rule.id), "name": rule.name, "kind": rule.kind.value} for rule in rules.all
        ]
    if event.fingerprint:
        explanation["fingerprint"] = list(event.fingerprint)
    if by_message and not readings:
        entry = event.body.get("logentry") or {}
        template = entry.get("message") or event.message
        explanation["message"] = clean_message(template)
    return explanation


def _summary(primary: Hash, rules: Applied) -> str:
    if primary.kind is HashKind.FINGERPRINT and rules.fingerprint is not None:
        return f"The fingerprint of the rule “{rules.fingerprint.name}” decides."
    return _SENTENCES[primary.kind]


def _explained(reading: Reading, *, by_message: bool) -> dict[str, Any]:
    if by_message:
        value = f"It counts as “{clean_message(reading.value)}”."
    else:
        value = "It is ignored, because the stack says more."
    seen: set[tuple[str, str, str]] = set()
    return {
        "type": reading.type_name,
        "value": value,
        "frames": [
            {"frame": _named(frame), "because": _reason(verdict, seen, own=own)}
            for frame, verdict, own in zip(
                reading.frames, reading.verdicts, reading.own, strict=True
            )
        ],
    }


def _named(frame: dict[str, Any]) -> str:
    place = frame.get("module") or frame.get("filename") or frame.get("abs_path") or "?"
    return f"{place} in {frame.get('function') or '?'}"


def _reason(verdict: Verdict, seen: set[tuple[str, str, str]], *, own: bool) -> str:
    if verdict.parts is None:
        return verdict.because
    if verdict.parts in seen:
        return _AGAIN
    seen.add(verdict.parts)
    if not own:
        return _NOT_OWN
    names = ("module or file", "function", "text of the line")
    used = [name for name, part in zip(names, verdict.parts, strict=True) if part]
    return _COUNTS.format(", ".join(used))
