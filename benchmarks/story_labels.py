"""
Reads the invented headlines of `data/stories.txt`, which were labelled by reading before any method was run on them.

Lines below one `*` are one piece of news, lines below one `=` one event; the file itself says more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import combinations
from pathlib import Path
from typing import Literal, get_args

DATA = Path(__file__).parent / "data" / "stories.txt"
Half = Literal["train", "test"]
HALVES: tuple[Half, ...] = get_args(Half)
_START = datetime(2026, 1, 2, tzinfo=UTC)
_TOPIC = re.compile(r"## (?P<half>train|test) (?P<hour>\d+) .+")
_HEADLINE = re.compile(r"(?P<hour>\d+(?:\.\d+)?) (?P<paper>\w) (?P<title>.+?)(?: // (?P<teaser>.+))?")


class Relation(Enum):
    """What two headlines have to do with each other."""

    SAME = "same piece of news"
    EVENT = "same event, other news"
    OTHER = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledHeadline:
    """A headline; `topic`, `event` and `development` are numbers of their own in the whole file."""

    half: Half
    language: str
    topic: int
    event: int
    development: int
    published: datetime
    paper: str
    title: str
    teaser: str

    def relation(self, other: LabelledHeadline) -> Relation:
        """Say how the labels relate two headlines."""
        if self.development == other.development:
            return Relation.SAME
        return Relation.EVENT if self.event == other.event else Relation.OTHER


def read(half: Half, path: Path = DATA) -> tuple[LabelledHeadline, ...]:
    """Read the headlines of one half, in the order of time."""
    found = [headline for headline in _read_all(path) if headline.half == half]
    return tuple(sorted(found, key=lambda headline: headline.published))


def count_pairs(headlines: Sequence[LabelledHeadline]) -> Counter[Relation]:
    """Count the pairs of one topic and language by how the labels relate them."""
    return Counter(
        first.relation(second)
        for first, second in combinations(headlines, 2)
        if first.topic == second.topic and first.language == second.language
    )


def _read_all(path: Path) -> Iterator[LabelledHeadline]:
    topic = event = development = 0
    half, language, begin = "", "", _START
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if found := _TOPIC.fullmatch(line):
            topic, half, begin = topic + 1, found["half"], _START + timedelta(hours=int(found["hour"]))
        elif line.startswith("= "):
            event, language = event + 1, line[2:]
        elif line == "*":
            development += 1
        elif found := _HEADLINE.fullmatch(line):
            yield LabelledHeadline(
                half="train" if half == "train" else "test",
                language=language,
                topic=topic,
                event=event,
                development=development,
                published=begin + timedelta(hours=float(found["hour"])),
                paper=found["paper"],
                title=found["title"],
                teaser=found["teaser"] or "",
            )
        elif line and not line.startswith("#"):
            raise ValueError(f"{path}, line {number}: neither a headline nor a mark")
