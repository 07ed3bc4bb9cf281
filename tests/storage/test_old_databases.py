"""What an older version left is brought up to date with all that readers have, on both databases."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from storage import schema
from storage.store import open_store
from tests.fakes.old_databases import OLD_DATABASES, OLDEST, make
from tests.storage.test_server_backup import content, put_back

KEPT = ("chats", "subscriptions", "queries", "feeds", "articles", "entries", "deliveries", "updates")


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
@pytest.mark.parametrize("old", OLD_DATABASES, ids=lambda old: old.stem)
def test_a_backup_of_every_kept_version_is_restored_in_either_database(
    old: Path, target: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """No row that a reader would miss is gone, and the bot can read them."""
    make(old, tmp_path / "old.db")
    before = content(f"sqlite:///{tmp_path / 'old.db'}")
    assert before[schema.VERSION_TABLE] == [(old.stem,)]
    url = f"sqlite:///{tmp_path / 'new.db'}" if target == "sqlite" else request.getfixturevalue("empty_postgres_url")

    put_back(tmp_path / "old.db", url)

    after = content(url)
    assert {name: len(after[name]) for name in KEPT} == {name: len(before[name]) for name in KEPT}
    assert after[schema.VERSION_TABLE] == [(schema.newest(),)]
    assert content(f"sqlite:///{tmp_path / 'old.db'}") == before

    async def read() -> tuple[set[str], int]:
        store = await open_store(url)
        chats = [row[0] for row in after["chats"]]
        try:
            texts = {held.subscription.name for chat in chats for held in await store.subscriptions.list_all_of(chat)}
            return texts, len(await store.feeds.list_all())
        finally:
            await store.close()

    texts, feeds = asyncio.run(read())
    assert texts == {"Nordkorea", "Putin -Kino", "Fussball"}
    assert feeds == len(before["feeds"])


def test_the_oldest_version_is_kept() -> None:
    """Whoever started with it can come along."""
    assert OLDEST.stem == "0001"
    assert {old.stem for old in OLD_DATABASES} <= schema._revisions()
