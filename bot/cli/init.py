"""
`stichwort init`: checks the token, picks feeds by language and country, and writes the configuration.

On a terminal it asks for what no option gives; otherwise it takes the token from the environment and the defaults for
the rest. The file is the packaged `config.example.toml` with the chosen values in place of their comments, so that
every setting stands in it with its explanation.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from bot.core.errors import ConfigError
from bot.core.feed import FeedWish
from bot.core.process_state import ExitCode
from bot.feeds import feed_lists
from bot.language.languages import OWN
from bot.settings import load
from bot.settings.model import ChatSettings, Settings
from bot.telegram.api.client import BotClient, TokenRefusedError

_ATTEMPTS = 3
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{10,}")
_FEEDS_START = "# [[feeds]]\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class InitOptions:
    """What the command line said; None where it said nothing."""

    languages: str | None = None
    countries: str | None = None
    token_file: Path | None = None
    is_checked: bool = True
    """Whether Telegram is asked about the token."""
    is_interactive: bool = False


async def init(path: Path, options: InitOptions) -> int:
    """Write a configuration that `stichwort run` can start with; returns the exit code."""
    _demand_free(path)
    settings = load.from_environment(options.token_file)
    token = settings.telegram.token.get_secret_value()
    is_asked = not token and options.is_interactive
    if not token and not is_asked:
        raise ConfigError(
            "init: there is no token; set STICHWORT_TELEGRAM__TOKEN, or name a file that holds it with --token-file"
        )
    for attempt in range(_ATTEMPTS):
        if is_asked:
            token = _ask_token()
        code = await _check_token(settings.telegram.api_url, token) if options.is_checked else ExitCode.FINE
        if code is not ExitCode.TOKEN or not is_asked or attempt == _ATTEMPTS - 1:
            break
    if code is not ExitCode.FINE:
        return code
    languages = _choose("Languages you read", options.languages, OWN, _own_language(), options)
    countries = _choose("Countries whose papers you want, empty for all", options.countries, _countries(), "", options)
    wishes = feed_lists.starter(languages, countries)
    text = render(_list_values(settings, token, languages, options), wishes)
    _write(path, text)
    print(f"{len(wishes)} feeds: {', '.join(wish.title for wish in wishes)}")
    print(f"{path} was written, for your user alone. Next: `stichwort check`, then `stichwort run`.")
    return ExitCode.FINE


def render(values: Mapping[tuple[str, str], object], wishes: Sequence[FeedWish]) -> str:
    """Return the example configuration with these values by table and key, and these feeds."""
    text = read_example().partition("\n")[2]  # the first line says to copy it
    for (table, key), value in values.items():
        line = re.compile(rf"(^\[{table}\]\n(?:(?!\[).*\n)*?)# {key} = .*$", re.MULTILINE)
        text, count = line.subn(lambda found, key=key, value=value: f"{found[1]}{key} = {_toml(value)}", text)  # type: ignore[misc]
        if count != 1:
            raise ValueError(f"{table}.{key} does not stand once in the example")
    start = text.index(_FEEDS_START)
    end = text.index("\n\n", start) + 1
    entries = (
        f"url = {_toml(wish.url)}\ntitle = {_toml(wish.title)}\nlanguage = {_toml(wish.language)}\n" for wish in wishes
    )
    return text[:end] + "".join(f"\n[[feeds]]\n{entry}" for entry in entries) + text[end:]


def read_example() -> str:
    """Return the packaged example of a configuration."""
    return resources.files("bot.settings").joinpath("config.example.toml").read_text("utf-8")


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _demand_free(path: Path) -> None:
    if path.exists() or path.is_symlink():
        raise ConfigError(f"init: {path} is there already and was left as it is; name another with --config")
    if not path.absolute().parent.is_dir():
        raise ConfigError(f"init: there is no folder {path.absolute().parent}")


def _list_values(
    settings: Settings, token: str, languages: Sequence[str], options: InitOptions
) -> dict[tuple[str, str], object]:
    """List what differs from the defaults."""
    file = settings.telegram.token_file
    values: dict[tuple[str, str], object] = {
        ("telegram", "token_file" if file else "token"): str(file.absolute()) if file else token,
        ("chats", "language"): languages[0],
    }
    if zone := _own_zone():
        values["chats", "timezone"] = zone
    if settings.telegram.api_url != Settings.model_fields["telegram"].default.api_url:
        values["telegram", "api_url"] = settings.telegram.api_url
    return values


def _ask_token() -> str:
    print("A bot's token comes from @BotFather: send it /newbot.")
    for _ in range(_ATTEMPTS):
        token = getpass.getpass("Token (it is not shown): ").strip()
        if _TOKEN.fullmatch(token):
            return token
        print("That is no token; one looks like 123456:AbC-dEf...")
    raise ConfigError("init: no token was given; nothing was written")


async def _check_token(api_url: str, token: str) -> ExitCode:
    account = BotClient(api_url, token)
    try:
        await account.open()
        print(f"The token is fine: it belongs to @{account.username}.")
        return ExitCode.FINE
    except TokenRefusedError:
        print("stichwort: init: Telegram does not accept this token; nothing was written", file=sys.stderr)
        return ExitCode.TOKEN
    except Exception as error:  # the library's network errors, whose names belong to bot.telegram
        print(
            f"stichwort: init: Telegram at {api_url} cannot be reached ({type(error).__name__}); nothing was written;"
            f" with --no-check the token is taken as it is",
            file=sys.stderr,
        )
        return ExitCode.FAILURE
    finally:
        await account.close_all()


def _own_language() -> str:
    """Return the language of the terminal, if it is one of ours."""
    names = (os.environ.get(name, "")[:2].lower() for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next((name for name in names if name in OWN), "en")


def _own_zone() -> str:
    """Return the time zone of the machine, unless it is UTC, as of most servers wherever they are."""
    named = os.environ.get("TZ", "").removeprefix(":") or os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    try:
        ChatSettings(timezone=named)
    except ValueError:
        return ""
    return named if "/" in named and not named.startswith("Etc/") else ""


def _countries() -> tuple[str, ...]:
    return tuple(sorted(feed_lists.starter_countries()))


def _choose(
    question: str, given: str | None, known: Sequence[str], default: str, options: InitOptions
) -> tuple[str, ...]:
    """Return what an option gave, what was answered, or the default."""
    if given is not None:
        chosen = _split(given)
        if unknown := next((word for word in chosen if word not in known), None):
            raise ConfigError(f"init: {unknown} is not known; there are {', '.join(known)}")
        return chosen or _split(default)
    if not options.is_interactive:
        return _split(default)
    for _ in range(_ATTEMPTS):
        answer = input(f"{question} ({', '.join(known)}){f' [{default}]' if default else ''}: ")
        chosen = _split(answer) or _split(default)
        unknown = next((word for word in chosen if word not in known), None)
        if unknown is None:
            return chosen
        print(f"{unknown} is not known here.")
    raise ConfigError(f"init: there are {', '.join(known)}; nothing was written")


def _split(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(re.findall(r"[^\s,;]+", words.lower())))


def _write(path: Path, text: str) -> None:
    """Write a file that nobody else can read; whatever fails leaves none."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise ConfigError(f"init: {path} cannot be written ({error.strerror})") from None
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink()
        raise ConfigError(f"init: {path} cannot be written ({error.strerror})") from None
