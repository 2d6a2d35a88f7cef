"""Settings from the environment or a `.env` file. Every field stands in `.env.example`."""

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from store.db import engine_for
from store.kinds import PUSHED


class WrongSetting(Exception):
    """A setting that stops the start; the text names it."""


class Template(BaseModel):
    """A ZBS template that Zalo approved (facts/zalo.md, 2.7)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: str
    price: int
    """Đồng for one message."""
    to: Literal["user", "phone"] = "user"
    data: dict[str, str]
    """Its parameters; {text}, {time} and {ward} stand for what is sent, when, and by whom."""


def _kind(name: str) -> str:
    if name not in PUSHED:
        raise ValueError(f"there is no kind '{name}'; use {', '.join(PUSHED)}")
    return name


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
    zalo_bot_token: SecretStr | None = None
    zalo_bot_api_url: HttpUrl = HttpUrl("https://bot-api.zaloplatforms.com")
    zalo_bot_polling: bool = False
    """Fetch messages instead of being told of them: for development, loses what comes between fetches."""
    zalo_bot_name: str = ""
    """As Zalo shows it in groups after the @; the name of every bot begins with "Bot"."""
    zalo_bot_link: HttpUrl | None = None
    """From Bot Creator's page of sharing; what the landing pages of QR codes lead to."""
    zalo_bot_formatting: bool = False
    """Send the first line in bold. Off: old phones may show the marks themselves."""
    zalo_bot_counts_inbound: bool = True
    """Whether messages of people count towards the plan's month too: unknown, so the careful way."""
    zalo_oa_id: str = ""
    zalo_oa_app_id: str = ""
    zalo_oa_app_secret: SecretStr | None = None
    """For token calls."""
    zalo_oa_secret: SecretStr | None = None
    """Signs webhook events; another one than the app's."""
    zalo_oa_verify: Annotated[str, Field(pattern="^(log|enforce)$")] = "log"
    """What happens to an event whose signature is wrong: answered 200 and logged, or refused with 403.
    It is never acted on."""
    zalo_oa_package: Annotated[str, Field(pattern="^(growth|comprehensive)$")] = "growth"
    zalo_oa_budget: Annotated[int, Field(ge=0)] = 0
    """Đồng a month that may be spent on messages outside the free hours and on templates."""
    zalo_oa_buttons: bool = False
    """Whether lists with buttons are sent beside the numbered text: untested by anybody."""
    zalo_oa_templates: dict[Annotated[str, AfterValidator(_kind)], Template] = {}
    """Approved ZBS templates by the kind of message they carry outside the window."""
    zalo_oa_interactions: str = "user_send_*"
    """Events that open the window anew, separated by commas; `*` stands for anything."""
    zalo_oa_staff_minutes: Annotated[int, Field(ge=0)] = 30
    """How long the bot keeps silent in a chat where staff answered by hand."""
    zalo_oa_api_url: HttpUrl = HttpUrl("https://openapi.zalo.me")
    zalo_oa_business_url: HttpUrl = HttpUrl("https://business.openapi.zalo.me")
    zalo_oauth_url: HttpUrl = HttpUrl("https://oauth.zaloapp.com")


def load(**overrides: object) -> Settings:
    """The settings in force. WrongSetting names each one that cannot be used."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        problems = [f"{str(found['loc'][0]).upper()}: {found['msg']}" for found in error.errors()]
        raise WrongSetting("Please correct these settings:\n" + "\n".join(problems)) from None
