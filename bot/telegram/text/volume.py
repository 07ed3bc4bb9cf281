"""What the reply to /sub says of a keyword that would bring many alerts: how many, and which buttons make it fewer."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.subscription import Subscription, Urgency
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, join
from bot.services.volume import Volume


def lines(subscription: Subscription, volume: Volume, translation: Translation) -> tuple[Html, ...]:
    """Write how many alerts would come, and what each button that makes it fewer would do."""
    t = translation.t
    if subscription.urgency is Urgency.DIGEST:
        much = t("That is about {count} articles a day.", count=volume.a_day)
    else:
        much = t("That would be about {count} alerts a day. Less to read:", count=volume.a_day)
    return (much, *(join("", ["• ", line]) for line in _ways(subscription, volume, translation)))


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
