"""Devices: what a page was seen on, as far as its browser says."""

import re

from domain.telemetry.kinds import ConnectionType, DeviceType

_BOT = re.compile(r"bot\b|crawler|spider|slurp|lighthouse|headless", re.IGNORECASE)
_TABLET = re.compile(r"ipad|tablet|kindle|silk/|android(?!.*mobile)", re.IGNORECASE)
_MOBILE = re.compile(r"mobi|iphone|ipod|android", re.IGNORECASE)
_BROWSER = re.compile(r"mozilla|opera", re.IGNORECASE)
_SPELLINGS = {"slow-2g": ConnectionType.SLOW_2G}


def device_type_of(user_agent: str | None) -> DeviceType:
    """Return the device that a browser names itself of."""
    if not user_agent:
        return DeviceType.UNKNOWN
    for pattern, device in (
        (_BOT, DeviceType.BOT),
        (_TABLET, DeviceType.TABLET),
        (_MOBILE, DeviceType.MOBILE),
        (_BROWSER, DeviceType.DESKTOP),
    ):
        if pattern.search(user_agent):
            return device
    return DeviceType.UNKNOWN


def connection_type_of(said: str | None) -> ConnectionType | None:
    """Return the connection that a browser says it has; None when it says nothing."""
    if not said:
        return None
    word = said.lower()
    try:
        return _SPELLINGS.get(word) or ConnectionType(word)
    except ValueError:
        return ConnectionType.UNKNOWN
