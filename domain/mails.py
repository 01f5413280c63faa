"""E-mails that Tocsin writes to people about their sign-in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One e-mail of plain text."""

    to: str
    subject: str
    text: str


def invitation_mail(to: str, organization: str, inviter: str, link: str) -> Mail:
    """Return the e-mail of an invitation."""
    organization, inviter = _one_line(organization), _one_line(inviter)
    return Mail(
        to=to,
        subject=f"You are invited to {organization} on Tocsin",
        text=(
            f"{inviter} invites you to {organization} on Tocsin.\n\n"
            f"Accept within seven days:\n{link}\n\n"
            "If you do not know what this is about, do nothing.\n"
        ),
    )


def reset_mail(to: str, link: str) -> Mail:
    """Return the e-mail with which a new password is set."""
    return Mail(
        to=to,
        subject="Set a new password for Tocsin",
        text=(
            f"Somebody, probably you, asked for a new password for {to} on Tocsin.\n\n"
            f"Set it within an hour:\n{link}\n\n"
            "If it was not you, do nothing: your password stays as it is.\n"
        ),
    )


def _one_line(text: str) -> str:
    """Return a name without line breaks, which would make another header or paragraph of it."""
    return " ".join(text.split())[:100]
