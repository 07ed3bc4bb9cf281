"""The newsroom's papers and articles, read from `data/articles.toml`, and their feeds as RSS 2.0 or Atom."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from importlib import resources
from xml.sax.saxutils import escape, quoteattr


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


def load() -> NewsroomStock:
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


def write(paper: Paper, entries: Iterable[FeedItem], *, home: str, changed_at: float) -> bytes:
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
        f"<title>{escape(paper.title)}</title>\n<link>{escape(home)}</link>\n"
        f"<description>{escape(paper.title)}</description>\n<language>{paper.language}</language>\n"
        f"<lastBuildDate>{_rss_date(changed_at)}</lastBuildDate>\n{items}</channel>\n</rss>\n"
    )


def _item(entry: FeedItem) -> str:
    # A text may hold the end of a CDATA section; it is then cut in two.
    content = entry.html.strip().replace("]]>", "]]]]><![CDATA[>")
    body = f"<content:encoded><![CDATA[{content}]]></content:encoded>\n" if content else ""
    return (
        f"<item>\n<title>{escape(entry.title)}</title>\n<link>{escape(entry.link)}</link>\n"
        f'<guid isPermaLink="false">{escape(entry.guid)}</guid>\n<pubDate>{_rss_date(entry.at)}</pubDate>\n'
        f"<description>{escape(entry.lead)}</description>\n{body}</item>\n"
    )


def _atom(paper: Paper, entries: list[FeedItem], home: str, changed_at: float) -> str:
    items = "".join(_atom_entry(entry) for entry in entries)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(paper.language)}>\n'
        f"<title>{escape(paper.title)}</title>\n<id>{escape(home)}</id>\n<link href={quoteattr(home)}/>\n"
        f"<author><name>{escape(paper.title)}</name></author>\n<updated>{_atom_date(changed_at)}</updated>\n"
        f"{items}</feed>\n"
    )


def _atom_entry(entry: FeedItem) -> str:
    content = entry.html.strip()
    body = f'<content type="html">{escape(content)}</content>\n' if content else ""
    return (
        f"<entry>\n<title>{escape(entry.title)}</title>\n<link href={quoteattr(entry.link)}/>\n"
        f"<id>{escape(entry.guid)}</id>\n<published>{_atom_date(entry.at)}</published>\n"
        f"<updated>{_atom_date(entry.at)}</updated>\n<summary>{escape(entry.lead)}</summary>\n{body}</entry>\n"
    )


def _rss_date(at: float) -> str:
    return format_datetime(datetime.fromtimestamp(int(at), UTC), usegmt=True)


def _atom_date(at: float) -> str:
    return datetime.fromtimestamp(int(at), UTC).isoformat()
