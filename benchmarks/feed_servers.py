"""
A server with thousands of feeds, each at a loopback address of its own, in a process of its own.

No real feed is packaged: bodies are made up, with the sizes, formats, numbers of entries and density of markup that 200
real ones of 2026 had (two thirds RSS, one third Atom; p50 81 KB, mean 225 KB, p90 570 KB; p50 15 entries, mean 33).
Each feed has several states. Who sends back a state's validator gets 304 from seven feeds in ten, and from the others
the next state, in which one new entry has come and the last one has gone; the last state stays.
"""

from __future__ import annotations

import asyncio
import gzip
import html
import random
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

SHAPES = 40
_PER_PROCESS = 8_000
CHANGED = frozenset((0, 3, 7))
"""Of ten feeds, those that have one new entry when they are asked again."""
STATES = 6
_WORDS = (
    "der die das und in von zu mit auf für ist im dem nicht ein eine als auch es an werden aus er hat dass sie nach "
    "wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur bis mehr durch man "
    "sein wurde sei Prozent Jahr Regierung Präsident Millionen Schweiz Europa Bundesrat Treffen Gespräche Zürich Wahl "
    "Parlament Nachrichten Unternehmen Mitarbeiter Entscheidung Verhandlungen Nordkorea Sicherheit Wirtschaft Zukunft"
).split()


@dataclass(frozen=True, slots=True)
class Shape:
    """One made-up feed in its states."""

    before: bytes
    """The first state."""
    after: bytes
    """The second one."""
    packed: tuple[bytes, ...]
    """All of them, as they are sent."""
    content_type: str


def address(number: int) -> str:
    """Give the address of a feed."""
    return f"127.{10 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"


def url(number: int, port: int) -> str:
    """Give where a feed is."""
    return f"http://{address(number)}:{port}/feed.xml"


def count_changed(feeds: int) -> int:
    """Count the feeds that have a new entry."""
    return sum(_has_changed(number) for number in range(feeds))


def _has_changed(number: int) -> bool:
    return number // SHAPES % 10 in CHANGED


def shapes(seed: int = 5) -> list[Shape]:
    """Make the feeds; the same every time."""
    source = random.Random(seed)
    return [_shape(source, number) for number in range(SHAPES)]


def _shape(source: random.Random, number: int) -> Shape:
    rank = (number + 0.5) / SHAPES
    size = 81_000 * 2.718 ** (1.52 * _normal(rank))  # log-normal with the p50 and p90 measured
    count = max(3, min(400, round(15 * 2.718 ** (1.25 * _normal((rank * 7) % 1)))))
    is_atom = number % 3 == 2
    entry = _atom if is_atom else _rss
    items = [entry(source, number, each, max(300, int(size / count))) for each in range(count + STATES - 1)]
    states = [_document(is_atom, number, "\n".join(items[first : first + count])) for first in reversed(range(STATES))]
    kind = "application/atom+xml" if is_atom else "application/rss+xml"
    packed = tuple(gzip.compress(state, 6) for state in states)
    return Shape(states[0], states[1], packed, f"{kind}; charset=utf-8")


def _normal(rank: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(rank)


def _document(is_atom: bool, number: int, items: str) -> bytes:
    site = f"https://zeitung{number}.example"
    if is_atom:
        head = (
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Zeitung {number}</title>'
            f'<link href="{site}/"/><link rel="self" href="{site}/atom"/><id>{site}/</id>'
            f"<updated>2026-01-05T10:00:00Z</updated>\n{items}\n</feed>"
        )
    else:
        head = (
            '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
            'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">\n'
            f'<channel><title>Zeitung {number}</title><atom:link href="{site}/rss" rel="self"/><link>{site}</link>'
            f"<description>Nachrichten</description><language>de</language>\n{items}\n</channel></rss>"
        )
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + head).encode()


def _rss(source: random.Random, number: int, index: int, size: int) -> str:
    site = f"https://zeitung{number}.example"
    return (
        f"<item><title>{_sentence(source, 8)}</title><link>{site}/artikel/{index}?utm_source=rss</link>"
        f"<dc:creator><![CDATA[Redaktion]]></dc:creator>"
        f"<pubDate>Mon, 05 Jan 2026 {23 - index % 24:02}:{59 - index % 60:02}:00 +0000</pubDate>"
        f"<category><![CDATA[Ausland]]></category><category><![CDATA[Politik]]></category>"
        f'<guid isPermaLink="false">{site}/?p={index}</guid>'
        f'<media:content url="{site}/bild/{index}.jpg" medium="image"><media:title>Bild</media:title></media:content>'
        f"<description><![CDATA[<p>{_sentence(source, 25)}</p>]]></description>"
        f"<content:encoded><![CDATA[{_html(source, site, size - 900)}]]></content:encoded>"
        f"<slash:comments>{index}</slash:comments></item>"
    )


def _atom(source: random.Random, number: int, index: int, size: int) -> str:
    site = f"https://zeitung{number}.example"
    markup = _html(source, site, int((size - 500) * 0.85))
    return (
        f'<entry><title type="html">{_sentence(source, 8)}</title><link href="{site}/artikel/{index}"/>'
        f"<id>{site}/{index}</id><updated>2026-01-05T{23 - index % 24:02}:{59 - index % 60:02}:00Z</updated>"
        f"<author><name>Redaktion</name></author><category term='Ausland'/><summary>{_sentence(source, 25)}</summary>"
        f'<content type="html">{html.escape(markup, quote=False)}</content></entry>'
    )


def _html(source: random.Random, site: str, size: int) -> str:
    parts: list[str] = []
    length = 0
    while length < size:
        kind = source.random()
        if kind < 0.62:
            link = f' <a href="{site}/x/{source.randrange(9999)}" rel="noopener">{_sentence(source, 3)}</a> '
            part = (
                f"<p>{_sentence(source, 34)}{link}{_sentence(source, 40)} <strong>{_sentence(source, 2)}</strong>.</p>"
            )
        elif kind < 0.8:
            part = "<ul>" + "".join(f"<li>{_sentence(source, 14)}</li>" for _ in range(3)) + "</ul>"
        else:
            part = (
                f'<figure class="wp-block-image"><img loading="lazy" width="1024" height="683" alt="" '
                f'src="{site}/b/{source.randrange(9999)}.jpg" class="wp-image-1"/>'
                f"<figcaption>{_sentence(source, 7)}</figcaption></figure>"
            )
        parts.append(part)
        length += len(part)
    return "\n".join(parts)


def _sentence(source: random.Random, words: int) -> str:
    return " ".join(source.choices(_WORDS, k=words)).capitalize()


class _Visitor(asyncio.Protocol):
    """One connection: as little work as possible, so that the machine is the clients'."""

    def __init__(self, made: list[Shape]) -> None:
        self._made = made
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        _, b, c, d = (int(part) for part in transport.get_extra_info("sockname")[0].split("."))
        self._number = (b - 10) * 62_500 + c * 250 + d - 1

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            self._answer(head.lower())

    def _answer(self, head: bytes) -> None:
        shape = self._made[self._number % SHAPES]
        known = re.search(rb'if-none-match: "v(\d)"', head)
        state = int(known[1]) + 1 if known else 0
        if known and (state == STATES or not _has_changed(self._number)):
            self._transport.write(b'HTTP/1.1 304 Not Modified\r\nETag: "v%s"\r\n\r\n' % known[1])
            return
        body = shape.packed[state]
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n"
            b'ETag: "v%d"\r\n\r\n' % (shape.content_type.encode(), len(body), state)
        )
        self._transport.write(body)


async def serve(first: int, feeds: int, port: int) -> None:
    """Serve so many feeds from a number on until killed; says "ready" when it listens everywhere."""
    made, loop = shapes(), asyncio.get_running_loop()
    for number in range(first, first + feeds):
        opened = socket.socket()
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((address(number), port))
        await loop.create_server(lambda: _Visitor(made), sock=opened, backlog=64)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


@contextmanager
def open_servers(feeds: int, port: int) -> Iterator[None]:
    """Serve so many feeds while the block runs; a process listens at no more addresses than it may open files."""
    module = [sys.executable, "-m", "benchmarks.feed_servers"]
    with ExitStack() as stack:
        for first in range(0, feeds, _PER_PROCESS):
            command = [*module, str(first), str(min(_PER_PROCESS, feeds - first)), str(port)]
            server = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            stack.callback(server.kill)
            assert server.stdout is not None
            server.stdout.readline()
        yield


if __name__ == "__main__":
    asyncio.run(serve(*map(int, sys.argv[1:4])))
