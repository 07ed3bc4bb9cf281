"""Whole histories of feeds: what is new at each poll, whatever the identities are worth; decisions alone, no store."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core import article, identity, recognition
from bot.core.feed import Entry
from bot.core.identity import DEFAULT_RULE, IdentityRule, KnownEntry, Traits
from tests.builders import NOW, make_feed

_DATA = Path(__file__).parents[1] / "data"
CASES = [
    case
    for name in ("identities", "histories")
    for case in tomllib.loads((_DATA / f"{name}.toml").read_text("utf-8"))["case"]
]
_FEED = make_feed()


@dataclass
class Memory:
    """A feed and what it brought; keeps what the tables keep."""

    rule: IdentityRule | None = None
    brought: dict[str, KnownEntry] = field(default_factory=dict)
    articles: int = 0

    def read(self, listed: list[Traits], now: datetime) -> int:
        """Take in a document; returns how many of its entries are new."""
        if not listed:
            return 0
        short, known = [each.short() for each in listed], list(self.brought.values())
        if identity.different(short) < 2:
            history = sorted(known, key=lambda each: each.seen_at, reverse=True)
            chosen = identity.choose_from_history(listed, (each.traits for each in history), self.rule)
        else:
            chosen = identity.choose(short, self.rule)
        if chosen is not None:
            chosen = identity.judge(chosen, listed, listed=short, brought=known)
        self.rule = chosen
        found = recognition.recognise(1, listed, listed=short, brought=known, rule=chosen or DEFAULT_RULE, now=now)
        for each in found:
            if (was := each.known) is not None:
                seen_at = was.seen_at if was.traits == each.traits else now
                self.brought[was.key] = replace(was, traits=each.traits, seen_at=seen_at)
        new = [each for each in found if each.known is None and not each.is_double]
        for each in new:
            self.articles += 1
            self.brought[each.key] = KnownEntry(key=each.key, traits=each.traits, article_id=self.articles, seen_at=now)
        return len(new)


def entry(row: dict[str, str], number: int) -> Traits:
    """Read an entry of the table as the feed's parser gives it."""
    said = {name: value.replace("{n}", str(number)) for name, value in row.items()}
    link = said.get("l")
    date = None
    if "d" in said:
        minute = "00" if said["d"].endswith("T00") else "15"
        date = datetime.fromisoformat(f"2026-01-{said['d']}:{minute}:00+00:00").astimezone(UTC)
    made = Entry(
        title=said["t"],
        link=f"https://zeitung.example{link}" if link and link.startswith("/") else link,
        guid=said.get("g"),
        summary=said.get("s", "x"),
        content="",
        key_points=(),
        html="",
        language=None,
        published_at=date,
    )
    traits = article.draft(_FEED, made, language=None, now=NOW).traits
    assert traits is not None
    return traits


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_new_is_found_once(case: dict[str, Any]) -> None:
    """No entry is swallowed and none is told twice."""
    feed = Memory()
    new = [
        feed.read([entry(row, number) for row in rows], NOW + number * timedelta(seconds=61))
        for number, rows in enumerate(case["polls"], 1)
    ]
    assert new == case["new"], feed.rule
    if "rule" in case:
        assert str(feed.rule) == case["rule"]


_LINKS = {
    "own": ("/a/{i}", "g{i}"),
    "link": ("/a/{i}", ""),
    "guid": ("", "g{i}"),
    "page": ("/news", "g{i}"),
    "fragment": ("/log#v{i}", "/log#v{i}"),
    "version": ("/a/{i}", "a{i}#{v}"),
    "row": ("/a/{i}", "{row}"),
    "token": ("/a/{i}?x={n}{i}", ""),
}
"""How link and guid are made: of the number of an article, its version, its row in the list, the number of the poll."""


@pytest.mark.parametrize("size", [2, 5, 9])
@pytest.mark.parametrize("kind", _LINKS)
def test_random_lives_of_feeds_are_followed(kind: str, size: int) -> None:
    """Articles come, change where their identity lasts, and leave; one title comes back again and again."""
    for seed in range(8):
        chance = random.Random(f"{kind}{size}{seed}")
        feed, number = Memory(), 0
        listed: list[dict[str, Any]] = []
        for poll in range(1, 13):
            coming = size if poll == 1 else chance.choice((0, 1, 1, 2))
            for _ in range(coming):
                number += 1
                title = "Zeugenaufruf" if chance.random() < 0.3 else f"Meldung Nummer {number}"
                # The first ones are old; an hour lies between two of the others.
                listed.insert(0, {"i": number, "t": title, "s": f"Text {chr(96 + number)}", "v": 0, "hour": number})
            del listed[size:]
            for each in listed:
                if kind not in ("row", "token") and chance.random() < 0.1:
                    each["t"], each["v"] = f"{each['t']} neu", each["v"] + 1
            rows = [_row(each, kind, row, poll) for row, each in enumerate(listed)]
            found = feed.read([entry(row, poll) for row in rows], NOW + poll * timedelta(minutes=20))
            assert found == coming, (seed, poll, str(feed.rule), rows)


def _row(each: dict[str, Any], kind: str, row: int, poll: int) -> dict[str, str]:
    link, guid = (
        text.replace("{i}", str(each["i"])).replace("{v}", str(each["v"])).replace("{row}", str(row))
        for text in _LINKS[kind]
    )
    said = {"t": each["t"], "s": each["s"], "d": f"{1 + each['hour'] // 20:02}T{2 + each['hour'] % 20:02}"}
    return said | ({"l": link.replace("{n}", str(poll))} if link else {}) | ({"g": guid} if guid else {})
