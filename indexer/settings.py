"""Settings: the only module that reads the environment.

A setting is taken from the environment, else from `.env` in the working
directory, else from a file of its name among the secret files. `.env.example`
lists them all.
"""

import difflib
import ipaddress
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from indexer.embedder import DEFAULT_MODEL, Runtime
from indexer.exclusion import Rule, read_rule
from indexer.identity import name_of_person
from models.errors import QueryInvalid, SettingsInvalid

_PREFIX: Final = "CALLSIFT_"
_USUAL_SECRETS: Final = Path("/run/secrets")
_SHORTEST_SAFE_KEY: Final = 16  # characters: fewer can be guessed by trying
_HOST_NAME: Final = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")

_DEVICE: Final = re.compile(r"[a-z]+(:[0-9]+)?")


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine and no other."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _base_url(text: str) -> str:
    """A web address without a slash at its end, and safe to send a key to."""
    text = text.strip()
    url = urlsplit(text)
    host = url.hostname
    if url.scheme not in ("http", "https") or not host or url.port == 0 or " " in text:
        raise ValueError("is no http or https address")
    if "@" in url.netloc or url.query or url.fragment:
        raise ValueError("must be an address only: no user, no password, no ? and no #")
    if url.scheme == "http" and not is_loopback(host):
        raise ValueError("must be https: over http the API key would travel readable by anyone")
    return text.rstrip("/")


def _folder(path: Path) -> Path:
    found = path.expanduser().absolute()
    if found.exists() and not found.is_dir():
        raise ValueError(f"{found} is there, and is no folder")
    return found


def _existing(path: Path) -> Path:
    if not _folder(path).exists():
        raise ValueError(f"there is no folder {path}")
    return _folder(path)


def _visible(secret: SecretStr) -> SecretStr:
    """A secret as it can stand in an HTTP header."""
    text = secret.get_secret_value().strip()
    if not text:
        raise ValueError("is blank")
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("holds a space, a line break or a character that no key has")
    return SecretStr(text)


def _host_name(text: str) -> str:
    """A host name or an address; one of version 6 without its brackets."""
    name = text.strip().lower().removeprefix("[").removesuffix("]")
    if not (_HOST_NAME.fullmatch(name) or _is_address(name)):
        raise ValueError(f"{text!r} is no host name: no http://, no port, no path")
    return name


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _device(text: str) -> str:
    if not _DEVICE.fullmatch(text):
        raise ValueError(f"{text!r} is no device, such as cpu, cuda, cuda:1 or mps")
    return text


def _person(text: str) -> str:
    try:
        return name_of_person(text)
    except QueryInvalid as error:
        raise ValueError(error.problem) from None


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in map(str.strip, text.split(",")) if part)


def _listed(value: object) -> object:
    """Comma-separated text as its parts."""
    return _parts(value) if isinstance(value, str) else value


def _rules(value: object) -> object:
    """Comma-separated rules of exclusion."""
    return tuple(map(read_rule, _parts(value))) if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


Secret = Annotated[SecretStr, AfterValidator(_visible)]
HostName = Annotated[str, AfterValidator(_host_name)]
Folder = Annotated[Path, AfterValidator(_folder)]


class Settings(BaseSettings):
    """Everything a person can set. Frozen; secrets hide in its `repr`."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )

    close_api_key: Secret | None = Field(
        default=None, validation_alias="CLOSE_API_KEY", examples=["api_..."]
    )
    """An API key of Close, for `sync`. It wins where OAuth is set as well."""
    close_oauth_client_id: str | None = Field(
        default=None, validation_alias="CLOSE_OAUTH_CLIENT_ID", examples=["oa2client_..."]
    )
    """The id of an OAuth application of Close: the other way in, instead of an API key."""
    close_oauth_client_secret: Secret | None = Field(
        default=None, validation_alias="CLOSE_OAUTH_CLIENT_SECRET", examples=["..."]
    )
    """That application's secret."""
    close_oauth_refresh_token: Secret | None = Field(
        default=None, validation_alias="CLOSE_OAUTH_REFRESH_TOKEN", examples=["..."]
    )
    """The refresh token of a user who let it in. Later ones are kept in the data directory."""
    close_base_url: Annotated[str, AfterValidator(_base_url)] = Field(
        default="https://api.close.com/api/v1", examples=["https://api.close.com/api/v1"]
    )
    """Where Close's API is. Plain http is for this machine only."""
    data_dir: Folder = Field(
        default_factory=lambda: user_data_path("callsift", appauthor=False),
        examples=["/srv/callsift"],
    )
    """Where calls and indexes are kept: by default, this user's data folder."""
    embedding_model: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, examples=[DEFAULT_MODEL]
    )
    """A sentence-transformers model: a name on the model hub, or a folder. Unset: the one that the
    stored calls were embedded with; as long as there are none, the default."""
    embedding_device: Annotated[str, AfterValidator(_device)] | None = Field(
        default=None, examples=["cpu"]
    )
    """Where the model runs. Unset: on a GPU if there is one."""
    embedding_runtime: Annotated[Runtime, BeforeValidator(_lower)] = Field(
        default=Runtime.AUTO, examples=["torch"]
    )
    """What computes the default model on a processor: `auto` is OpenVINO where it is installed
    and proves to give PyTorch's vectors. Every other model, and a GPU, is PyTorch's (`torch`)."""
    api_keys: Annotated[tuple[Secret, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(), examples=["a-long-random-secret,another-long-random-secret"]
    )
    """Keys that open the server, best 16 characters or more: sent with each `/v1` request, or
    used to sign in to the pages. None: no key is asked for, and `serve` stays on this machine."""
    allowed_hosts: Annotated[tuple[HostName, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(), examples=["calls.example.com,10.0.0.5"]
    )
    """Host names this server answers to, besides this machine's own."""
    host: HostName = Field(default="127.0.0.1", examples=["127.0.0.1"])
    """The address `serve` listens on."""
    port: int = Field(default=8000, ge=0, le=65535, examples=[8000])
    """The port `serve` listens on; 0 takes any free one."""
    transcript_patience_hours: float = Field(default=72, gt=0, le=24 * 365, examples=[72])
    """How many hours a recorded call may wait for its transcript, before it is taken as it is."""
    exclude: Annotated[tuple[Rule, ...], NoDecode, BeforeValidator(_rules)] = Field(
        default=(), examples=["user_id:user_...,lead_id:lead_..."]
    )
    """Calls that are never stored, as filters of search: by `user_id`, `lead_id`, `contact_id`,
    `outcome_id`, `disposition`, `direction`, `call_method`, or `max_duration` in seconds."""
    sync_while_serving: bool = Field(default=True, examples=["false"])
    """Whether `serve` keeps itself current. Without credentials of Close it never does."""
    poll_seconds: float = Field(default=60, ge=1, le=86_400, examples=[60])
    """How often `serve` and `sync --watch` ask Close what has happened, in seconds."""
    compare_hours: float = Field(default=24, ge=0, le=24 * 365, examples=[24])
    """How often they compare every call with Close's, in hours. 0: never."""
    user: Annotated[str, AfterValidator(_person)] | None = Field(
        default=None, examples=["Dana Reyes"]
    )
    """Your name, on what you make and review, where a request or `--as` gives none."""
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(_lower)] = (
        Field(default="warning", examples=["debug"])
    )
    """What is logged, on stderr. `debug` shows where an error came from."""
    secrets_dir: Annotated[Path, AfterValidator(_existing)] | None = Field(
        default=None, examples=["/run/secrets"]
    )
    """A folder of secret files, each named like its setting. Unset: /run/secrets, if it exists."""

    @property
    def has_weak_key(self) -> bool:
        """Whether an API key is so short that it could be guessed."""
        return any(len(key) < _SHORTEST_SAFE_KEY for key in self.api_keys)

    @property
    def has_oauth(self) -> bool:
        """Whether OAuth is set up; the three settings come together."""
        return self.close_oauth_refresh_token is not None

    @property
    def keeps_itself_current(self) -> bool:
        """Whether a server syncs by itself: it may, and Close can be asked."""
        return self.sync_while_serving and (self.close_api_key is not None or self.has_oauth)

    @property
    def transcript_patience(self) -> timedelta:
        """How long a recorded call may wait for its transcript."""
        return timedelta(hours=self.transcript_patience_hours)

    @model_validator(mode="after")
    def _oauth_is_whole(self) -> "Settings":
        names = [n for n in type(self).model_fields if n.startswith("close_oauth_")]
        missing = [name_of(n) for n in names if getattr(self, n) is None]
        if 0 < len(missing) < len(names):
            raise ValueError(
                f"{' and '.join(missing)}: not set, and OAuth needs all of "
                f"{', '.join(map(name_of, names))}. Or set CLOSE_API_KEY=api_... instead"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- ours replaces it
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The usual sources, with the folder of secret files being a setting itself."""
        told = (_variables(s).get("callsift_secrets_dir") for s in (env_settings, dotenv_settings))
        folder = _secret_files(next(filter(None, told), None))
        secrets = SecretsSettingsSource(settings_cls, secrets_dir=folder)
        return init_settings, env_settings, dotenv_settings, secrets


def load_settings() -> Settings:
    """Read and check every setting.

    Raises:
        SettingsInvalid: its text has a line for each wrong setting, with its name, what
            is wrong, and an example. No secret is in it.
    """
    try:
        # A secret file that is passed over is warned of; we would rather not start.
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            problems = list(_strangers())
            settings = Settings()
    except ValidationError as error:
        raise SettingsInvalid("\n".join([*problems, *map(_told, error.errors())])) from None
    except UnicodeDecodeError:
        raise SettingsInvalid(".env or a secret file: is not UTF-8 text") from None
    except (OSError, SettingsError, UserWarning) as error:
        raise SettingsInvalid(f".env or a secret file: cannot be read: {error}") from None
    if problems:
        raise SettingsInvalid("\n".join(problems))
    return settings


def name_of(field: str) -> str:
    """A field's name as people set it."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"{_PREFIX}{field.upper()}"


def known_names() -> list[str]:
    """Every setting's name."""
    return [name_of(field) for field in Settings.model_fields]


def _secret_files(told: str | None) -> Path | None:
    """Where secret files lie. A folder that is set but missing is told by its field."""
    if told is not None:
        folder = Path(told).expanduser()
        return folder if folder.is_dir() else None
    return _USUAL_SECRETS if os.access(_USUAL_SECRETS, os.R_OK | os.X_OK) else None


def _strangers() -> Iterator[str]:
    """A line for each variable that looks like a setting of ours and is none."""
    known = known_names()
    sources = EnvSettingsSource(Settings), DotEnvSettingsSource(Settings)
    names = {name.upper() for source in sources for name in _variables(source)}
    for name in sorted(names - set(known)):
        if name.startswith(_PREFIX):
            yield f"{name}: there is no such setting{_nearest(name, known)}"


def _nearest(name: str, known: Iterable[str]) -> str:
    # Without the prefix, which would make every name resemble every other.
    by_bare = {other.removeprefix(_PREFIX): other for other in known}
    found = difflib.get_close_matches(name.removeprefix(_PREFIX), by_bare, n=1)
    if not found:
        return ": see .env.example for those there are"
    return f". Did you mean {by_bare[found[0]]}?"


def _variables(source: PydanticBaseSettingsSource) -> Mapping[str, str | None]:
    """What a source has read, by name in lower case."""
    return source.env_vars if isinstance(source, EnvSettingsSource) else {}


def _told(problem: ErrorDetails) -> str:
    """One wrong setting as a line."""
    what = problem["msg"].removeprefix("Value error, ").replace("Input should", "should")
    if not problem["loc"]:
        return what
    name = str(problem["loc"][0])
    fields = Settings.model_fields
    field = next(f for f in fields if name in (f, name_of(f)))
    return f"{name_of(field)}: {what}. Example: {name_of(field)}={_example(fields[field])}"


def _example(field: FieldInfo) -> str:
    return str((field.examples or [""])[0])
