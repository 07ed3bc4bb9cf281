"""
Loads the configuration: the environment beats the file, the file beats the defaults.

Every mistake becomes a ConfigError of one line that names the key, and the nearest known one where it is unknown. The
library's messages about a value are replaced by sentences for somebody who writes a configuration.
"""

from __future__ import annotations

import difflib
import os
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsError,
)

from bot.core.errors import ConfigError
from bot.settings.model import PREFIX, Settings

_NUMBER = "must be a whole number"
_LIST = 'must be a list, like ["a", "b"] or [1, 2]'
_TABLE = "must be a table with keys of its own"
_WORDS = {
    "missing": "is missing",
    "int_type": _NUMBER,
    "int_parsing": _NUMBER,
    "int_from_float": _NUMBER,
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text in quotation marks",
    "path_type": "must be the name of a file, in quotation marks",
    "string_pattern_mismatch": 'must be a language code like "de"',
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _TABLE,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
}
_BOUNDS = {
    "greater_than": ("gt", "must be more than {}"),
    "greater_than_equal": ("ge", "must be at least {}"),
    "less_than": ("lt", "must be less than {}"),
    "less_than_equal": ("le", "must be at most {}"),
}


def explain(kind: str, message: str, context: Mapping[str, Any]) -> str:
    """Say what a value must be."""
    if kind in _WORDS:
        return _WORDS[kind]
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return words.format(_bound(context[name]))
    if kind == "literal_error":
        return f"must be {re.sub(chr(39), chr(34), str(context['expected']))}"
    message = message.removeprefix("Value error, ")
    return f"{message[:1].lower()}{message[1:]}"


def _bound(value: object) -> str:
    seconds = re.search(r"seconds=(\d+)", str(value))  # the library gives a duration as the text of its making
    return f"{seconds[1]}s" if seconds else f"{value:g}"


_OURS_BUT_NO_KEYS = {"STICHWORT_CONFIG", "STICHWORT_CLOCK"}


def load(path: Path, *, token_needed: bool = True) -> Settings:
    """Read the settings from a TOML file and the environment."""
    values = _read_file(path)
    _check_environment(os.environ)

    class FromFile(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return EnvSettingsSource(settings_cls), InitSettingsSource(settings_cls, init_kwargs=values)

    try:
        read = FromFile()
    except ValidationError as error:
        raise ConfigError(_explain(path, error)) from None
    except SettingsError as error:
        raise ConfigError(_explain_environment(error)) from None
    settings = Settings.model_construct(**{name: getattr(read, name) for name in Settings.model_fields})
    return _with_secret_files(path, settings, token_needed=token_needed)


def from_environment(token_file: Path | None = None) -> Settings:
    """Read the settings from the environment alone, and the token from a file that was named elsewhere."""
    _check_environment(os.environ)
    place = Path("environment")
    try:
        settings = Settings()
    except ValidationError as error:
        raise ConfigError(_explain(place, error)) from None
    except SettingsError as error:
        raise ConfigError(_explain_environment(error)) from None
    if token_file is not None:
        telegram = settings.telegram.model_copy(update={"token_file": token_file, "token": SecretStr("")})
        settings = settings.model_copy(update={"telegram": telegram})
    return _with_secret_files(place, settings, token_needed=False)


def list_warnings(path: Path, settings: Settings) -> tuple[str, ...]:
    """List what works but should not stay so, one sentence each."""
    warnings: list[str] = []
    secrets = [path] if _has_secret(settings) else []
    secrets += [each for each in (settings.telegram.token_file, settings.llm.api_key_file) if each]
    warnings += [
        f"{file} holds a secret and can be read by others; run: chmod 600 {file}"
        for file in secrets
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077
    ]
    if not settings.polling.contact:
        warnings.append("polling.contact is empty: publishers cannot tell whom to ask; set a URL or mail address")
    if settings.chats.users_may_add_private_feeds and settings.telegram.access == "public":
        warnings.append("chats.users_may_add_private_feeds with public access lets strangers reach allow_networks")
    polling = settings.polling
    if polling.proxy and polling.proxy_resolves:
        warnings.append(
            "polling.proxy_resolves: readers' feeds, pages and full texts go to any name the proxy knows;"
            " it alone keeps them out of private networks"
        )
    elif polling.proxy:
        warnings.append(
            "polling.proxy looks names up by itself: what we checked may lead elsewhere there;"
            " let it refuse private networks"
        )
    elif polling.proxy_resolves:
        warnings.append("polling.proxy_resolves has no effect without polling.proxy")
    return tuple(warnings)


def list_secrets(settings: Settings) -> tuple[str, ...]:
    """List the values that must never be logged."""
    found = [settings.telegram.token, settings.telegram.webhook_secret, settings.web.token, settings.llm.api_key]
    texts = [secret.get_secret_value() for secret in found]
    for url in (settings.database.url, settings.polling.proxy):
        credentials = url.partition("://")[2].rpartition("@")[0]
        texts += [credentials, credentials.partition(":")[2]]
    texts += [unquote(text) for text in texts]  # libraries complain of a password as it is, however the URL writes it
    return tuple(dict.fromkeys(text for text in texts if text))


def _has_secret(settings: Settings) -> bool:
    return bool(settings.telegram.token or settings.llm.api_key or settings.web.token)


def _read_file(path: Path) -> dict[str, Any]:
    """Read the file once: with thousands of feeds that takes most of a second."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file; `stichwort init` writes one") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8 text") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML: {error}") from None


def _check_environment(environment: Mapping[str, str]) -> None:
    # pydantic-settings passes over a variable whose table it does not know; a typing error must not go unseen.
    for name in environment:
        if not name.startswith(PREFIX) or name in _OURS_BUT_NO_KEYS:
            continue
        table = name.removeprefix(PREFIX).partition("__")[0].lower()
        if table not in Settings.model_fields:
            raise ConfigError(f"environment: {name} is unknown{_nearest(table, Settings.model_fields, PREFIX)}")


def _explain(path: Path, error: ValidationError) -> str:
    first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    steps = [step for step in first["loc"] if isinstance(step, int) or not _is_union_branch(str(step))]
    if first["type"] == "extra_forbidden":
        known = _fields_at(steps[:-1])
        prefix = _dotted(steps[:-1])
        return f"{_place(path, steps)} is unknown{_nearest(str(steps[-1]), known, f'{prefix}.' if prefix else '')}"
    message = explain(first["type"], first["msg"], first.get("ctx", {}))
    if not steps:  # of several tables: it names the key itself
        return f"{path}: {message}"
    name, colon, rest = message.partition(": ")
    if first["type"] == "value_error" and colon and name.isidentifier():  # of a table: it names the key itself
        return f"{_place(path, [*steps, name])} {rest}"
    joint = " " if message.startswith(("is ", "must ")) else ": "
    return f"{_place(path, steps)}{joint}{message}"


def _place(path: Path, steps: list[int | str]) -> str:
    """Say where the value stands: in the variable that gave it or a list around it, else in the file."""
    variables = {name.upper(): name for name in os.environ}
    for length in range(len(steps), 0, -1):
        found = variables.get(_variable(steps[:length]))
        if found is not None:
            return f"environment: {_dotted([found, *steps[length:]])}"
    below = sorted(name for upper, name in variables.items() if upper.startswith(f"{_variable(steps)}__"))
    if below and steps == ["feeds"]:
        return f"environment: {below[0]}: feeds"  # a list cannot be written piece by piece
    return f"{path}: {_dotted(steps)}"


def _explain_environment(error: SettingsError) -> str:
    # A list in a variable is JSON. The library names only the table, so the variables under it are named here.
    table = str(error).partition('"')[2].partition('"')[0]
    variable = f"{PREFIX}{table.upper()}"
    names = sorted(name for name in os.environ if name == variable or name.startswith(f"{variable}__"))
    return f'environment: {", ".join(names)}: a list is written like ["a", "b"] or [1, 2]'


def _is_union_branch(step: str) -> bool:
    return "[" in step or step in ("constrained-str", "none")


def _dotted(steps: Iterable[int | str]) -> str:
    text = ""
    for step in steps:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _variable(steps: Iterable[int | str]) -> str:
    return PREFIX + "__".join(str(step).upper() for step in steps)


def _fields_at(steps: list[int | str]) -> Mapping[str, FieldInfo]:
    model: type[BaseModel] = Settings
    for step in steps:
        if isinstance(step, int):
            continue
        field = model.model_fields.get(step)
        kind: Any = field.annotation if field else None
        inner = [kind, *get_args(kind)]
        found = [each for each in inner if isinstance(each, type) and issubclass(each, BaseModel)]
        if not found:
            return {}
        model = found[0]
    return model.model_fields


def _nearest(name: str, known: Iterable[str], prefix: str) -> str:
    near = difflib.get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    if not near:
        return f"; known here: {', '.join(sorted(known))}" if known else ""
    found = near[0].upper() if prefix == PREFIX else near[0]
    return f"; did you mean {prefix}{found}?"


def _with_secret_files(path: Path, settings: Settings, *, token_needed: bool) -> Settings:
    token = settings.telegram.token.get_secret_value().strip()
    if not token and settings.telegram.token_file:
        token = _read_secret(path, "telegram.token_file", settings.telegram.token_file)
    if not token and token_needed:
        raise ConfigError(
            f"{path}: telegram.token is missing; BotFather gives one, or name a file in telegram.token_file"
        )
    key = settings.llm.api_key.get_secret_value().strip()
    if not key and settings.llm.api_key_file:
        key = _read_secret(path, "llm.api_key_file", settings.llm.api_key_file)
    return settings.model_copy(
        update={
            "telegram": settings.telegram.model_copy(update={"token": SecretStr(token)}),
            "llm": settings.llm.model_copy(update={"api_key": SecretStr(key)}),
        }
    )


def _read_secret(path: Path, key: str, file: Path) -> str:
    try:
        text = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not text"
        raise ConfigError(f"{path}: {key}: {file} cannot be read ({reason})") from None
    if not text:
        raise ConfigError(f"{path}: {key}: {file} is empty")
    return text
