"""Enriching: what we can say of an event beside what its sender said.

Nothing that the sender said is replaced. What a browser names itself becomes its contexts, in the
names that SDKs use for them, and tags to search and count by.
"""

from typing import Any

from domain.events import limits
from domain.events.shapes import clipped
from domain.scrubbing.marks import mark
from domain.telemetry.kinds import DeviceType
from domain.user_agents import UserAgent, read_user_agent

AUTOMATIC = "{{auto}}"


def enrich(body: dict[str, Any], headers: dict[str, str]) -> None:
    """Add browser, system and device to the contexts and tags of an event in shape."""
    if text := headers.get("user-agent"):
        _add_contexts(body, read_user_agent(text))
    if "contexts" in body:
        _add_tags(body)


def _add_contexts(body: dict[str, Any], said: UserAgent) -> None:
    found: dict[str, dict[str, str | None]] = {}
    if said.browser:
        found["browser"] = {"name": said.browser, "version": said.browser_version}
    if said.system:
        found["os"] = {"name": said.system, "version": said.system_version}
    if said.device_type is not DeviceType.UNKNOWN:
        found["device"] = {
            "family": said.device,
            "brand": said.brand,
            "device_type": said.device_type.value,
        }
    if not found:
        return
    contexts = body.setdefault("contexts", {})
    for name, context in found.items():
        if not contexts.get(name):
            contexts[name] = {key: value for key, value in context.items() if value}


def _add_tags(body: dict[str, Any]) -> None:
    contexts, tags = body["contexts"], body.get("tags") or {}
    for tag, name, key in (
        ("browser.name", "browser", "name"),
        ("os.name", "os", "name"),
        ("device.type", "device", "device_type"),
    ):
        context = contexts.get(name)
        value = context.get(key) if context else None
        if type(value) is str and value and tag not in tags and len(tags) < limits.TAGS:
            tags[tag] = clipped(value, limits.TAG_VALUE)
    if tags:
        body["tags"] = tags


def infer_address(body: dict[str, Any], address: str | None) -> None:
    """Fill in the address that a sender leaves to us, or mark that it is not kept."""
    user = body.get("user") or {}
    said = user.get("ip_address")
    if said == AUTOMATIC or (said is None and _asks(body)):
        if address is not None:
            user["ip_address"] = address
            body["user"] = user
        elif said is not None:
            del user["ip_address"]
            mark(body, ("user", "ip_address"), rules=("tocsin:address",), length=len(said))


def _asks(body: dict[str, Any]) -> bool:
    settings = (body.get("sdk") or {}).get("settings")
    return type(settings) is dict and settings.get("infer_ip") == "auto"
