"""
The command line.

`init`, `match`, `demo` and `--version` need neither a configuration nor a token. Rooms are imported only when their
command runs, so that a wrong option is answered at once.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path

from bot.core.errors import ConfigError, StorageError
from bot.core.process_state import ExitCode
from bot.settings.model import Settings

_EXCLUSION = re.compile(r"-[^-]")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    options = _parser().parse_args(_spare_query(sys.argv[1:] if arguments is None else arguments))
    try:
        with _own_files():
            return int(_COMMANDS[options.command](options))
    except ConfigError as error:
        print(f"stichwort: {error}", file=sys.stderr)
        return ExitCode.CONFIG
    except StorageError as error:
        print(f"stichwort: database: {error.line}", file=sys.stderr)
        return ExitCode.DATABASE
    except KeyboardInterrupt:
        return ExitCode.FAILURE


@contextlib.contextmanager
def _own_files() -> Iterator[None]:
    """Let whatever a command writes be for its user alone: databases, logs beside them, copies, lists of feeds."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    # Before or behind the command: what is not given there must not undo what was given here.
    about, none = "the configuration (default: config.toml)", argparse.SUPPRESS
    shared.add_argument("--config", type=Path, metavar="FILE", default=none, help=about)
    description = "News alerts in Telegram, one per story."
    parser = argparse.ArgumentParser(prog="stichwort", description=description, parents=[shared])
    parser.add_argument("--version", action="version", version=f"stichwort {metadata.version('stichwort')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_init(
        commands.add_parser("init", parents=[shared], help="check the token, pick feeds, write the configuration")
    )
    commands.add_parser("run", parents=[shared], help="run the bot")
    demo = commands.add_parser("demo", parents=[shared], help="try the bot without a token and without a network")
    demo.add_argument("--headless", action="store_true", help="print the conversation and end")
    demo.add_argument("--port", type=int, default=8080, help="where the page is served (default: 8080)")
    commands.add_parser("check", parents=[shared], help="check configuration, database, token and every feed")
    commands.add_parser("upgrade", parents=[shared], help="bring the database's schema up to date")
    saved = commands.add_parser("backup", parents=[shared], help="save the database to a file; the bot may run")
    restored = commands.add_parser(
        "restore", parents=[shared], help="put such a file in the database's place, SQLite or PostgreSQL"
    )
    for each in (saved, restored):
        each.add_argument("file", type=Path, metavar="FILE")
    saved.add_argument("--force", action="store_true", help="write over an older copy of that name")
    _add_match(commands.add_parser("match", parents=[shared], help="does a query find a text, and why"))
    about = "list, add, remove, import, export and check feeds"
    _add_feeds(commands.add_parser("feeds", parents=[shared], help=about), shared)
    operator = commands.add_parser("operator", parents=[shared], help="say who runs the bot")
    verbs = operator.add_subparsers(dest="verb", required=True, metavar="add|remove|list")
    for verb in ("add", "remove"):
        each = verbs.add_parser(verb, parents=[shared])
        each.add_argument("user_id", type=int, help="a Telegram user id")
    verbs.add_parser("list", parents=[shared])
    return parser


def _add_init(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", metavar="de,fr", help="of the feeds and of the bot; the first is the bot's own")
    parser.add_argument("--country", metavar="ch,at", help="of the feeds' newsrooms (default: all)")
    parser.add_argument("--token-file", type=Path, metavar="FILE", help="a file that holds the token and nothing else")
    parser.add_argument("--no-check", action="store_true", help="do not ask Telegram about the token")


def _add_match(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", nargs="?", metavar="QUERY", help="what a reader would type behind /sub")
    parser.add_argument("text", nargs="?", metavar="FILE|URL|-", help="plain text (headline first), HTML, or a page")
    parser.add_argument("--language", metavar="CODE", help="of the text, such as de (default: a guess)")
    parser.add_argument("--mode", choices=("exact", "forms", "compounds"), default="compounds")
    parser.add_argument("--json", action="store_true", help="answer with a line of JSON")
    parser.add_argument("--rows", type=Path, metavar="FILE.tsv", help="many questions: columns term, text, language")


def _spare_query(arguments: Sequence[str]) -> list[str]:
    """Keep a query that begins with an exclusion from being taken for an option: match "-Fussball"."""
    if list(arguments[:1]) != ["match"]:
        return list(arguments)
    return [f" {each}" if _EXCLUSION.match(each) and each != "-h" else each for each in arguments]


def _add_feeds(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="list|add|remove|import|export|check")
    listed = verbs.add_parser("list", parents=[shared], help="id, state, next poll, title, address")
    listed.add_argument("--all", action="store_true", help="readers' own feeds too")
    add = verbs.add_parser("add", parents=[shared], help="add a feed, or the one a page names")
    add.add_argument("url", metavar="URL")
    add.add_argument("--title", default="", help="what it is called (default: as it calls itself)")
    add.add_argument("--language", metavar="CODE", help="of its articles, such as de (default: as it says)")
    add.add_argument("--full-text", choices=("never", "on-match", "always"), default="never")
    remove = verbs.add_parser("remove", parents=[shared], help="stop polling a feed; its articles stay")
    remove.add_argument("feed", metavar="ID|URL")
    imported = verbs.add_parser("import", parents=[shared], help="add the feeds of OPML lists, or of our catalogue")
    imported.add_argument("sources", nargs="*", metavar="FILE|URL")
    imported.add_argument("--catalogue", default="", metavar="ch,de,at,world", help="groups of our own catalogue")
    imported.add_argument("--no-check", action="store_true", help="add them without looking whether they can be read")
    export = verbs.add_parser("export", parents=[shared], help="write the feeds as OPML")
    export.add_argument("file", nargs="?", type=Path, metavar="FILE", help="default: the standard output")
    check = verbs.add_parser("check", parents=[shared], help="explain step by step how a feed is read")
    check.add_argument("url", metavar="URL")


def _config_path(options: argparse.Namespace) -> Path:
    return getattr(options, "config", None) or Path(os.environ.get("STICHWORT_CONFIG") or "config.toml")


def _settings(options: argparse.Namespace, *, token_needed: bool = True) -> Settings:
    from bot import logs
    from bot.settings import load

    path = _config_path(options)
    settings = load.load(path, token_needed=token_needed)
    logs.configure(settings.log.level, settings.log.format, load.list_secrets(settings))
    for warning in load.list_warnings(path, settings):
        if options.command in ("run", "check"):
            print(f"stichwort: warning: {warning}", file=sys.stderr)
    return settings


def _run(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from bot.app import lifecycle

    clock_file = os.environ.get("STICHWORT_CLOCK")
    return asyncio.run(lifecycle.run(settings, clock_file=Path(clock_file) if clock_file else None))


def _init(options: argparse.Namespace) -> int:
    from bot.cli.init import InitOptions, init

    chosen = InitOptions(
        languages=options.language,
        countries=options.country,
        token_file=options.token_file,
        is_checked=not options.no_check,
        is_interactive=sys.stdin.isatty(),
    )
    return asyncio.run(init(_config_path(options), chosen))


def _demo(options: argparse.Namespace) -> int:
    from bot.demo.run import run_demo

    return asyncio.run(run_demo(headless=options.headless or not sys.stdout.isatty(), port=options.port))


def _check(options: argparse.Namespace) -> int:
    settings = _settings(options)
    from bot.cli import check

    return asyncio.run(check.check(settings))


def _upgrade(options: argparse.Namespace) -> int:
    settings = _settings(options, token_needed=False)
    from bot.app import database

    return database.upgrade(settings)


def _backup(options: argparse.Namespace) -> int:
    settings = _settings(options, token_needed=False)
    from bot.cli import backup

    if options.command == "backup":
        return backup.backup(settings, options.file, force=options.force)
    return backup.restore(settings, options.file)


def _operator(options: argparse.Namespace) -> int:
    settings = _settings(options, token_needed=False)
    from bot.cli import operator as cli_operator

    user_id = getattr(options, "user_id", None)
    return asyncio.run(cli_operator.operators(settings, options.verb, user_id))


def _feeds(options: argparse.Namespace) -> int:
    from bot.cli import feed_check, feeds

    if options.verb == "check":
        named = getattr(options, "config", None) or os.environ.get("STICHWORT_CONFIG")
        found = named or _config_path(options).exists()
        settings = _settings(options, token_needed=False) if found else Settings()
        return asyncio.run(feed_check.check(settings, options.url))
    return asyncio.run(feeds.feeds(_settings(options, token_needed=False), options))


def _match(options: argparse.Namespace) -> int:
    from bot.cli import match

    return match.match(options)


_COMMANDS = {
    "init": _init,
    "run": _run,
    "demo": _demo,
    "check": _check,
    "feeds": _feeds,
    "upgrade": _upgrade,
    "backup": _backup,
    "restore": _backup,
    "operator": _operator,
    "match": _match,
}
