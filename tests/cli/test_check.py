"""`stichwort check`: one line for each thing a start needs, and the code of the first that is wrong."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import check
from bot.demo.newsroom.newsroom import Newsroom
from bot.demo.telegram_server.server import Server
from bot.settings import load
from storage.schema import VERSION_TABLE, upgrade
from tests.journeys.process import write_config


async def checked(config: str, folder: Path) -> int:
    """Check a configuration."""
    file = folder / "config.toml"
    file.write_text(config, "utf-8")
    return await check.check(load.load(file))


async def test_all_is_fine(
    server: Server, newsroom: Newsroom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is made or changed by looking; no password of a feed is shown."""
    elbe = newsroom.feed_url("elbe").replace("://", "://reader:s3cret@")
    config = write_config(server, {"Limmat": newsroom.feed_url("limmat"), "Elbe": elbe})

    assert await checked(config, tmp_path) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["configuration: fine", "database: fine, its tables are made at the first start"]
    assert lines[2].startswith("token: fine, it belongs to @")
    assert sum(line.startswith("feed http") and ": fine, " in line for line in lines) == 2
    assert lines[-1] == "feeds: 2 of 2 fine"
    assert "s3cret" not in "".join(lines)
    assert not [name for name in os.listdir(tmp_path) if name.startswith("bot.db")]

    upgrade(f"sqlite:///{tmp_path}/bot.db")
    assert await checked(config, tmp_path) == 0
    assert "database: fine\n" in capsys.readouterr().out


async def test_an_inline_mode_that_is_off_is_named(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With what to say to BotFather; it is no fault."""
    config = write_config(server)
    await checked(config, tmp_path)
    assert "inline mode" not in capsys.readouterr().out
    server.world.inline.is_on = False
    await checked(config, tmp_path)
    assert "inline mode: off; /setinline at @BotFather" in capsys.readouterr().out


async def test_files_that_others_may_read_are_named(
    server: Server, newsroom: Newsroom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The database, the log beside it and what a restore kept; new ones are for their user alone."""
    upgrade(f"sqlite:///{tmp_path}/bot.db")
    config = write_config(server, {"Limmat": newsroom.feed_url("limmat")})
    await checked(config, tmp_path)
    assert "warning" not in capsys.readouterr().out

    for rest in ("bot.db-wal", "bot.db-shm"):
        (tmp_path / rest).unlink(missing_ok=True)
    (tmp_path / "bot.db").chmod(0o644)
    (tmp_path / "bot.db.before-restore-1").touch(0o640)
    assert await checked(config, tmp_path) == 0

    warnings = [line for line in capsys.readouterr().out.splitlines() if line.startswith("database: warning: ")]
    assert [(line.split()[2], line.split()[-1]) for line in warnings] == [
        ("bot.db", "bot.db"),
        ("bot.db.before-restore-1", "bot.db.before-restore-1"),
    ]


async def test_an_upgrade_is_announced_and_left_to_the_next_start(
    server: Server, newsroom: Newsroom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever only looks must not lock an older version out."""
    upgrade(f"sqlite:///{tmp_path}/bot.db")
    with closing(sqlite3.connect(tmp_path / "bot.db")) as older:
        older.execute(f"UPDATE {VERSION_TABLE} SET version_num = '0001'")
        older.commit()
    assert await checked(write_config(server, {"Limmat": newsroom.feed_url("limmat")}), tmp_path) == 0

    assert "database: fine, the next start (or `stichwort upgrade`) brings it up to date" in capsys.readouterr().out
    with closing(sqlite3.connect(tmp_path / "bot.db")) as older:
        assert older.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone() == ("0001",)


async def test_a_bad_feed_ends_it_with_1(
    server: Server, newsroom: Newsroom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are looked at all the same."""
    page = newsroom.publish("limmat", "Ein Artikel", "<p>Kein Feed.</p>").link
    feeds = {"Limmat": newsroom.feed_url("limmat"), "Page": page, "None": f"{newsroom.url}/away/feed.xml"}

    assert await checked(write_config(server, feeds), tmp_path) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "feeds: 1 of 3 fine"
    assert [line for line in lines if line.startswith(f"feed {page}: ") and "fine" not in line]


async def test_a_refused_token_ends_it_with_4_and_telegram_away_with_1(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The token is never shown."""
    config = write_config(server)
    assert await checked(config.replace(server.token, "123456:wrong-token-wrong-token-wrong"), tmp_path) == 4
    await server.stop()
    assert await checked(config, tmp_path) == 1

    shown = capsys.readouterr().out
    assert "token: Telegram does not accept it" in shown
    assert "cannot be reached" in shown
    assert server.token not in shown
