"""What the commands of the command line share: their settings, and one clear line on a failure."""

import logging
import sys
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

import click

from domain.failures import Failure
from server import logs
from server.embedded import EmbeddedPostgresFailed
from server.settings import Settings, SettingsInvalid, from_environment

P = ParamSpec("P")


def with_settings(
    command: Callable[Concatenate[Settings, P], int | None],
) -> Callable[P, None]:
    """Hand a command the settings, and turn expected failures into one clear line."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            settings = from_environment()
            logs.configure(settings.log_format, settings.log_level, command.__name__)
            status = command(settings, *args, **kwargs)
        except (Failure, SettingsInvalid, EmbeddedPostgresFailed) as failure:
            raise click.ClickException(str(failure)) from failure
        except OSError as error:
            logging.getLogger(__name__).debug("failed", exc_info=True)
            raise click.ClickException(f"{error}") from error
        sys.exit(status or 0)

    return run
