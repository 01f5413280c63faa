"""The grouping of an event: its hashes in the order of their strength.

The stack comes first, the message only where no stack says where it happened. Every hash that is
given is strong: an event belongs to the error that has any of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.events.event import Event
from domain.events.stacks import frames_in, told_frames
from domain.grouping.config import DEFAULT, GroupingConfig
from domain.grouping.explaining import explain
from domain.grouping.fingerprints import expanded, is_default
from domain.grouping.hashes import Hash, HashKind, hash_of
from domain.grouping.messages import clean_message
from domain.grouping.stacks import Reading, read, said_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """The hashes of an event, the strongest first, and why they are what they are."""

    hashes: tuple[Hash, ...]
    _explain: Callable[[], dict[str, Any]] = field(repr=False, compare=False)

    @property
    def primary(self) -> Hash:
        """The hash that a new error is known by."""
        return self.hashes[0]

    @property
    def explanation(self) -> dict[str, Any]:
        """What counted and what did not, in sentences; it is made only when it is asked for."""
        return self._explain()


def group(event: Event, *, config: GroupingConfig = DEFAULT) -> Grouping:
    """Return the grouping of an event."""
    readings = _readings(event, config)
    default = _default_hashes(event, readings, config)
    hashes = _sender_hashes(event, default, config) or default
    return Grouping(hashes=hashes, _explain=lambda: explain(event, readings, hashes, config))


def _readings(event: Event, config: GroupingConfig) -> list[Reading]:
    body = event.body
    exceptions = body["exception"]["values"] if "exception" in body else []
    # An SDK that attaches a stack to a plain message sends it as an exception without a type.
    if exceptions and ("logentry" not in body or any(each.get("type") for each in exceptions)):
        return [read(each, frames_in(each), event.platform, config) for each in exceptions]
    frames = [] if "logentry" in body else told_frames(body)
    return [read({}, frames, event.platform, config)] if frames else []


def _default_hashes(
    event: Event, readings: Sequence[Reading], config: GroupingConfig
) -> tuple[Hash, ...]:
    app = _stack_parts(readings, own_only=True)
    full = _stack_parts(readings, own_only=False)
    hashes = []
    if app:
        kind = HashKind.CHAIN if len(readings) > 1 else HashKind.APP_STACK
        hashes.append(hash_of(kind, config.version, app))
    if full and full != app:
        hashes.append(hash_of(HashKind.FULL_STACK, config.version, full))
    if not hashes:
        hashes.append(hash_of(HashKind.MESSAGE, config.version, _message_parts(event, readings)))
    return tuple(hashes)


def _stack_parts(readings: Sequence[Reading], *, own_only: bool) -> list[str]:
    told: dict[tuple[str, ...], None] = {}
    says_where = False
    for reading in readings:
        verdicts = reading.verdicts
        if own_only:
            verdicts = [v for v, own in zip(verdicts, reading.own, strict=True) if own]
        frames = said_by(verdicts)
        says_where = says_where or bool(frames)
        parts = ["raised", reading.type_name]
        for frame in frames:
            parts += ("frame", *frame)
        told[tuple(parts)] = None
    return [part for parts in told for part in parts] if says_where else []


def _message_parts(event: Event, readings: Sequence[Reading]) -> list[str]:
    if any(reading.type_name or reading.value for reading in readings):
        told = {
            ("raised", reading.type_name, "said", clean_message(reading.value)): None
            for reading in readings
        }
        return [part for parts in told for part in parts]
    entry = event.body.get("logentry") or {}
    template = entry.get("message") or entry.get("formatted") or ""
    if not template:
        return ["nothing", event.platform, event.culprit]
    # A message says little, so the part of the program that wrote it counts as well.
    return ["said", clean_message(template), "by", event.component or ""]


def _sender_hashes(
    event: Event, default: tuple[Hash, ...], config: GroupingConfig
) -> tuple[Hash, ...]:
    sent = event.fingerprint
    if not sent or all(map(is_default, sent)):
        return ()
    has_default = any(map(is_default, sent))
    parts = ["" if is_default(part) else expanded(part, event) for part in sent]
    if not has_default:
        return (
            (hash_of(HashKind.FINGERPRINT, config.version, ("sender", *parts)),)
            if any(parts)
            else ()
        )
    return tuple(
        hash_of(HashKind.FINGERPRINT, config.version, ("sender", each.value.hex(), *parts))
        for each in default
    )
