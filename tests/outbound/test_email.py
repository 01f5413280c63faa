"""E-mail, sent to a real SMTP server."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope

from domain.mails import Mail, invitation_mail, reset_mail
from outbound.email import SmtpMailer
from tests.servers import free_port

MAIL = Mail(to="ben@example.com", subject="Grüße", text="Line\n.\nlast: ✓\n")


class Letterbox:
    """Keeps what comes, and refuses one address."""

    def __init__(self) -> None:
        self.came: list[Envelope] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.came.append(envelope)
        return "250 OK"


@pytest.fixture
async def letterbox() -> AsyncIterator[tuple[Letterbox, int]]:
    box, port = Letterbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    await asyncio.to_thread(controller.start)
    yield box, port
    await asyncio.to_thread(controller.stop)


async def test_an_email_arrives_whole(letterbox):
    box, port = letterbox
    mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", sender="Tocsin <tocsin@t.example>")

    assert await mailer.send(MAIL)

    import email
    from email import policy

    [came] = box.came
    assert (came.mail_from, came.rcpt_tos) == ("tocsin@t.example", ["ben@example.com"])
    read = email.message_from_bytes(came.content, policy=policy.default)
    assert (read["subject"], read["to"]) == ("Grüße", "ben@example.com")
    assert read["auto-submitted"] == "auto-generated"
    assert read["message-id"].endswith("@t.example>")
    assert read.get_content().replace("\r\n", "\n") == MAIL.text


async def test_what_the_server_refuses_is_told_and_logged_without_its_text(letterbox, caplog):
    box, port = letterbox
    mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", sender="tocsin@t.example")
    mail = Mail(to="nobody@example.com", subject="s", text="the secret link")

    assert not await mailer.send(mail)

    assert box.came == []
    assert "an e-mail could not be sent" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("to", ["a@b.example\nBcc: evil@example.com", "a\r\n@b.example"])
async def test_an_address_makes_no_header_of_its_own(letterbox, to):
    box, port = letterbox
    mailer = SmtpMailer(f"smtp://127.0.0.1:{port}", sender="tocsin@t.example")

    assert not await mailer.send(Mail(to=to, subject="s", text="t"))
    assert box.came == []


async def test_a_server_that_is_away_is_no_exception(caplog):
    mailer = SmtpMailer(f"smtp://127.0.0.1:{free_port()}", sender="t@t.example", patience_seconds=1)

    assert not await mailer.send(MAIL)


async def test_a_name_and_password_are_shown_to_this_machine():
    shown = []

    def check(server, session, envelope, mechanism, data):
        shown.append((data.login, data.password))
        return AuthResult(success=True)

    port = free_port()
    controller = Controller(
        Letterbox(),
        hostname="127.0.0.1",
        port=port,
        authenticator=check,
        auth_require_tls=False,
    )
    await asyncio.to_thread(controller.start)
    try:
        mailer = SmtpMailer(f"smtp://ada:p%40ss@127.0.0.1:{port}", sender="t@t.example")
        assert await mailer.send(MAIL)
    finally:
        await asyncio.to_thread(controller.stop)

    assert shown == [(b"ada", b"p@ss")]


def test_what_is_written_has_the_link_and_no_lines_of_a_name():
    mail = invitation_mail("a@b.example", "Shop\nBcc: x", "Ada\r\n\r\nClick", "https://t/i#token=1")

    assert mail.subject == "You are invited to Shop Bcc: x on Tocsin"
    assert mail.text.startswith("Ada Click invites you to Shop Bcc: x on Tocsin.\n")
    assert "https://t/i#token=1" in mail.text
    assert "https://t/r" in reset_mail("a@b.example", "https://t/r").text
