"""What the reply to /sub says of a keyword that would bring many alerts: how many, and which buttons make it fewer."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.subscription import Subscription, Urgency
from bot.i18n.catalog import Translation, mark
from bot.i18n.markup import Html, join, plain
from bot.services.volume import Volume

_ARTICLES = mark("That is about {count} articles a day.")
_ALERTS = mark("That would be about {count} alerts a day. Less to read:")


def lines(subscription: Subscription, volume: Volume, translation: Translation) -> tuple[Html, ...]:
    """Write how many alerts would come, and what each button that makes it fewer would do."""
    words = _ARTICLES if subscription.urgency is Urgency.DIGEST else _ALERTS
    much = translation.t(words, count=volume.a_day)
    return (much, *(join("", ["• ", line]) for line in _ways(subscription, volume, translation)))


def is_said(text: Html, translation: Translation) -> bool:
    """Return whether a reply says how many alerts or articles a day would come."""
    around = [translation.label(words, count="\0").split("\0") for words in (_ARTICLES, _ALERTS)]
    said = plain(text).split("\n")
    return any(line.startswith(before) and line.endswith(after) for before, after in around for line in said)


def _ways(subscription: Subscription, volume: Volume, translation: Translation) -> Iterator[Html]:
    t, label = translation.t, translation.label
    if subscription.urgency is not Urgency.DIGEST:
        yield t("{button}: all of them in one message", button=label("Digest"))
    if volume.phrase is not None:
        yield t("{button}: about {count} a day", button=volume.phrase.query.normal, count=volume.phrase.a_day)
    if volume.exact is not None:
        yield t("{button}: about {count} a day", button=label("Exact"), count=volume.exact)
    if not subscription.headline_only:
        yield t("{button}: just as many, but shorter", button=label("Headline only"))
