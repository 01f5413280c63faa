"""User agents: which browser, system and device a program says that it runs on."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from ua_parser import Parser
from ua_parser.loaders import load_builtins
from ua_parser.regex import Resolver

from domain.telemetry.devices import device_type_of
from domain.telemetry.kinds import DeviceType

_REMEMBERED = 4096
_LONGEST = 1000
_UNNAMED = re.compile(r"^(?:Generic|Other|Spider)\b")
_DESKTOP_SYSTEMS = frozenset({"Windows", "Mac OS X", "Linux", "Ubuntu", "Chrome OS", "Fedora"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UserAgent:
    """What a user agent says; what it does not say is None."""

    browser: str | None
    browser_version: str | None
    system: str | None
    system_version: str | None
    device: str | None
    brand: str | None
    device_type: DeviceType


@cache
def _parser() -> Parser:
    # Some hundreds of patterns: made when the first user agent comes, and not before.
    return Parser(Resolver(load_builtins()))


@lru_cache(maxsize=_REMEMBERED)
def read_user_agent(text: str) -> UserAgent:
    """Return what a user agent says."""
    found = _parser().parse(text[:_LONGEST])
    browser, system, device = found.user_agent, found.os, found.device
    kind = device_type_of(text)
    if kind is DeviceType.UNKNOWN and system and system.family in _DESKTOP_SYSTEMS:
        kind = DeviceType.DESKTOP
    named = device is not None and not _UNNAMED.match(device.family)
    return UserAgent(
        browser=browser.family if browser else None,
        browser_version=_version(browser.major, browser.minor, browser.patch) if browser else None,
        system=system.family if system else None,
        system_version=_version(system.major, system.minor, system.patch) if system else None,
        device=device.family if device and named else None,
        brand=device.brand if device and named else None,
        device_type=kind,
    )


def _version(*numbers: str | None) -> str | None:
    said = []
    for number in numbers:
        if number is None:
            break
        said.append(number)
    return ".".join(said) or None
