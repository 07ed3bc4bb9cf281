"""Reading the configuration: what is right, and one clear line for everything that is wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.core.errors import ConfigError
from bot.settings import load as loading
from bot.settings.model import Settings


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


def test_a_token_is_all_that_is_needed(tmp_path: Path) -> None:
    """Every key has a default but the token."""
    settings = loading.load(write(tmp_path, '[telegram]\ntoken = "1:a"'))

    assert settings.telegram.token.get_secret_value() == "1:a"
    assert settings.polling.interval == timedelta(minutes=10)
    assert settings.feeds == ()


def test_the_environment_beats_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable wins over the same key in the file and leaves its neighbours alone."""
    monkeypatch.setenv("STICHWORT_TELEGRAM__TOKEN", "2:b")
    monkeypatch.setenv("STICHWORT_POLLING__INTERVAL", "90s")
    settings = loading.load(write(tmp_path, '[telegram]\ntoken = "1:a"\noperators = [7]'))

    assert settings.telegram.token.get_secret_value() == "2:b"
    assert settings.telegram.operators == (7,)
    assert settings.polling.interval == timedelta(seconds=90)


def test_a_token_may_lie_in_a_file_of_its_own(tmp_path: Path) -> None:
    """token_file is read and trimmed."""
    (tmp_path / "token").write_text("3:c\n")
    settings = loading.load(write(tmp_path, f'[telegram]\ntoken_file = "{tmp_path}/token"'))

    assert settings.telegram.token.get_secret_value() == "3:c"


_WEBHOOK = f'[telegram]\ntoken = "x"\nmode = "webhook"\nwebhook_secret = "{"s" * 32}"'


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('[telegram]\ntokn = "x"', ["telegram.tokn", "did you mean telegram.token?"]),
        ('[telegram]\ntoken = "x"\n[poling]\nhost_gap = "1s"', ["poling", "did you mean polling?"]),
        (
            '[telegram]\ntoken = "x"\n[[feeds]]\nurl = "http://a/"\nlangage = "de"',
            ["feeds[1].langage", "feeds[1].language"],
        ),
        ('[telegram]\ntoken = "x"\n[[feeds]]\nurl = "ftp://a/"', ["feeds[1].url", "http://"]),
        ('[telegram]\ntoken = "x"\n[polling]\ninterval = "soon"', ["polling.interval", '"10m"']),
        ('[telegram]\ntoken = "x"\n[polling]\ninterval = "0s"', ["polling.interval", "at least 1s"]),
        ('[telegram]\ntoken = "x"\n[polling]\nmin_interval = "9h"', ["polling.min_interval", "max_interval"]),
        ('[telegram]\ntoken = "x"\n[polling]\nallow_networks = ["10.0.0.0/99"]', ["polling.allow_networks[1]"]),
        ('[telegram]\ntoken = "x"\nmessages_per_second = 1001', ["telegram.messages_per_second", "1000"]),
        ('[telegram]\ntoken = "x"\nmode = "webhook"', ["telegram.webhook_url", "https"]),
        (f"{_WEBHOOK}\nwebhook_url = 'http://bot.example/t'", ["telegram.webhook_url", "https"]),
        (f"{_WEBHOOK}\nwebhook_url = 'https://bot.example:8080/t'", ["telegram.webhook_url", "8443"]),
        (f"{_WEBHOOK}\nwebhook_url = 'https://bot.example/'", ["telegram.webhook_url", "path of its own"]),
        (f"{_WEBHOOK}\nwebhook_url = 'https://bot.example/metrics'", ["telegram.webhook_url", "path of its own"]),
        (f"{_WEBHOOK}\nwebhook_url = 'https://bot.example/t?x=1'", ["telegram.webhook_url", "no query"]),
        (
            f"{_WEBHOOK}\nwebhook_url = 'https://bot.example/t'".replace("s" * 32, "s" * 31),
            ["telegram.webhook_secret", "32"],
        ),
        (
            f"{_WEBHOOK}\nwebhook_url = 'https://bot.example/t'".replace("s" * 32, "ü" * 32),
            ["telegram.webhook_secret", "A-Z"],
        ),
        (f"{_WEBHOOK}\nwebhook_url = 'https://bot.example/t'\n[web]\nlisten = ''", ["telegram.mode", "web.listen"]),
        ('[telegram]\ntoken = "x"\n[chats]\nmax_chats = -1', ["chats.max_chats"]),
        ('[telegram]\ntoken = "x"\n[web]\nlisten = "0.0.0.0:80"', ["web.token"]),
        ('[telegram]\ntoken = "x"\n[web]\npublic_url = "http://news.example"', ["web.public_url", "https"]),
        ('[telegram]\ntoken = "x"\n[web]\npublic_url = "https://me@news.example"', ["web.public_url", "user name"]),
        ('[telegram]\ntoken = "x"\n[web]\npublic_url = "https://a.example/?b"', ["web.public_url", "query"]),
        ('[telegram]\ntoken = "x"\n[web]\nlisten = ""\npublic_url = "https://a.example"', ["web.public_url", "listen"]),
        ('[telegram]\ntoken = "x"\n[database]\nurl = "mysql://a"', ["database.url", "sqlite"]),
        ('[telegram]\ntoken = "x"\n[chats]\ntimezone = "Mars/Olympus"', ["chats.timezone"]),
        ('[telegram]\ntoken = "x"\n[log]\nlevel = "loud"', ["log.level"]),
        ("[telegram]\n", ["telegram.token is missing"]),
        ("telegram = 1", ["telegram"]),
        ("[telegram", ["not valid TOML"]),
    ],
)
def test_what_is_wrong_is_one_line_that_names_the_key(tmp_path: Path, text: str, names: list[str]) -> None:
    """An operator sees at once which key to mend, and the nearest known one where it is unknown."""
    with pytest.raises(ConfigError) as caught:
        loading.load(write(tmp_path, text))

    message = str(caught.value)
    assert "\n" not in message
    assert "config.toml" in message
    for name in names:
        assert name in message


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("STICHWORT_TELEGRAM__TOKN", "x", "STICHWORT_TELEGRAM__TOKN is unknown"),
        ("STICHWORT_TELEGRM__TOKEN", "x", "did you mean STICHWORT_TELEGRAM"),
        ("STICHWORT_POLLING__INTERVAL", "x", "STICHWORT_POLLING__INTERVAL"),
        ("STICHWORT_TELEGRAM__OPERATORS", "x", "STICHWORT_TELEGRAM__OPERATORS"),
        ("STICHWORT_TELEGRAM__OPERATORS", '["x"]', "STICHWORT_TELEGRAM__OPERATORS[1] must be a whole number"),
        ("STICHWORT_TELEGRAM", '{"operators": [1, "x"]}', "STICHWORT_TELEGRAM.operators[2] must be a whole number"),
        ("STICHWORT_FEEDS", '[{"url": "x"}]', "STICHWORT_FEEDS[1].url: an address starts with"),
        ("STICHWORT_FEEDS__0__URL", "http://a/", "STICHWORT_FEEDS__0__URL: feeds must be a list"),
        ("stichwort_log__level", "loud", 'stichwort_log__level must be "debug", "info", "warning" or "error"'),
    ],
)
def test_a_wrong_variable_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    """Mistakes in the environment are told as such, not as mistakes of the file."""
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError, match="environment") as caught:
        loading.load(write(tmp_path, '[telegram]\ntoken = "1:a"'))

    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[telegram]\noperators = 7", 'telegram.operators must be a list, like ["a", "b"] or [1, 2]'),
        ("[telegram]\ntoken = 7", "telegram.token must be text in quotation marks"),
        ("[telegram]\nmessages_per_second = 0", "telegram.messages_per_second must be more than 0"),
        ('[telegram]\nallow_paid_broadcast = "maybe"', "telegram.allow_paid_broadcast must be true or false"),
        ('[telegram]\naccess = "open"', 'telegram.access must be "private" or "public"'),
        ("[telegram]\ntoken_file = 3", "telegram.token_file must be the name of a file, in quotation marks"),
        ('[[feeds]]\ntitle = "x"', "feeds[1].url is missing"),
        ('[[feeds]]\nurl = "http://a/"\nlanguage = "deu"', 'feeds[1].language must be a language code like "de"'),
        ("telegram = 1", "telegram must be a table with keys of its own"),
        ('[polling]\ninterval = "0s"', "polling.interval must be at least 1s"),
        ('[polling]\nproxy = "x"', "polling.proxy: an address starts with http:// or https:// and names a host"),
        ("[alerts]\nsame_story = 2", "alerts.same_story must be at most 1"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(tmp_path: Path, text: str, says: str) -> None:
    """Nobody who runs a bot has to know what a tuple is."""
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        loading.load(path, token_needed=False)

    assert str(caught.value) == f"{path}: {says}"


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    """Whoever starts without a file is told what writes one."""
    with pytest.raises(ConfigError, match="`stichwort init` writes one"):
        loading.load(tmp_path / "config.toml")


def test_secrets_show_in_no_message_and_no_representation(tmp_path: Path) -> None:
    """A token never reaches a log, not even by way of an error."""
    settings = loading.load(write(tmp_path, '[telegram]\ntoken = "4:secret"'))
    with pytest.raises(ConfigError) as caught:
        loading.load(write(tmp_path, '[telegram]\ntoken = "4:secret"\noperators = "4:secret"'))

    assert "4:secret" not in repr(settings)
    assert "4:secret" not in str(caught.value)
    assert "4:secret" in loading.list_secrets(settings)


def test_a_secret_others_can_read_is_warned_about(tmp_path: Path) -> None:
    """The file's rights are looked at when it holds a secret."""
    path = write(tmp_path, '[telegram]\ntoken = "1:a"\n[polling]\ncontact = "mail@example.org"')
    assert loading.list_warnings(path, loading.load(path)) == ()

    path.chmod(0o644)
    (warning,) = loading.list_warnings(path, loading.load(path))
    assert "chmod 600" in warning


@pytest.mark.parametrize(
    ("polling", "says"),
    [
        ('proxy = "http://proxy.example:3128"', "looks names up by itself"),
        ('proxy = "http://proxy.example:3128"\nproxy_resolves = true', "it alone keeps them out"),
        ("proxy_resolves = true", "has no effect"),
    ],
)
def test_what_a_proxy_leaves_open_is_said(tmp_path: Path, polling: str, says: str) -> None:
    """Whoever checks the configuration hears what the proxy can reach that we cannot check."""
    path = write(tmp_path, f'[telegram]\ntoken = "1:a"\n[polling]\ncontact = "mail@example.org"\n{polling}')
    (warning,) = loading.list_warnings(path, loading.load(path))
    assert says in warning


def test_the_example_shows_every_key_at_its_default(tmp_path: Path) -> None:
    """config.example.toml and the model tell the same, key for key."""
    example = (Path(__file__).parents[2] / "config.example.toml").read_text("utf-8")
    lines = [line.removeprefix("# ") for line in example.splitlines()]
    active = "\n".join(line for line in lines if _is_key_or_table(line) and "_file = " not in line)
    shown = loading.load(write(tmp_path, active), token_needed=False)

    assert shown.model_copy(update={"feeds": ()}) == Settings()
    for name, field in Settings.model_fields.items():
        table = field.annotation if name != "feeds" else None
        for key in getattr(table, "model_fields", {}):
            assert f"\n# {key} = " in example, f"{name}.{key} is missing in config.example.toml"


def _is_key_or_table(line: str) -> bool:
    name = line.partition(" = ")[0]
    return line.startswith("[") or (" = " in line and name.replace("_", "").isalnum() and name.islower())


@pytest.mark.parametrize(
    ("public_url", "api_url", "url"),
    [
        ("", "https://api.telegram.org", ""),
        ("https://bot.example/x/", "https://api.telegram.org", "https://bot.example/x/app"),
        ("https://localhost", "https://api.telegram.org", ""),
        ("http://127.0.0.1:8088", "https://api.telegram.org", ""),
        ("http://127.0.0.1:8088", "http://127.0.0.1:8081", "http://127.0.0.1:8088/app"),
        ("https://bot.example", "http://127.0.0.1:8081", "https://bot.example/app"),
    ],
)
def test_the_mini_app_has_an_address_that_telegram_takes(public_url: str, api_url: str, url: str) -> None:
    """A message with a button that leads to another one is refused as a whole."""
    settings = Settings.model_validate({"telegram": {"api_url": api_url}, "web": {"public_url": public_url}})
    assert settings.mini_app_url == url
