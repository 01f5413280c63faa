"""The grouping of an event: its hashes in the order of their strength.

The stack comes first, the message only where no stack says where it happened. Every hash that is
given is strong: an event belongs to the error that has any of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from domain.events.event import Event
from domain.events.limits import TITLE
from domain.events.shapes import clipped
from domain.events.stacks import frames_in, told_frames
from domain.grouping.config import DEFAULT, GroupingConfig
from domain.grouping.explaining import explain
from domain.grouping.fingerprints import expanded, is_default
from domain.grouping.hashes import Hash, HashKind, hash_of
from domain.grouping.messages import clean_message
from domain.grouping.rules import Applied, Rule, applied
from domain.grouping.stacks import Reading, read, said_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """The hashes of an event, the strongest first, and why they are what they are.

    After its own hashes stand the fallbacks: those that it would have had before a change.
    """

    hashes: tuple[Hash, ...]
    title: str | None = None
    rule: Rule | None = field(default=None, compare=False)
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
    rules = applied(config.rules, event, config.service)
    readings = _readings(event, config, rules)
    own = _hashes(event, readings, config, rules)
    by = rules.fingerprint
    back = _fallbacks(event, own, config, rules) if config.before else ()
    return Grouping(
        hashes=own + back,
        title=clipped(expanded(by.title, event), TITLE) if by and by.title else None,
        rule=by,
        _explain=lambda: explain(event, readings, own, config, rules),
    )


def _hashes(
    event: Event, readings: Sequence[Reading], config: GroupingConfig, rules: Applied
) -> tuple[Hash, ...]:
    default = _default_hashes(event, readings, config)
    by = rules.fingerprint
    if by is not None and (decided := _fingerprint_hashes("rule", by.fingerprint, event, default)):
        return decided
    return _fingerprint_hashes("sender", event.fingerprint, event, default) or default


def _fallbacks(
    event: Event, own: tuple[Hash, ...], config: GroupingConfig, rules: Applied
) -> tuple[Hash, ...]:
    if rules.fingerprint is not None and rules.fingerprint.begins_new_errors:
        return ()
    known = {each.value for each in own}
    found: dict[bytes, Hash] = {}
    for before in config.before:
        then = applied(before.rules, event, before.service)
        if before.version == config.version and then.effects == rules.effects:
            continue
        for each in _hashes(event, _readings(event, before, then), before, then):
            if each.value not in known:
                found.setdefault(each.value, replace(each, is_fallback=True))
    return tuple(found.values())


def _readings(event: Event, config: GroupingConfig, rules: Applied) -> list[Reading]:
    body = event.body
    exceptions = body["exception"]["values"] if "exception" in body else []
    # An SDK that attaches a stack to a plain message sends it as an exception without a type.
    if exceptions and ("logentry" not in body or any(each.get("type") for each in exceptions)):
        return [read(each, frames_in(each), event.platform, config, rules) for each in exceptions]
    frames = [] if "logentry" in body else told_frames(body)
    return [read({}, frames, event.platform, config, rules)] if frames else []


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


def _fingerprint_hashes(
    whose: str, said: tuple[str, ...], event: Event, default: tuple[Hash, ...]
) -> tuple[Hash, ...]:
    if not said or all(map(is_default, said)):
        return default if whose == "rule" else ()
    version = default[0].version
    parts = ["" if is_default(part) else expanded(part, event) for part in said]
    if not any(map(is_default, said)):
        made = hash_of(HashKind.FINGERPRINT, version, (whose, *parts))
        return (made,) if any(parts) else ()
    return tuple(
        hash_of(HashKind.FINGERPRINT, version, (whose, each.value.hex(), *parts))
        for each in default
    )
