"""The command line: codes, one-line messages, and what needs a configuration."""

from __future__ import annotations

import sqlite3
from importlib import metadata
from pathlib import Path

import pytest

from bot.cli import main
from tests.app.conftest import own_environment, own_logging

__all__ = ["own_environment", "own_logging"]

TOKEN = "123456:a-token-of-nobody-in-particular"
MINIMAL = f'[telegram]\ntoken = "{TOKEN}"\noperators = [7]\n[database]\nurl = "sqlite:///bot.db"\n'


def write(text: str = MINIMAL, name: str = "config.toml") -> Path:
    """Write a configuration where the command is run."""
    file = Path(name)
    file.write_text(text, "utf-8")
    file.chmod(0o600)
    return file


def test_version_needs_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a configuration nor a token."""
    with pytest.raises(SystemExit) as ended:
        main.main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"stichwort {metadata.version('stichwort')}\n"


@pytest.mark.parametrize(
    "arguments",
    [[], ["dance"], ["run", "--fast"], ["operator"], ["operator", "add"], ["operator", "add", "Anna"]],
    ids=" ".join,
)
def test_a_wrong_use_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """And with the usage."""
    with pytest.raises(SystemExit) as ended:
        main.main(arguments)

    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: stichwort")


@pytest.mark.parametrize("command", [["run"], ["check"], ["upgrade"], ["operator", "list"]], ids=" ".join)
def test_a_missing_configuration_ends_with_2(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """One line names the file."""
    assert main.main([*command, "--config", "away.toml"]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("stichwort: away.toml: there is no such file")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[telegram]\ntoken = 1 2", "is not valid TOML"),
        ("[telegram]\ntokken = ''", "telegram.tokken is unknown; did you mean telegram.token?"),
        ("[telegram]\naccess = 'open'", "telegram.access"),
        ("[database]\nurl = 'sqlite:///bot.db'", "telegram.token is missing"),
        (MINIMAL + "[web]\nlisten = '0.0.0.0:80'", "web.token must be set"),
    ],
    ids=["toml", "unknown", "bad", "token", "open"],
)
def test_a_bad_configuration_ends_a_run_with_2(text: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line names the file and the key, and never the token."""
    write(text)

    assert main.main(["run"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("stichwort: config.toml: ")
    assert words in line
    assert TOKEN not in line


def test_the_configuration_is_found_by_option_then_variable_then_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The nearer one wins."""
    for name, operator in (("config.toml", 1), ("variable.toml", 2), ("option.toml", 3)):
        write(MINIMAL.replace("[7]", f"[{operator}]"), name)

    def listed(*options: str) -> str:
        assert main.main(["operator", "list", *options]) == 0
        return capsys.readouterr().out.split("\t")[0]

    assert listed() == "1"
    monkeypatch.setenv("STICHWORT_CONFIG", "variable.toml")
    assert listed() == "2"
    assert listed("--config", "option.toml") == "3"
    for arguments in (["--config", "option.toml", "operator", "list"], ["operator", "--config", "option.toml", "list"]):
        assert main.main(arguments) == 0
        assert capsys.readouterr().out.startswith("3")


def test_operators_are_added_listed_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    """Those of the configuration are listed too and cannot be removed here; no token is needed."""
    write(MINIMAL.replace(TOKEN, ""))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main.main(["operator", *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    assert run("list") == (0, "7\tin the configuration\n", "")
    assert run("add", "42") == (0, "42 is now an operator.\n", "")
    assert run("add", "42") == (0, "42 is now an operator.\n", "")
    assert run("list") == (0, "7\tin the configuration\n42\tstored\n", "")
    assert run("remove", "42") == (0, "42 is no longer an operator.\n", "")
    assert run("remove", "42")[::2] == (1, "stichwort: operator: nobody stored 42; nothing was changed\n")
    assert run("remove", "7")[::2] == (1, "stichwort: operator: the configuration names 7; nothing was changed\n")
    assert run("add", "0")[::2] == (2, "stichwort: operator: a user id is a positive number\n")


def test_upgrade_makes_the_tables_once(capsys: pytest.CaptureFixture[str]) -> None:
    """The second time there is nothing to do."""
    write()

    assert [main.main(["upgrade"]), main.main(["upgrade"])] == [0, 0]
    assert capsys.readouterr().out.splitlines() == [
        "The database was brought up to date.",
        "The database is up to date.",
    ]


@pytest.mark.parametrize("command", ["upgrade", "check", "operator list", "operator add 42"])
@pytest.mark.parametrize("kind", ["none", "foreign", "broken"])
def test_a_database_that_cannot_be_used_ends_with_3(
    command: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says why."""
    if kind == "none":
        write(MINIMAL.replace("bot.db", "no/such/folder/bot.db"))
    else:
        write()
    if kind == "broken":
        Path("bot.db").write_bytes(b"this is no database" * 100)
    if kind == "foreign":
        connection = sqlite3.connect("bot.db")
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.commit()
        connection.close()

    assert main.main(command.split()) == 3
    shown = capsys.readouterr()
    lines = [line for line in (shown.out + shown.err).splitlines() if "database: " in line]
    assert len(lines) == 1
    assert "Traceback" not in shown.err


def test_secrets_others_can_read_are_warned_about(capsys: pytest.CaptureFixture[str]) -> None:
    """A run and a check say so; other commands do not bother."""
    write(MINIMAL.replace("bot.db", "no/such/folder/bot.db")).chmod(0o644)
    main.main(["check"])
    warned = capsys.readouterr().err
    main.main(["upgrade"])

    assert "stichwort: warning: config.toml holds a secret and can be read by others" in warned
    assert "polling.contact is empty" in warned
    assert "warning" not in capsys.readouterr().err
