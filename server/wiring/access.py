"""What people sign in with: the parts that `serve` and the command line share."""

from application.attempts import AttemptUseCases
from application.clock import Clock
from application.ports import PasswordHasher
from application.sign_ins import SignInUseCases
from persistence.database import Database
from server.wiring.base import CLOCK


def signing_in(database: Database, hasher: PasswordHasher, clock: Clock = CLOCK) -> SignInUseCases:
    """Build the use cases of signing in."""
    return SignInUseCases(
        database=database,
        clock=clock,
        hasher=hasher,
        attempts=AttemptUseCases(database=database, clock=clock),
    )
