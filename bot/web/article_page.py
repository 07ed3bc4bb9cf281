"""
The page that tells an operator why an article was not alerted: what was seen of it, and what became of its alerts.

It counts queries and chats and names none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from bot.core.article_fate import ArticleFate
from bot.core.delivery.delivery import DeliveryState, UnsentReason
from bot.core.polling import FeedHealth
from bot.web import frame, status

PATH = "/articles"
LONGEST_QUESTION = 2000
"""Characters of an address or of words."""
_MAIN = frame.read_template("articles.html")
_STATES = {
    DeliveryState.QUEUED: "waiting to be sent",
    DeliveryState.LEASED: "about to be sent",
    DeliveryState.SENDING: "being sent",
    DeliveryState.SENT: "sent",
    DeliveryState.HELD: "held",
    DeliveryState.FOLDED: "sent as part of another message",
    DeliveryState.DEAD: "not sent",
}
_REASONS = {
    UnsentReason.QUIET: "quiet hours",
    UnsentReason.PAUSE: "the chat paused its alerts",
    UnsentReason.LATE: "it was in the queue for too long and comes together with others",
    UnsentReason.CATCH_UP: "it was published while the bot was not running",
    UnsentReason.BURST: "its keyword had too many alerts in one hour",
    UnsentReason.DIGEST: "it comes with the digest",
    UnsentReason.AWAY: "the chat cannot be reached at the moment",
    UnsentReason.SUMMARY: "its summary is being written",
    UnsentReason.SAME_STORY: "the chat already had an alert of the same story",
    UnsentReason.UNSUBSCRIBED: "the keyword was removed before its turn came",
    UnsentReason.SUBSCRIPTION_PAUSED: "the keyword is switched off",
    UnsentReason.MUTED: "the keyword is muted",
    UnsentReason.STORY_MUTED: "the story is muted",
    UnsentReason.FORGOTTEN: "the article or the chat was no longer stored when its turn came",
    UnsentReason.INACTIVE: "the chat went away before its turn came",
    UnsentReason.NOTHING_NEW: "its message had nothing left to tell",
    UnsentReason.STOPPED: "an operator stopped the broadcast",
    UnsentReason.BLOCKED: "the reader blocked the bot",
    UnsentReason.GONE: "the chat no longer exists",
    UnsentReason.NOT_FOUND: "Telegram does not know the chat",
    UnsentReason.NO_RIGHTS: "the bot may not write in the chat",
    UnsentReason.THREAD_GONE: "the topic no longer exists",
    UnsentReason.BAD_MARKUP: "Telegram refused its markup",
    UnsentReason.TOO_LONG: "Telegram found it too long",
    UnsentReason.BAD_REQUEST: "Telegram refused the message",
    UnsentReason.MESSAGE_GONE: "the message to be changed no longer exists",
    UnsentReason.NO_SUBSCRIPTION: "nobody has a keyword",
    UnsentReason.NO_MATCH: "No keyword of any chat matches it.",
    UnsentReason.LANGUAGE: "the chat does not read its language",
    UnsentReason.FEED_OFF: "the chat switched the feed off",
    UnsentReason.TOO_OLD: "It was older than alerts.max_age when it was first seen.",
    UnsentReason.FIRST_POLL: "It was there before its feed was read for the first time.",
    UnsentReason.SUBSCRIBED_LATER: "the keyword was added later",
    UnsentReason.PENDING: "It has just come in: the chats that want it are still being looked for.",
}
_EACH_ITS_OWN = (
    "Keywords match it, but no chat with such a keyword wanted it: each has switched the feed off, does not read its "
    "language, or added the keyword later. In such a chat, /why with the address of the article says which."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleAnswer:
    """What there is to say about the articles that were asked for."""

    at: datetime
    fates: tuple[ArticleFate, ...]
    max_age: timedelta
    suspects: tuple[FeedHealth, ...] = ()
    """Where nothing was found: the feeds that should have brought it, or fail."""
    is_host_known: bool | None = None
    """Whether a feed comes from the host of the address that was asked for; None: no address was."""


def render(question: str, answer: ArticleAnswer | None) -> str:
    """Write the page; without an answer there is only the form on it."""
    main = _MAIN.substitute(question=escape(question, quote=True), body=_body(answer) if answer else "")
    return frame.render_page(main, topic="articles", head=frame.HOME)


def tell_reason(reason: UnsentReason) -> str:
    """Say a reason in a few words."""
    return _REASONS[reason]


def _body(answer: ArticleAnswer) -> str:
    if answer.fates:
        return "".join(render_fate(fate, answer.at, answer.max_age) for fate in answer.fates)
    return f'<p class="remark">{_unseen(answer)}</p>{_suspects(answer)}'


def _unseen(answer: ArticleAnswer) -> str:
    if answer.is_host_known is None:
        return (
            "Never seen: no recent article of a feed has all these words in its title. "
            "The address of the article finds older ones too."
        )
    if not answer.is_host_known:
        return "Never seen, and none of the feeds comes from this site: add its feed."
    return (
        "Never seen: no feed brought an article with this address, or it is older than what is kept "
        "(retention.articles). These feeds come from this site:"
    )


def _suspects(answer: ArticleAnswer) -> str:
    rows = "".join(
        f"<li><b>{escape(health.feed.title)}</b>: {health.condition(answer.at).value}"
        f"{f', {escape(health.feed.error)}' if health.feed.error and health.feed.failures else ''}; "
        f"last success {status.tell_time(health.feed.last_success_at, answer.at)}</li>"
        for health in answer.suspects
    )
    if not rows:
        return ""
    head = "" if answer.is_host_known else "<p>These feeds cannot be read at the moment:</p>"
    return f"{head}<ul>{rows}</ul>"


def render_fate(fate: ArticleFate, now: datetime, max_age: timedelta) -> str:
    """Write what became of one article."""
    article = fate.article
    obstacle = fate.find_obstacle(max_age)
    if fate.alerts:
        ordered = sorted(fate.alerts.items(), key=lambda stand: (-stand[1], stand[0][0].value, stand[0][1] or ""))
        lines = [_stand(state, reason, count) for (state, reason), count in ordered]
    else:
        lines = [_REASONS[obstacle] if obstacle is not None else _EACH_ITS_OWN]
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    queries = "1 query matches" if fate.queries == 1 else f"{fate.queries:,} queries match"
    return (
        f'<article class="fate"><h2>{escape(article.title)}</h2><p>{escape(fate.feed_title)} · '
        f"published {status.tell_time(article.published_at, now)} · "
        f"seen {status.tell_time(article.seen_at, now)} · {queries}</p><ul>{items}</ul></article>"
    )


def _stand(state: DeliveryState, reason: UnsentReason | None, count: int) -> str:
    alerts = "1 alert" if count == 1 else f"{count:,} alerts"
    why = f": {_REASONS[reason]}" if reason is not None and state is not DeliveryState.SENT else ""
    return f"{alerts} {_STATES[state]}{why}"
