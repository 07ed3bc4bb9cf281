"""The newsroom's papers and their articles, as told in `data/articles.toml`."""

import tomllib
from dataclasses import dataclass
from importlib import resources


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
