"""The real bot as a process of its own, as an operator starts it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.stage import BotProcess, clean_environment
from bot.demo.telegram_server.server import Server
from tests.fakes.bare_telegram import BareTelegram

ROOT = Path(__file__).parents[2]


def make_bot(
    folder: Path, config: str, environment: Mapping[str, str] | None = None, *, module: str = "bot"
) -> BotProcess:
    """Prepare `python -m bot run` with a configuration of its own; another module may stand around the bot."""
    file = folder / "config.toml"
    file.write_text(config, "utf-8")
    file.chmod(0o600)
    return BotProcess(
        [sys.executable, "-m", module, "run", "--config", str(file)],
        log=folder / "bot.log",
        environment={**clean_environment(), "PYTHONPATH": str(ROOT), **(environment or {})},
    )


def free_port() -> int:
    """Find a port on which nobody listens now."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


async def rounds(newsroom: Newsroom, paper: str, number: int = 4) -> None:
    """Let the bot do something else for a while, counted in its visits of a feed."""
    await newsroom.visited(paper, times=sum(visit.paper == paper for visit in newsroom.visits) + number)


def write_config(
    server: Server | BareTelegram,
    feeds: Mapping[str, str] | None = None,
    *,
    database: str = "sqlite:///bot.db",
    extra: str = "",
) -> str:
    """Write a configuration against a local server: feeds by title, polled every second, everybody let in."""
    catalogue = "\n".join(
        f'[[feeds]]\nurl = "{url}"\ntitle = "{title}"\nlanguage = "de"' for title, url in (feeds or {}).items()
    )
    return f"""
[telegram]
token = "{server.token}"
api_url = "{server.url}"
access = "public"
[database]
url = "{database}"
[polling]
interval = "1s"
min_interval = "1s"
max_interval = "1s"
host_gap = "0s"
contact = "mailto:test@example.org"
allow_networks = ["127.0.0.0/8"]
[chats]
language = "de"
[web]
listen = ""
{extra}
{catalogue}
"""
