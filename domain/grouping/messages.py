"""Messages: what stays of a message when everything is gone that differs from time to time."""

import re

LINES = 2
_LONGEST = 600

# The first that fits wins, so the longer shapes come before their parts.
_VARIABLE = re.compile(
    r"""
    (?<![^\W_])
    (?:(?<![\w.+-])(?P<email>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})
    | \b(?P<url>[a-z][a-z0-9+.-]{1,20}://[^\s"'<>)\]},;]+)
    | (?P<traceparent>\b[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\b)
    | (?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)
    | (?P<date>
        \b\d{4}-[01]\d-[0-3]\d(?:[T ][0-2]\d:[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?
          (?:\ ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?)?(?!\w)
      | \b(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\ )?
          (?:\d{1,2}\ (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\ \d{4}
            |(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\ \d{1,2},?\ \d{4})
          (?:,?\ \d{1,2}:\d\d(?::\d\d)?(?:\ (?:UTC|GMT|[ap]m|[+-]\d{4}))?)?(?!\w)
      | \b\d{1,2}[/.]\d{1,2}[/.]\d{4}\b
      | \b[0-2]?\d:[0-5]\d:[0-5]\d(?:[.,]\d{1,9})?(?:\ ?[ap]m)?\b
      )
    | (?P<ip>(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\w.]*\w)
        | (?<![\w:])(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){7}
        | (?=[0-9a-f:]*::)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:]))
    | (?P<host>\b(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,8}
        (?:com|net|org|io|dev|app|cloud|local|internal|co|uk|de|fr|eu|us|info|biz|test|example|svc)
        (?::\d{1,5})?(?![\w.]*\w) | \blocalhost(?::\d{1,5})?\b)
    | (?P<hex>\b0x[0-9a-f]+\b)
    | (?P<duration>(?<![\w.])\d+(?:\.\d+)?\ ?
        (?:ns|us|µs|ms|msec|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?)(?!\w))
    | (?P<sha>(?:[0-9a-f]{64}|[0-9a-f]{40})\b)
    | (?P<md5>[0-9a-f]{32}\b)
    | (?P<path>(?<![\w/.:\\])
        (?:(?-i:/(?:var|tmp|home|usr|etc|opt|srv|mnt|media|dev|proc|Users|Volumes))
            (?:/[\w.@+~-]{1,200})+
        |(?:/[\w@+~-][\w.@+~-]{0,200})+\.[a-z]\w{0,7}(?![\w/.])
        |[a-z]:(?:\\[\w.@+~$-]{1,200})+))
    | (?P<id>(?:(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,128}
        |(?=[a-z]*\d[a-z]*\d)(?=\d*[a-z])[a-z0-9]{10,128})\b)
    | (?P<float>(?<![\w.])[+-]?\d+\.\d+(?:e[+-]?\d+)?(?![\w.]*\w))
    | (?P<kept>\b(?:code|status|errno|error|http)(?:\ code)?[:=]?\ ?\d{1,5}\b)
    | (?P<int>(?<![\w.])-?\d+(?!\w)|(?<=[_-])\d+\b)
    | (?<==)\ ?(?P<quoted>"[^"]*"|'[^']*')
    | (?<==)\ ?(?P<bool>(?:true|false)\b)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
# Every kind of value has one of these signs.
_HINT = re.compile(r"[0-9@=]|::|\w\.\w|//|/\w|:\\|localhost")


def clean_message(text: str) -> str:
    """Return the first lines of a message with every value replaced by what kind of value it is."""
    lines = [line for raw in text[: _LONGEST * 2].splitlines() if (line := " ".join(raw.split()))]
    start = "\n".join(lines[:LINES])[:_LONGEST]
    return _VARIABLE.sub(_kind, start) if _HINT.search(start) else start


def _kind(found: re.Match[str]) -> str:
    # What a status or an error code says is what went wrong.
    return found.group() if found.lastgroup == "kept" else f"<{found.lastgroup}>"
