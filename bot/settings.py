"""Settings from the environment or a `.env` file. Every field stands in `.env.example`."""

from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from store.db import engine_for


class WrongSetting(Exception):
    """A setting that stops the start; the text names it."""


def _database(url: str) -> str:
    try:
        engine_for(url)
    except Exception as error:
        raise ValueError(f"{error}") from None
    return url


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_file=".env", env_ignore_empty=True, extra="ignore")

    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///toso.db"
    """`sqlite:///file.db` or `postgresql://user:password@host/name`."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    public_url: HttpUrl | None = None
    """The https address under which the internet reaches this program; turns webhooks on."""
    ward: str | None = None
    """The id of the one ward this program serves; empty: residents choose."""
    secret_key: SecretStr | None = None
    """Seals phone numbers and links; empty: made once and kept in the file toso.key."""
    rate_limit: Annotated[str, Field(pattern=r"^[1-9]\d*/(second|minute|hour)$")] = "60/minute"
    """Messages one web visitor may send."""
    log_level: Annotated[str, Field(pattern="^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"
    telegram_token: SecretStr | None = None
    telegram_api_url: HttpUrl = HttpUrl("https://api.telegram.org")


def load(**overrides: object) -> Settings:
    """The settings in force. WrongSetting names each one that cannot be used."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        problems = [f"{str(found['loc'][0]).upper()}: {found['msg']}" for found in error.errors()]
        raise WrongSetting("Please correct these settings:\n" + "\n".join(problems)) from None
