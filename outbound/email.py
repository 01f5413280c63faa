"""E-mail over SMTP, with the standard library in a thread: few are sent, and none in a hurry."""

import asyncio
import ipaddress
import logging
import smtplib
import ssl
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from domain.mails import Mail

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 10.0
_PORTS = {"smtp": 587, "smtps": 465}


class SmtpMailer:
    """Sends by one server: `smtp://` turns to TLS where it is offered, `smtps://` begins with it.

    A password is sent only under TLS, or to this machine itself.
    """

    def __init__(
        self, url: str, *, sender: str, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or "localhost"
        self._port = parts.port or _PORTS[parts.scheme]
        self._is_tls = parts.scheme == "smtps"
        self._user = None if parts.username is None else unquote(parts.username)
        self._password = unquote(parts.password or "")
        self._sender = sender
        self._patience = patience_seconds

    async def send(self, mail: Mail) -> bool:
        """Send one e-mail; False when the server did not take it, or the address is none."""
        try:
            await asyncio.to_thread(self._send, mail)
        except (OSError, smtplib.SMTPException, ValueError, UnicodeError) as error:
            # The reason may name the address, but never what is in the e-mail.
            log.warning("an e-mail could not be sent", extra={"why": str(error)[:500]})
            return False
        return True

    def _send(self, mail: Mail) -> None:
        message = self._message(mail)
        context = ssl.create_default_context()
        with self._connected(context) as server:
            server.ehlo()
            is_safe = self._is_tls or _is_this_machine(self._host)
            if not self._is_tls and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
                is_safe = True
            if self._user is not None:
                if not is_safe:
                    raise smtplib.SMTPException("the server offers no TLS for the password")
                server.login(self._user, self._password)
            server.send_message(message)

    def _connected(self, context: ssl.SSLContext) -> smtplib.SMTP:
        if self._is_tls:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=self._patience, context=context)
        return smtplib.SMTP(self._host, self._port, timeout=self._patience)

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2].strip("> "))
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
