"""Texts that clients send, as far as the database can take them."""

from typing import Annotated

import strawberry

from domain.failures import Invalid

OnceKey = Annotated[
    str | None,
    strawberry.argument(
        description="A text of your own, 100 characters at most: asked again with it, no second one"
        " is made."
    ),
]


def text_of(text: str, *, field: str, maximum: int) -> str:
    """Return the text, or refuse one that is too long or that PostgreSQL cannot hold."""
    if len(text) > maximum:
        raise Invalid(f"At most {maximum} characters are taken.", field=field)
    if "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise Invalid("The text has a character that cannot be stored.", field=field)
    return text


def optional_text_of(text: str | None, *, field: str, maximum: int) -> str | None:
    """Return the text, or None when there is none."""
    return None if text is None else text_of(text, field=field, maximum=maximum)
