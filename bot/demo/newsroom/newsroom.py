"""
A newsroom on loopback: papers with feeds, articles with pages, and a log of who asked for what.

Papers and articles are read from `data/articles.toml`; feeds are written as RSS 2.0 or Atom.
"""

import hashlib
import time
import tomllib
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, formatdate
from html import escape
from importlib import resources
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape as xml_escape
from xml.sax.saxutils import quoteattr

from aiohttp import web

from bot.demo.telegram_server.clock import HANG_SECONDS, Bell, until


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper with one feed."""

    key: str
    title: str
    language: str
    format: str
    listed: bool = True
    """Whether the bot's configuration names its feed; one that it does not is for readers to add."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """An article that was there before the demo began."""

    paper: str
    hours_ago: float
    title: str
    lead: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """An article that can be published by a click, in one paper or several."""

    key: str
    label: str
    papers: tuple[str, ...]
    title: str
    lead: str
    html: str
    link: str = ""
    titles: tuple[str, ...] = ()
    """How each of the papers words it, where they do not all print the same."""

    def title_in(self, paper: str) -> str:
        """Give the headline in one of its papers."""
        return dict(zip(self.papers, self.titles, strict=False)).get(paper, self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsroomStock:
    """Everything the newsroom starts with."""

    papers: tuple[Paper, ...]
    older: tuple[Older, ...]
    ready: tuple[Ready, ...]


def load_stock() -> NewsroomStock:
    """Read the stock that comes with the package."""
    told = tomllib.loads(resources.files("bot.demo").joinpath("data/articles.toml").read_text(encoding="utf-8"))
    return NewsroomStock(
        papers=tuple(Paper(**one) for one in told["papers"]),
        older=tuple(Older(**one) for one in told["older"]),
        ready=tuple(
            Ready(**(one | {"papers": tuple(one["papers"]), "titles": tuple(one.get("titles", ()))}))
            for one in told["ready"]
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """An article as a feed shows it."""

    number: int
    paper: str
    title: str
    lead: str
    html: str
    link: str
    guid: str
    at: float


def write_feed(paper: Paper, entries: Iterable[FeedItem], *, home: str, changed_at: float) -> bytes:
    """Write a feed, newest entry first."""
    newest = sorted(entries, key=lambda entry: (-entry.at, -entry.number))
    if paper.format == "atom":
        return _atom(paper, newest, home, changed_at).encode()
    return _rss(paper, newest, home, changed_at).encode()


def _rss(paper: Paper, entries: list[FeedItem], home: str, changed_at: float) -> str:
    items = "".join(_item(entry) for entry in entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">\n<channel>\n'
        f"<title>{xml_escape(paper.title)}</title>\n<link>{xml_escape(home)}</link>\n"
        f"<description>{xml_escape(paper.title)}</description>\n<language>{paper.language}</language>\n"
        f"<lastBuildDate>{_rss_date(changed_at)}</lastBuildDate>\n{items}</channel>\n</rss>\n"
    )


def _item(entry: FeedItem) -> str:
    # A text may hold the end of a CDATA section; it is then cut in two.
    content = entry.html.strip().replace("]]>", "]]]]><![CDATA[>")
    body = f"<content:encoded><![CDATA[{content}]]></content:encoded>\n" if content else ""
    return (
        f"<item>\n<title>{xml_escape(entry.title)}</title>\n<link>{xml_escape(entry.link)}</link>\n"
        f'<guid isPermaLink="false">{xml_escape(entry.guid)}</guid>\n<pubDate>{_rss_date(entry.at)}</pubDate>\n'
        f"<description>{xml_escape(entry.lead)}</description>\n{body}</item>\n"
    )


def _atom(paper: Paper, entries: list[FeedItem], home: str, changed_at: float) -> str:
    items = "".join(_atom_entry(entry) for entry in entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(paper.language)}>\n'
        f"<title>{xml_escape(paper.title)}</title>\n<id>{xml_escape(home)}</id>\n<link href={quoteattr(home)}/>\n"
        f"<author><name>{xml_escape(paper.title)}</name></author>\n<updated>{_atom_date(changed_at)}</updated>\n"
        f"{items}</feed>\n"
    )


def _atom_entry(entry: FeedItem) -> str:
    content = entry.html.strip()
    body = f'<content type="html">{xml_escape(content)}</content>\n' if content else ""
    return (
        f"<entry>\n<title>{xml_escape(entry.title)}</title>\n<link href={quoteattr(entry.link)}/>\n"
        f"<id>{xml_escape(entry.guid)}</id>\n<published>{_atom_date(entry.at)}</published>\n"
        f"<updated>{_atom_date(entry.at)}</updated>\n<summary>{xml_escape(entry.lead)}</summary>\n{body}</entry>\n"
    )


def _rss_date(at: float) -> str:
    return format_datetime(datetime.fromtimestamp(int(at), UTC), usegmt=True)


def _atom_date(at: float) -> str:
    return datetime.fromtimestamp(int(at), UTC).isoformat()


_HOST = "127.0.0.1"
_LOGGED = 10_000
_HOUR = 3600
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = (
    ":root{color-scheme:light dark}body{margin:0;font:1.1rem/1.6 Georgia,serif}"
    "main{max-width:38rem;margin:3rem auto;padding:0 1.25rem;overflow-wrap:anywhere}"
    "main>p{opacity:.7}h1{line-height:1.2}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request for a feed."""

    paper: str
    at: float
    headers: Mapping[str, str]
    status: int

    @property
    def conditional(self) -> bool:
        """Whether the reader asked only for what is new."""
        return "if-none-match" in self.headers or "if-modified-since" in self.headers


class Newsroom:
    """Serves feeds: `async with Newsroom() as newsroom: newsroom.publish("limmat", "Title", "<p>Text</p>")`."""

    def __init__(
        self,
        *,
        stock: NewsroomStock | None = None,
        now: Callable[[], float] = time.time,
        tell: Callable[[FeedItem], None] = lambda _: None,
    ) -> None:
        self.stock = stock or load_stock()
        self.papers: dict[str, Paper] = {paper.key: paper for paper in self.stock.papers}
        self.entries: list[FeedItem] = []
        self.visits: deque[Visit] = deque(maxlen=_LOGGED)
        self.bell = Bell()
        self.port = 0
        self._now = now
        self._tell = tell
        self._changed_at: dict[str, float] = {}
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The address of the house."""
        return f"http://{_HOST}:{self.port}"

    def feed_url(self, paper: str) -> str:
        """The address of a paper's feed."""
        return f"{self.url}/{paper}/feed.xml"

    def front_url(self, paper: str) -> str:
        """The address of a paper's front page, which names its feed."""
        return f"{self.url}/{paper}/"

    def publish(
        self,
        paper: str,
        title: str,
        html: str = "",
        *,
        lead: str = "",
        link: str = "",
        guid: str = "",
        at: float | None = None,
    ) -> FeedItem:
        """Publish an article now, or as of an earlier time; a link that begins with a slash is on this house."""
        if paper not in self.papers:
            raise LookupError(f"no paper {paper}")
        number = len(self.entries) + 1
        address = link or f"/{paper}/artikel/{number}"
        entry = FeedItem(
            number=number,
            paper=paper,
            title=title,
            lead=lead,
            html=html,
            link=f"{self.url}{address}" if address.startswith("/") else address,
            guid=guid or f"{paper}-{number}",
            at=self._now() if at is None else at,
        )
        self.entries.append(entry)
        self._tell(entry)
        self._changed_at[paper] = self._now()
        return entry

    def publish_ready(self, key: str) -> tuple[FeedItem, ...]:
        """Publish one of the articles that lie ready, in all its papers."""
        ready = self.find_ready(key)
        if ready is None:
            raise LookupError(f"no article {key} lies ready")
        return tuple(
            self.publish(paper, ready.title_in(paper), ready.html, lead=ready.lead, link=ready.link)
            for paper in ready.papers
        )

    def find_ready(self, key: str) -> Ready | None:
        """Return an article that lies ready."""
        return next((one for one in self.stock.ready if one.key == key), None)

    async def read_by_all(self, *, within: float = HANG_SECONDS) -> None:
        """
        Wait until every feed was read and asked for again.

        The second, conditional request shows that the first was digested.
        """
        await until(self.bell, lambda: True if self.is_read_by_all() else None, within)

    def is_read_by_all(self) -> bool:
        """Whether every listed feed was asked for again after it had been read."""
        listed = {key for key, paper in self.papers.items() if paper.listed}
        return listed <= {visit.paper for visit in self.visits if visit.conditional}

    async def visited(self, paper: str, *, times: int, within: float = HANG_SECONDS) -> None:
        """Wait until a feed was asked for so many times in all."""
        await until(
            self.bell, lambda: True if sum(one.paper == paper for one in self.visits) >= times else None, within
        )

    async def start(self) -> None:
        """Open the house, with the older articles in place."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/{paper}/", self._serve_front),
                web.get("/{paper}/feed.xml", self._serve_feed),
                web.get("/{place}/{rest:.+}", self._serve_article),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, _HOST, self.port).start()
        self.port = self._runner.addresses[0][1]
        for older in self.stock.older:
            self.publish(
                older.paper, older.title, older.html, lead=older.lead, at=self._now() - older.hours_ago * _HOUR
            )

    async def stop(self) -> None:
        """Close the house."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        """Open."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        await self.stop()

    async def _serve_feed(self, request: web.Request) -> web.Response:
        paper = self.papers.get(request.match_info["paper"])
        if paper is None:
            return web.Response(status=404, text="no such paper")
        changed_at = self._changed_at.get(paper.key, 0.0)
        own = [entry for entry in self.entries if entry.paper == paper.key]
        body = write_feed(paper, own, home=f"{self.url}/{paper.key}/", changed_at=changed_at)
        tag = hashlib.sha256(body).hexdigest()[:20]
        validators = {"ETag": f'"{tag}"', "Last-Modified": formatdate(changed_at, usegmt=True)}
        status = 304 if _is_known(request, validators) else 200
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.visits.append(Visit(paper=paper.key, at=self._now(), headers=headers, status=status))
        self.bell.ring()
        if status == 304:
            return web.Response(status=304, headers=validators)
        kind = f"application/{paper.format}+xml"
        return web.Response(body=body, content_type=kind, charset="utf-8", headers=validators)

    async def _serve_front(self, request: web.Request) -> web.Response:
        paper = self.papers.get(request.match_info["paper"])
        if paper is None:
            return web.Response(status=404, text="no such paper")
        own = sorted((entry for entry in self.entries if entry.paper == paper.key), key=lambda entry: -entry.at)
        listed = "".join(f'<p><a href="{escape(each.link)}">{escape(each.title)}</a></p>' for each in own[:20])
        kind = f"application/{paper.format}+xml"
        head = f'<link rel="alternate" type="{kind}" title="{escape(paper.title)}" href="feed.xml">'
        return _page(paper.language, paper.title, f"<h1>{escape(paper.title)}</h1>{listed}", head)

    async def _serve_article(self, request: web.Request) -> web.Response:
        address = f"{self.url}{request.path}"
        entry = next((one for one in self.entries if one.link.split("?")[0] == address), None)
        if entry is None:
            return web.Response(status=404, text="no such article")
        paper = self.papers[entry.paper]
        body = (
            f"<p>{escape(paper.title)}</p><article><h1>{escape(entry.title)}</h1>"
            f"<p>{escape(entry.lead)}</p>{entry.html}</article>"
        )
        return _page(paper.language, entry.title, body)


def _page(language: str, title: str, body: str, head: str = "") -> web.Response:
    text = (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{escape(title)}</title>{head}'
        f"<style>{_STYLE}</style><body><main>{body}</main></body></html>"
    )
    return web.Response(text=text, content_type="text/html", headers={"Content-Security-Policy": _POLICY})


def _is_known(request: web.Request, validators: Mapping[str, str]) -> bool:
    """Tell whether the reader has this version; the tag wins over the date, as the standard says."""
    if tags := request.headers.get("If-None-Match"):
        return tags.strip() == "*" or validators["ETag"] in (tag.strip().removeprefix("W/") for tag in tags.split(","))
    return request.headers.get("If-Modified-Since") == validators["Last-Modified"]
