"""What the reply to /sub says of a keyword that would bring many alerts: how many, and which buttons make it fewer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.subscription import Subscription, Urgency
from bot.i18n.catalog import Translation, mark
from bot.i18n.markup import Html, join, plain
from bot.services.volume import Volume

_ARTICLES = mark("That is about {count} articles a day.")
_ALERTS = mark("That would be about {count} alerts a day. Less to read:")
_BULLET = "• "


def lines(subscription: Subscription, volume: Volume, translation: Translation) -> tuple[Html, ...]:
    """Write how many alerts would come, and what each button that makes it fewer would do."""
    words = _ARTICLES if subscription.urgency is Urgency.DIGEST else _ALERTS
    much = translation.t(words, count=volume.a_day)
    return (much, *(join("", [_BULLET, line]) for line in _ways(subscription, volume, translation)))


def change(text: Html, subscription: Subscription, translation: Translation) -> Html:
    """Write the lines of a reply anew that depend on how alerts come; the numbers stay, so that nothing is searched."""
    lines = [Html(line) for line in text.split("\n")]
    found = _find_count(lines, translation)
    if found is None:
        return text
    at, count = found
    is_digest = subscription.urgency is Urgency.DIGEST
    much = translation.t(_ARTICLES if is_digest else _ALERTS, count=count)
    digest, headline = (join("", [_BULLET, way]) for way in _usual_ways(translation))
    usual = (plain(digest), plain(headline))
    ways = [line for line in lines[at + 1 :] if line.startswith(_BULLET) and plain(line) not in usual]
    rest = [line for line in lines[at + 1 :] if not line.startswith(_BULLET)]
    first, last = [] if is_digest else [digest], [] if subscription.headline_only else [headline]
    return join("\n", [*lines[:at], much, *first, *ways, *last, *rest])


def _find_count(lines: Sequence[Html], translation: Translation) -> tuple[int, str] | None:
    """Find the line that says how many would come, and the number in it."""
    around = [translation.label(words, count="\0").split("\0") for words in (_ARTICLES, _ALERTS)]
    for at, line in enumerate(map(plain, lines)):
        for before, after in around:
            if line.startswith(before) and line.endswith(after):
                return at, line.removeprefix(before).removesuffix(after)
    return None


def _usual_ways(translation: Translation) -> tuple[Html, Html]:
    t, label = translation.t, translation.label
    return (
        t("{button}: all of them in one message", button=label("Digest")),
        t("{button}: just as many, but shorter", button=label("Headline only")),
    )


def _ways(subscription: Subscription, volume: Volume, translation: Translation) -> Iterator[Html]:
    t, label = translation.t, translation.label
    digest, headline = _usual_ways(translation)
    if subscription.urgency is not Urgency.DIGEST:
        yield digest
    if volume.phrase is not None:
        yield t("{button}: about {count} a day", button=volume.phrase.query.normal, count=volume.phrase.a_day)
    if volume.exact is not None:
        yield t("{button}: about {count} a day", button=label("Exact"), count=volume.exact)
    if not subscription.headline_only:
        yield headline
