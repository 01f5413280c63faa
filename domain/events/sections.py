"""Sections: the attributes of an event other than its stacks, brought into shape one by one."""

import re
from typing import Any

from domain.events import limits
from domain.events.repairs import RepairKind, Repairs
from domain.events.shapes import (
    keep_ends,
    keep_mappings,
    pairs,
    shape_mapping,
    shape_text,
    shape_values,
    spelled,
    words,
)
from domain.levels import LogLevel, level_named
from domain.scrubbing.marks import mark_clipped

_PYTHON_LEVELS = {
    10: LogLevel.DEBUG,
    20: LogLevel.INFO,
    30: LogLevel.WARNING,
    40: LogLevel.ERROR,
    50: LogLevel.CRITICAL,
}
_PLACEHOLDER = re.compile(r"%[sdrif]|\{\}")
_USER_TEXTS = ("id", "username", "email", "ip_address", "name")
_REQUEST_TEXTS = ("url", "method")
_REQUEST_MAPPINGS = ("headers", "cookies", "env")
_FREE_MAPPINGS = ("contexts", "extra", "modules", "sdk", "debug_meta")


def shape_sections(body: dict[str, Any], repairs: Repairs) -> None:
    """Bring everything but the stacks, the level and the time into shape."""
    for key in ("message", "logentry", "sentry.interfaces.Message"):
        if key in body:
            _shape_message(body, repairs)
            break
    _shape_breadcrumbs(body, repairs)
    _shape_request(body, repairs)
    _shape_user(body, repairs)
    _shape_tags(body, repairs)
    for key in _FREE_MAPPINGS:
        if key in body:
            shape_mapping(body, key, key, repairs)
    _shape_modules(body)
    _shape_contexts(body, repairs)
    if "fingerprint" in body:
        _shape_fingerprint(body, repairs)


def shape_level(body: dict[str, Any], repairs: Repairs) -> LogLevel:
    """Return the level; a word that we do not know means error, and is kept as a repair."""
    word = body.get("level")
    level = level_named(word) if isinstance(word, str) else _numbered(word)
    if level is None:
        level = LogLevel.ERROR
        if word is not None:
            repairs.note(RepairKind.INVALID_DATA, "level", was=word)
    body["level"] = level.value
    return level


def _numbered(level: Any) -> LogLevel | None:
    return _PYTHON_LEVELS.get(level) if type(level) is int else None


def _shape_message(body: dict[str, Any], repairs: Repairs) -> None:
    plain = body.pop("message", None)
    entry = body.pop("logentry", None) or body.pop("sentry.interfaces.Message", None)
    if isinstance(plain, dict) and entry is None:
        entry, plain = plain, None
    if not isinstance(entry, dict):
        entry = {} if entry is None else {"formatted": spelled(entry)}
    for key in ("message", "formatted"):
        shape_text(entry, key, f"logentry.{key}", repairs)
    if plain is not None and not entry.get("formatted"):
        entry["formatted"] = spelled(plain)
    if "formatted" not in entry and "message" in entry:
        entry["formatted"] = _formatted(entry["message"], entry.get("params"))
    if entry.get("formatted"):
        body["logentry"] = entry


def _formatted(template: str, params: Any) -> str:
    if not isinstance(params, list) or not params:
        return template
    values = iter(params[: limits.TAGS])
    # Not the % operator: a hostile width would ask for gigabytes.
    text = _PLACEHOLDER.sub(lambda found: spelled(next(values, None)) or found.group(), template)
    return text[: limits.MESSAGE]


def _shape_breadcrumbs(body: dict[str, Any], repairs: Repairs) -> None:
    if "breadcrumbs" not in body:
        return
    crumbs = shape_values(body, "breadcrumbs", repairs)
    path = ("breadcrumbs", "values")
    keep_mappings(body, crumbs, path, repairs)
    if keep_ends(body, crumbs, path, 0, limits.BREADCRUMBS):
        repairs.note(RepairKind.TOO_MANY, "breadcrumbs")
    for crumb in crumbs:
        for key in ("message", "category", "type", "level"):
            if type(crumb.get(key)) is not str and key in crumb:
                crumb[key] = spelled(crumb[key])
        if type(crumb.get("data")) not in (dict, type(None)):
            crumb["data"] = {"value": crumb["data"]}
    if not crumbs:
        body.pop("breadcrumbs", None)


def _shape_request(body: dict[str, Any], repairs: Repairs) -> None:
    request = body.get("request")
    if type(request) is str:
        request = body["request"] = {"url": request}
    if type(request) is not dict:
        if request is not None:
            repairs.note(RepairKind.INVALID_DATA, "request", was=request)
        body.pop("request", None)
        return
    for key in _REQUEST_TEXTS:
        if key in request:
            shape_text(request, key, f"request.{key}", repairs)
    for key in _REQUEST_MAPPINGS:
        value = request.get(key)
        if type(value) is list:
            request[key] = pairs(value)
        elif key in request and type(value) is not dict and not (key == "cookies" and value):
            shape_mapping(request, key, f"request.{key}", repairs)


def _shape_user(body: dict[str, Any], repairs: Repairs) -> None:
    user = body.get("user")
    if type(user) in (str, int):
        user = body["user"] = {"id": words(user)}
    if type(user) is not dict:
        if user is not None:
            repairs.note(RepairKind.INVALID_DATA, "user", was=user)
        body.pop("user", None)
        return
    for key in _USER_TEXTS:
        if key in user:
            shape_text(user, key, f"user.{key}", repairs)


def _shape_tags(body: dict[str, Any], repairs: Repairs) -> None:
    tags = body.get("tags")
    if tags is None:
        body.pop("tags", None)
        return
    if isinstance(tags, list):
        tags = pairs(tags)
    if not isinstance(tags, dict):
        repairs.note(RepairKind.INVALID_DATA, "tags", was=tags)
        tags = {}
    shaped: dict[str, str] = {}
    for key, value in tags.items():
        text = value if type(value) is str else spelled(value)
        if not text or not key:
            continue
        if len(shaped) >= limits.TAGS:
            repairs.note(RepairKind.TOO_MANY, "tags", was=f"{len(tags)} tags")
            break
        if len(text) > limits.TAG_VALUE:
            mark_clipped(body, ("tags", key), length=len(text), kept=limits.TAG_VALUE)
            repairs.note(RepairKind.TOO_LONG, f"tags.{key}")
            text = text[: limits.TAG_VALUE]
        shaped[key[: limits.TAG_KEY]] = text
    body["tags"] = shaped


def _shape_modules(body: dict[str, Any]) -> None:
    modules = body.get("modules")
    if modules:
        try:
            "".join(modules.values())
        except TypeError:
            body["modules"] = {name: spelled(version) or "" for name, version in modules.items()}


def _shape_contexts(body: dict[str, Any], repairs: Repairs) -> None:
    contexts = body.get("contexts") or {}
    for name in [name for name, context in contexts.items() if type(context) is not dict]:
        shape_mapping(contexts, name, f"contexts.{name}", repairs)


def _shape_fingerprint(body: dict[str, Any], repairs: Repairs) -> None:
    sent = body["fingerprint"]
    parts = sent if isinstance(sent, list) else [sent]
    kept = [text[: limits.FINGERPRINT_PART] for part in parts if (text := words(part))]
    kept = kept[: limits.FINGERPRINT_PARTS]
    if kept != sent:
        repairs.note(RepairKind.INVALID_DATA, "fingerprint", was=sent)
    if kept:
        body["fingerprint"] = kept
    else:
        del body["fingerprint"]
