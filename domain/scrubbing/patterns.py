"""Values that are a secret wherever they stand: in a message, a local variable, a request body.

Every pattern is linear in the length of its text: bounded, possessive, or tied to a boundary.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address

from domain.scrubbing.names import FILTERED

_CARD_LENGTHS = range(13, 20)
_BRANDS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11,16}|35(?:2[89]|[3-8]\d)\d{12,15}"
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12,15}|(?:62|81)\d{14,17}|(?:50|5[6-8]|6[0-9])\d{11,17}"
)
_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_PIECE = re.compile(r"\d+")
_HARMLESS = frozenset({"none", "null", "nil", "true", "false", "undefined", "nan"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pattern:
    """One kind of secret: how to find it in a text, and what to put there instead.

    In a line of source code the right-hand side is mostly an expression, and only a literal is a
    secret; a pattern for which that matters has another replacement there.
    """

    rule: str
    found_by: re.Pattern[str]
    instead: str | Callable[[re.Match[str]], str]
    instead_in_source: Callable[[re.Match[str]], str] | None = None

    def sub(self, text: str, *, in_source: bool) -> str:
        """Return a text without the secrets of this kind."""
        replacement = (in_source and self.instead_in_source) or self.instead
        return self.found_by.sub(replacement, text)


def is_card(digits: str) -> bool:
    """Say whether these digits are a payment card's number: a known brand and a right check sum."""
    if not _BRANDS.fullmatch(digits) or len(set(digits)) == 1:
        return False
    backwards = [int(digit) for digit in reversed(digits)]
    return (sum(backwards[::2]) + sum(_DOUBLED[digit] for digit in backwards[1::2])) % 10 == 0


def is_iban(text: str) -> bool:
    """Say whether a text is an international bank account number, by its check sum."""
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def _without_card(match: re.Match[str]) -> str:
    text = match.group()
    pieces = list(_PIECE.finditer(text.replace("%20", "%  ")))
    if len(pieces) > 6:
        return "[Filtered:card]" if is_card("".join(map(re.Match.group, pieces))) else text
    for count in range(len(pieces), 0, -1):
        for first in range(len(pieces) - count + 1):
            taken = pieces[first : first + count]
            digits = "".join(map(re.Match.group, taken))
            if len(digits) in _CARD_LENGTHS and is_card(digits):
                return f"{text[: taken[0].start()]}[Filtered:card]{text[taken[-1].end() :]}"
    return text


def _without_iban(match: re.Match[str]) -> str:
    return "[Filtered:iban]" if is_iban(match.group().replace(" ", "")) else match.group()


def _without_address(match: re.Match[str]) -> str:
    text = match.group()
    try:
        ip_address(text)
    except ValueError:
        return text
    return "[Filtered:ip]"


def _without_value(match: re.Match[str]) -> str:
    before, name, quote, value = match.group("before", "name", "quote", "value")
    if not value or value.startswith(FILTERED[:-1]) or value.lower() in _HARMLESS:
        return match.group()
    if value.isdigit() and name.lower().endswith("tokens"):
        return match.group()
    return f"{before}{quote or ''}{FILTERED}{match.group('closing') or ''}"


def _without_literal(match: re.Match[str]) -> str:
    return _without_value(match) if match.group("quote") else match.group()


CARD = Pattern(
    rule="tocsin:card",
    found_by=re.compile(
        r"(?<![0-9A-Za-z])(?<!\d\.)[2-68](?:(?:[ +-]|%20)?\d){12,18}(?![0-9A-Za-z])"
    ),
    instead=_without_card,
)
IBAN = Pattern(
    rule="tocsin:iban",
    found_by=re.compile(
        r"(?<![0-9A-Za-z])[A-Z]{2}\d\d(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,3})?(?![0-9A-Za-z])"
    ),
    instead=_without_iban,
)
EMAIL = Pattern(
    rule="tocsin:email",
    found_by=re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
    instead="[Filtered:email]",
)
ADDRESS = Pattern(
    rule="tocsin:ip",
    found_by=re.compile(
        r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:])"
    ),
    instead=_without_address,
)
PRIVATE_KEY = Pattern(
    rule="tocsin:private-key",
    found_by=re.compile(
        r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY[A-Z ]{0,20}-----"
        r"[\s\S]*?(?:-----END[A-Z ]{0,60}-----|\Z)"
    ),
    instead="[Filtered:private-key]",
)
JWT = Pattern(
    rule="tocsin:token",
    found_by=re.compile(r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)*"),
    instead="[Filtered:token]",
)
BEARER = Pattern(
    rule="tocsin:token",
    found_by=re.compile(
        r"(?<!\w)(bearer)\s{1,4}(?=[\w.~+/=-]{0,512}\d)[\w.~+/=-]{8,}", re.IGNORECASE
    ),
    instead=r"\1 [Filtered:token]",
)
# Keys that say themselves whose they are: AWS, GitHub, GitLab, Slack, Stripe, Google, Anthropic.
BRANDED_KEY = Pattern(
    rule="tocsin:key",
    found_by=re.compile(
        r"(?<![0-9A-Za-z])(?:(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Z])|gh[ops]_[0-9A-Za-z]{20,}"
        r"|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[0-9A-Za-z-]{10,}"
        r"|[rs]k_(?:live|test)_[0-9A-Za-z]{10,}|AIza[\w-]{35}|sk-ant-[\w-]{16,})"
    ),
    instead="[Filtered:key]",
)
USER_INFO = Pattern(
    rule="tocsin:password",
    found_by=re.compile(r"(://[^\s/?#@:\"'<>\\]{0,256}:)[^\s/?#\"'<>\\]{1,512}@"),
    instead=rf"\1{FILTERED}@",
)
_VALUE = (
    r"(?P<quote>\\?\"|\\?')?(?P<value>(?(quote)(?:(?!(?P=quote))(?:\\.|[^\r\n]))*+"
    r"|[^\s\"'&;,)\]}>]++))(?P<closing>(?(quote)(?P=quote)?))"
)
ASSIGNED = Pattern(
    rule="tocsin:password",
    found_by=re.compile(
        r"(?=[apst])(?P<before>(?<!unexpected )(?P<name>(?:passw(?:or)?d|passphrase|pwd|secret"
        r"|token|api[_-]?key|sess(?:ion)?id|(?<=[._-])session(?==)|(?<=connect\.)sid(?==)"
        r"|(?<![^\W_])pass(?=\s?=|\\?[\"']))[\w-]{0,32})(?:\\?[\"'])?\]?\s{0,4}"
        r"(?:=>|=(?!=)|:(?!:))\s{0,4})" + _VALUE,
        re.IGNORECASE,
    ),
    instead=_without_value,
    instead_in_source=_without_literal,
)
HEADER_LINE = Pattern(
    rule="tocsin:password",
    found_by=re.compile(
        r"(?=[ac])(?P<before>(?P<name>authorization|cookies?)(?:\\?[\"'])?\s{0,4}[:=](?!=)\s{0,4})"
        r"(?P<quote>\\?[\"'])?(?P<value>[^\"'\r\n\\]{2,})(?P<closing>)",
        re.IGNORECASE,
    ),
    instead=_without_value,
    instead_in_source=_without_literal,
)
