"""An alert keeps its lengths and says why it came, whatever the feeds, the readers' wishes and the article are like."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta

import pytest

from bot.core import summary, visible_text
from bot.core.article import Article
from bot.core.delivery.alert import Alert, Match, Summary
from bot.core.query import parser
from bot.core.query.highlight import Highlighter
from bot.core.query.parser import MatchMode
from bot.i18n import markup
from bot.i18n.catalog import Catalog
from bot.language.analyser import Analyser
from bot.services.message import AlertSummariser
from bot.telegram.text import alert as alert_text
from bot.telegram.text.alert import AlertContext
from tests.builders import NOW, make_article, make_chat, make_subscription

CATALOG = Catalog.load()
WORDS = """
die der und in zu den das nicht von sie ist des sich mit dem dass er es ein ich auf so eine auch als an nach wie Gipfel
Regierung Verhandlungen Staatschefs Mittwoch Bundesrat Wirtschaftswachstum Zürich Rüstungsindustrie Ministerpräsident
Donaudampfschifffahrtsgesellschaft Schwarzwaldfreundlichgebautes-Haus 3,5 Prozent «Herr Meier» (dpa) E-Mail
soft\u00adhyphen
""".split()
WISHES = {
    "Nordkorea": ("Nordkorea", "Nordkoreas", "nordkoreanische", "Nord\u00adkorea"),
    "Atomwaffen": ("Atomwaffen", "Atomwaffenprogramms"),
    '"Kim Jong Un"': ("Kim Jong Un", "Kim Jong Uns"),
    "Kim Wladiwostok": ("Kim", "Wladiwostok"),
    "Rindfleisch": ("Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz",),
    "Strom*": ("Stromausfall",),
}
ENDS = (".", ".", ".", ".", "!", "?", "…", "", ":", ".»")


class Writer:
    """Makes up articles and readers."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.wishes = self.random.sample(list(WISHES), self.random.choice((1, 1, 1, 2, 5)))

    def text(self, length: int, form: float = 0.0) -> str:
        """Write sentences of about so many letters, with a form of a wish at one place, by chance."""
        sentences: list[str] = []
        while sum(map(len, sentences)) + len(sentences) < length:
            longest = self.random.choice((40, 90, 160, 320))
            words = self.random.choices(WORDS, k=max(1, min(longest, length) // 8))
            sentences.append(" ".join(words).capitalize() + self.random.choice(ENDS))
        text = self.random.choice((" ", " ", "\n")).join(sentences)[:length]
        if self.random.random() >= form:
            return text
        spaces = [at for at, letter in enumerate(text) if letter == " "] or [0]
        at = self.random.choice(spaces)
        return f"{text[:at]} {self.random.choice(WISHES[self.random.choice(self.wishes)])} {text[at:]}"

    def article(self) -> Article:
        """Write an article; a description may begin with the headline, or be nothing else."""
        pick = self.random.choice
        title = self.text(pick((0, 10, 55, 90, 140, 150, 152, 160, 400)), form=0.2)
        lead = pick((self.text(pick((0, 0, 20, 45, 120, 225, 310, 900)), form=0.3), title, f"{title}. {title}"))
        lead = pick((lead, lead, f"{title} {lead}", f"{title}. {lead}"))
        points = [self.text(pick((5, 40, 100, 150, 300)), form=0.2) for _ in range(pick((0, 0, 0, 1, 2, 3, 5)))]
        return make_article(
            title=title,
            lead=lead,
            key_points=tuple(points),
            body=self.text(pick((0, 100, 600, 3_000)), form=0.7),
            source_title=self.text(pick((0, 5, 20, 90))),
            published_at=NOW - timedelta(hours=pick((0, 20, 900, 9_000))),
        )

    def alert(self) -> Alert:
        """Write an alert to a reader of one or several wishes, some with names of their own."""
        own = (None, None, "Meine liebsten Meldungen über alles Mögliche")
        matches = tuple(
            Match(make_subscription(number, wish, title=self.random.choice(own)), ())
            for number, wish in enumerate(self.wishes, start=1)
        )
        count = len(matches) + self.random.choice((0, 0, 3))
        chat = make_chat(language=self.random.choice(CATALOG.languages))
        return Alert(article=self.article(), chat=chat, matches=matches, subscription_count=count)


def check(alert: Alert, made: Summary, marks: Highlighter) -> str:
    """Check the looks of an alert; returns what is wrong."""
    setting = AlertContext(translation=CATALOG.speak(alert.chat.language), now=NOW, timezone="Europe/Zurich")
    written = alert_text.alert(alert, made, setting)
    head, *lines, _foot = markup.plain(written).split("\n")
    article = alert.article
    texts = (article.title, article.lead, article.body, *article.key_points)
    if alert_text.visible_length(written) > visible_text.ALERT or len(head) > visible_text.HEADLINE:
        return "too long"
    if len(lines) != len(made.lines):
        return "a line was lost"
    if made.bulleted:
        if len(lines) > summary.BULLETS or any(len(line) > summary.BULLET_LENGTH + 2 for line in lines):
            return "bullets too many or too long"
    elif lines and not 40 <= len("\n".join(lines)) <= summary.LONGEST and "<b>" not in written.split("\n", 1)[1]:
        return "summary too short or too long"
    elif len("\n".join(lines)) > summary.LONGEST:
        return "summary too long"
    if any(map(marks, texts)) and not (marks(head) or "<b>" in written.split("\n", 1)[1]):
        return "no matched form"
    return ""


def problem(seed: int, analyser: Analyser, summarise: AlertSummariser) -> str:
    """Make an alert of a seed and check it."""
    alert = Writer(seed).alert()
    wishes = [(parser.parse(match.subscription.query.normal), MatchMode.COMPOUNDS) for match in alert.matches]
    made = asyncio.run(summarise(alert))
    return check(alert, made, Highlighter(analyser, wishes, "de"))


@pytest.mark.parametrize("start", range(0, 600, 100))
def test_every_alert_keeps_its_lengths_and_shows_a_matched_form(analyser: Analyser, start: int) -> None:
    """At most 500 characters, headline 150, 3 bullets of 140, else 40 to 300; a form where any text has one."""
    summarise = AlertSummariser(analyser)
    problems = {seed: wrong for seed in range(start, start + 100) if (wrong := problem(seed, analyser, summarise))}
    assert problems == {}
