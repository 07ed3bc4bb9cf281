"""
`python -m benchmarks fidelity [DIR …]`: whether reading only new entries gives what reading everything gives.

Each file is read whole; then again as if each of a few of its entries were new, and compared in every key we use. An
entry that is alone in its file gets some others beside it, which differ from it by a comment.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from bot.core.feed import ParsedFeed
from bot.feeds import fingerprints, parse, prescan

DEFAULT = Path(__file__).parents[1] / "tests" / "data" / "feeds"
_URL = "https://feed.example/rss"


def main() -> None:
    """Read every file below the directories; name those that differ."""
    counted: Counter[str] = Counter()
    for place in sys.argv[1:] or [str(DEFAULT)]:
        for path in sorted(Path(place).rglob("*")):
            if path.is_file():
                counted += _look(path)
    print(", ".join(f"{name}: {count}" for name, count in sorted(counted.items())))
    if counted["short readings that differ"]:
        sys.exit(1)


def _look(path: Path) -> Counter[str]:
    body = _fill(path.read_bytes())
    whole = parse.parse(body, url=_URL, content_type="application/xml")
    if not isinstance(whole, ParsedFeed):
        return Counter({"no feeds": 1})
    known = list(fingerprints.unpack(whole.marks or b"").values())
    if not known:
        return Counter({"always read whole": 1})
    found = Counter({"read short": 1})
    for place in {0, len(known) // 2, len(known) - 1}:
        for many in (1, 3, 10):
            marks = fingerprints.pack(known[:place] + known[place + many :], {})
            short = parse.parse(body, url=_URL, content_type="application/xml", marks=marks)
            if not isinstance(short, ParsedFeed) or short.is_listing:
                continue
            same = parse.is_same(short, whole)
            found["short readings that agree" if same else "short readings that differ"] += 1
            if not same:
                print(f"differs: {path}, entries {place} to {place + many}")
    return found


def _fill(body: bytes) -> bytes:
    found = prescan.find(body)
    if found is None or len(found) != 1:
        return body
    start, end = found[0].start, found[0].end
    close = body.rindex(b"</", start, end)
    others = (body[start:close] + b"<!--%d-->" % number + body[close:end] for number in range(5))
    return body[:end] + b"".join(others) + body[end:]


if __name__ == "__main__":
    main()
