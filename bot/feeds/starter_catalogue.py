"""The feeds a new installation starts with, until the operator names others."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from importlib import resources

from bot.core.feed import FeedWish, Origin

_FALLBACK = "en"


def starter(languages: Collection[str]) -> tuple[FeedWish, ...]:
    """List the starter feeds in these languages; a language without any (and no language) gets the English ones."""
    text = resources.files("bot.feeds").joinpath("data", "starter.toml").read_text("utf-8")
    entries = tomllib.loads(text)["feeds"]
    known = {entry["language"] for entry in entries}
    wanted = {language if language in known else _FALLBACK for language in languages or (_FALLBACK,)}
    return tuple(
        FeedWish(url=entry["url"], title=entry["title"], language=entry["language"], origin=Origin.CATALOGUE)
        for entry in entries
        if entry["language"] in wanted
    )


def groups() -> tuple[str, ...]:
    """Name the groups of the larger catalogue."""
    return tuple(dict.fromkeys(group for group, _ in _larger()))


def choose(wanted: Collection[str]) -> tuple[FeedWish, ...]:
    """List the feeds of some groups of the larger catalogue."""
    return tuple(wish for group, wish in _larger() if group in wanted)


def _larger() -> tuple[tuple[str, FeedWish], ...]:
    text = resources.files("bot.feeds").joinpath("data", "catalogue.tsv").read_text("utf-8")
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(
        (group, FeedWish(url=url, title=title, language=language, origin=Origin.OPERATOR))
        for group, language, title, url in lines
    )
