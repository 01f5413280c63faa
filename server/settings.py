"""Settings: the only reader of the environment, one dataclass for every process."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from graph.live.quotas import LiveLimits
from persistence.readers import READS_AT_ONCE
from server.settings_access import Oidc, SettingsInvalid, oidc, secret_keys

__all__ = ["Settings", "SettingsInvalid", "from_environment", "whole_environment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation can choose; the README has the table."""

    data: Path
    database_url: str | None
    database_owner_url: str | None
    redis_url: str | None
    host: str
    port: int
    public_url: str
    allowed_origins: tuple[str, ...]
    forwarded_allow_ips: str
    admin_email: str
    admin_password: str | None
    smtp_url: str | None
    mail_from: str
    api_requests_per_minute: int
    secret_keys: tuple[str, ...]
    oidc: Oidc | None
    log_format: str
    log_level: str
    database_pool: int
    database_reads: int
    feed_retention_hours: int
    occurrence_retention_days: int
    attachment_bytes_per_day: int
    artifact_retention_days: int
    telemetry_retention_days: int
    personal_telemetry_retention_days: int
    spool_bytes: int
    drain_seconds: int
    live_limits: LiveLimits
    digest_processes: int
    new_errors_per_minute: int
    vercel_secrets: tuple[str, ...]
    vercel_verify: str

    @property
    def bus_url(self) -> str:
        """The address of the bus: Redis where there is one, else PostgreSQL itself."""
        return self.redis_url or self.needed_database_url

    @property
    def needed_database_url(self) -> str:
        """The database's address, once there must be one."""
        if self.database_url is None:
            raise SettingsInvalid("DATABASE_URL is not set, and no embedded database was started.")
        return self.database_url

    @property
    def owner_url(self) -> str:
        """The address that migrations use: the owner's where it is given."""
        return self.database_owner_url or self.needed_database_url


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; raise SettingsInvalid with a plain sentence for a bad one."""
    env = os.environ if environment is None else environment
    number = partial(_number, env)
    port = number("TOCSIN_PORT", 8700, 0, 65_535)
    return Settings(
        data=Path(env.get("TOCSIN_DATA", "data")).absolute(),
        database_url=_postgresql(env, "DATABASE_URL"),
        database_owner_url=_postgresql(env, "DATABASE_OWNER_URL"),
        redis_url=_redis(env, "REDIS_URL"),
        host=env.get("TOCSIN_HOST", "127.0.0.1"),
        port=port,
        public_url=env.get("TOCSIN_PUBLIC_URL", f"http://localhost:{port}").rstrip("/"),
        allowed_origins=_origins(env.get("TOCSIN_ALLOWED_ORIGINS", "")),
        forwarded_allow_ips=env.get("TOCSIN_FORWARDED_ALLOW_IPS", "127.0.0.1"),
        admin_email=env.get("TOCSIN_ADMIN_EMAIL", "admin@tocsin.local"),
        admin_password=env.get("TOCSIN_ADMIN_PASSWORD") or None,
        smtp_url=_smtp(env, "TOCSIN_SMTP_URL"),
        mail_from=env.get("TOCSIN_MAIL_FROM", "Tocsin <tocsin@localhost>"),
        api_requests_per_minute=number("TOCSIN_API_REQUESTS_PER_MINUTE", 6_000, 10, 10_000_000),
        secret_keys=secret_keys(env),
        oidc=oidc(env),
        log_format=_choice(env, "TOCSIN_LOG_FORMAT", "text", ("text", "json")),
        log_level=_choice(env, "TOCSIN_LOG_LEVEL", "info", ("debug", "info", "warning", "error")),
        database_pool=number("TOCSIN_DATABASE_POOL", 10, 2, 200),
        database_reads=number("TOCSIN_DATABASE_READS", READS_AT_ONCE, 1, 200),
        feed_retention_hours=number("TOCSIN_FEED_RETENTION_HOURS", 24, 1, 720),
        occurrence_retention_days=number("TOCSIN_OCCURRENCE_RETENTION_DAYS", 90, 1, 3650),
        attachment_bytes_per_day=number("TOCSIN_ATTACHMENT_BYTES_PER_DAY", 1 << 30, 0, 1 << 50),
        artifact_retention_days=number("TOCSIN_ARTIFACT_RETENTION_DAYS", 90, 1, 3650),
        telemetry_retention_days=number("TOCSIN_TELEMETRY_RETENTION_DAYS", 90, 7, 3650),
        personal_telemetry_retention_days=number(
            "TOCSIN_PERSONAL_TELEMETRY_RETENTION_DAYS", 30, 7, 3650
        ),
        spool_bytes=number("TOCSIN_SPOOL_BYTES", 1 << 30, 1 << 20, 1 << 40),
        drain_seconds=number("TOCSIN_DRAIN_SECONDS", 10, 0, 600),
        live_limits=_live_limits(env),
        digest_processes=number("TOCSIN_DIGEST_PROCESSES", _cores_to_use(), 0, 64),
        new_errors_per_minute=number("TOCSIN_NEW_ERRORS_PER_MINUTE", 100, 1, 1_000_000),
        vercel_secrets=tuple(env.get("TOCSIN_VERCEL_SECRETS", "").split()),
        vercel_verify=env.get("TOCSIN_VERCEL_VERIFY", ""),
    )


def whole_environment() -> dict[str, str]:
    """Return the environment, to be handed to child processes."""
    return dict(os.environ)


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isdigit() or not least <= int(text) <= most:
        raise SettingsInvalid(f"{name} is {text!r}; it must be a number from {least} to {most}.")
    return int(text)


def _cores_to_use() -> int:
    """Return how many processes prepare large batches; with one core there is nothing to win."""
    cores = os.cpu_count() or 1
    return min(cores, 4) if cores > 1 else 0


def _live_limits(env: Mapping[str, str]) -> LiveLimits:
    number = partial(_number, env)
    return LiveLimits(
        connections_per_token=number("TOCSIN_LIVE_PER_TOKEN", 1_000, 1, 1_000_000),
        connections_per_organization=number("TOCSIN_LIVE_PER_ORGANIZATION", 10_000, 1, 1_000_000),
        subscriptions_per_token=number("TOCSIN_LIVE_SUBSCRIPTIONS_PER_TOKEN", 2_000, 1, 10_000_000),
        subscriptions_per_organization=number(
            "TOCSIN_LIVE_SUBSCRIPTIONS_PER_ORGANIZATION", 20_000, 1, 10_000_000
        ),
    )


def _origins(text: str) -> tuple[str, ...]:
    return tuple(one.strip().rstrip("/") for one in text.split(",") if one.strip())


def _choice(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name, default).lower()
    if value not in allowed:
        raise SettingsInvalid(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
    return value


def _postgresql(env: Mapping[str, str], name: str) -> str | None:
    url = env.get(name) or None
    if url is None:
        return None
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in ("postgresql", "postgres"):
        raise SettingsInvalid(f"{name} must begin with postgresql:// (PostgreSQL 15 to 18).")
    return f"postgresql://{rest}"


def _redis(env: Mapping[str, str], name: str) -> str | None:
    url = env.get(name) or None
    if url is not None and not url.startswith(("redis://", "rediss://")):
        raise SettingsInvalid(f"{name} must begin with redis:// or rediss://.")
    return url


def _smtp(env: Mapping[str, str], name: str) -> str | None:
    url = env.get(name) or None
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good:
        raise SettingsInvalid(f"{name} must look like smtp://user:password@host:587 or smtps://…")
    return url
