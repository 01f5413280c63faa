"""What people sign in with: the parts that `serve` and the command line share."""

from dataclasses import dataclass

from application.attempts import AttemptUseCases
from application.background import Background
from application.clock import Clock
from application.invitations import InvitationUseCases
from application.oidc import OidcUseCases
from application.passwords import PasswordUseCases
from application.ports import Mailer, PasswordHasher
from application.sign_ins import SignInUseCases
from outbound.email import SmtpMailer
from outbound.oidc_terms import Client
from persistence.database import Database
from server.settings import Settings
from server.wiring.base import CLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everything by which people come in."""

    sign_ins: SignInUseCases
    passwords: PasswordUseCases
    invitations: InvitationUseCases
    background: Background


def people_of(
    database: Database,
    hasher: PasswordHasher,
    *,
    public_url: str,
    mailer: Mailer | None = None,
    clock: Clock = CLOCK,
) -> People:
    """Build it."""
    attempts = AttemptUseCases(database=database, clock=clock)
    background = Background()
    sign_ins = SignInUseCases(
        database=database, clock=clock, hasher=hasher, attempts=attempts, background=background
    )
    return People(
        sign_ins=sign_ins,
        passwords=PasswordUseCases(
            database=database,
            clock=clock,
            hasher=hasher,
            attempts=attempts,
            sign_ins=sign_ins,
            background=background,
            mailer=mailer,
            public_url=public_url,
        ),
        invitations=InvitationUseCases(
            database=database,
            clock=clock,
            hasher=hasher,
            attempts=attempts,
            sign_ins=sign_ins,
            mailer=mailer,
            public_url=public_url,
        ),
        background=background,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc:
    """How people sign in at a provider."""

    client: Client
    use: OidcUseCases


def oidc_of(settings: Settings, database: Database, people: People) -> Oidc | None:
    """Return how people sign in at the provider, None where there is none."""
    if settings.oidc is None:
        return None
    from outbound.oidc import OidcClient  # heavy, and not needed without a provider

    redirect_uri = f"{settings.public_url}/auth/oidc/callback"
    return Oidc(
        client=OidcClient(settings.oidc.provider, redirect_uri=redirect_uri),
        use=OidcUseCases(
            database=database,
            clock=CLOCK,
            sign_ins=people.sign_ins,
            mapping=settings.oidc.mapping,
        ),
    )


def mailer_of(settings: Settings) -> SmtpMailer | None:
    """Return what sends e-mails, None when none can be sent."""
    if settings.smtp_url is None:
        return None
    return SmtpMailer(settings.smtp_url, sender=settings.mail_from)
