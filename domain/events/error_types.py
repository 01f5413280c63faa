"""Error types: what kind of thing failed, guessed from how the failure is called.

The first row of a table that fits decides. The codes are the built-in ones of an organization.
"""

import re
from functools import lru_cache

# By how the SDK caught it.
_BY_MECHANISM = re.compile(
    r"(?P<crash>^(?:minidump|signalhandler|mach|nsexception|anr|appexitinfo|applehang"
    r"|unreal|watchdog_?termination)$)"
    r"|(?P<network>http\.client)",
    re.IGNORECASE,
)

# By the words in the module and the type of what was raised, without case.
_BY_NAME: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (code, re.compile(words))
    for code, words in (
        (
            "crash",
            r"outofmemory|stackoverflow|segmentation|\bsig(?:segv|abrt|bus|ill|kill)\b|exc_bad_"
            r"|applicationnotresponding|\banr\b|apphang|watchdogtermination|nativecrash|\bpanic\b",
        ),
        ("payment", r"stripe|paypal|braintree|adyen|mollie|payment|billing|\bcarderror|checkout"),
        ("webhook", r"webhook"),
        ("widget", r"widget|embed"),
        (
            "database",
            r"sqlalchemy|psycopg|asyncpg|mysql|sqlite|mongo|redis|prisma|sequelize|typeorm|knex"
            r"|queryfailed|hibernate|java\.sql|sqlexception|pdoexception|activerecord|deadlock"
            r"|django\.db|(?:operational|integrity|programming|database|interface)error",
        ),
        (
            "auth",
            r"\bauth(?!or)|(?<!co)auth(?:enti|ori[sz])|permissiondenied|forbidden|unauthori[sz]ed"
            r"|accessdenied|jwt|invalidtoken|tokenexpired|csrf|oauth|notloggedin|invalidcredential",
        ),
        (
            "validation",
            r"validation|schemaerror|zoderror|pydantic|marshmallow|voluptuous|badrequest"
            r"|unprocessable|constraintviolation|formerror|suspiciousoperation",
        ),
        (
            "network",
            r"connection|connecttimeout|readtimeout|timeout|network|socket|\bdns|gaierror|econn"
            r"|enotfound|unreachable|httpx|aiohttp\.client|urllib3|urlerror|requests\.exceptions"
            r"|axios|fetcherror|chunkload|sslerror|brokenpipe|hostexception",
        ),
        (
            "api",
            r"\bapi|apierror|http(?:error|exception)|http(?:s|response)?status|graphql|grpc"
            r"|responseerror|serviceunavailable|http404|werkzeug\.exceptions|toomanyrequests",
        ),
        (
            "runtime",
            r"(?:^|\W)(?:type|reference|range|syntax|attribute|name|key|index|lookup|value|uri|eval"
            r"|assertion|zerodivision|floatingpoint|arithmetic|runtime|recursion|import|os|io|eof"
            r"|modulenotfound|unboundlocal|notimplemented|unicode\w{0,9}|overflow|buffer|memory"
            r"|nullpointer|nullreference|illegal(?:argument|state)|classcast|nomethod|argument"
            r"|(?:array)?index(?:outofbounds|outofrange)|invalidoperation|concurrentmodification"
            r"|filenotfound|notadirectory|isadirectory|permission|stopiteration|standard"
            r"|numberformat|unsupportedoperation|formaterror)(?:error|exception)$",
        ),
    )
)
_FAILED_FETCH = ("Failed to fetch", "Load failed", "NetworkError when", "Network request failed")
_BROWSER = frozenset({"javascript"})
# What a place says only counts when the name of the failure says little.
_VAGUE = frozenset({"runtime", "javascript", "unknown", "api"})


def error_type_of(
    *,
    platform: str,
    type_name: str,
    module: str,
    mechanism: str,
    handled: bool | None,
    value: str,
    place: str,
) -> str:
    """Return the built-in code of a failure; `place` is its transaction or its path."""
    code = _by_name(platform, type_name, module, mechanism, handled)
    if code not in _VAGUE:
        return code
    if platform in _BROWSER and type_name == "TypeError" and value.startswith(_FAILED_FETCH):
        return "network"
    lowered = place.lower()
    if "webhook" in lowered:
        return "webhook"
    if "widget" in lowered or "embed" in lowered:
        return "widget"
    return code


@lru_cache(maxsize=2048)
def _by_name(
    platform: str, type_name: str, module: str, mechanism: str, handled: bool | None
) -> str:
    if found := _BY_MECHANISM.search(mechanism):
        return str(found.lastgroup)
    name = f"{module}.{type_name}".lower()
    code = next((code for code, words in _BY_NAME if words.search(name)), None)
    in_browser = platform in _BROWSER and bool(type_name)
    if in_browser and handled is False and code in (None, "runtime"):
        return "javascript"
    return code or ("javascript" if in_browser else "unknown")
