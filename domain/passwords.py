"""Passwords: what may be one; how it is kept is told nowhere but in its hash (SEC-09)."""

from domain.failures import Invalid

SHORTEST = 12
LONGEST = 200


def checked_password(password: str, *, email: str, field: str = "password") -> str:
    """Return a password that may be used, or refuse it with the reason."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"A password has {SHORTEST} to {LONGEST} characters.", field=field)
    if any("\ud800" <= sign <= "\udfff" for sign in password):
        raise Invalid("The password has a character that is none.", field=field)
    if password.strip().lower() == email.strip().lower():
        raise Invalid("The password must not be the e-mail address.", field=field)
    if len(set(password)) < 4:
        raise Invalid("The password repeats too few characters.", field=field)
    return password
