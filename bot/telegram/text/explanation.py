"""What is said of an article that was, or was not, reported: what became of it, and a sentence for each reason."""

from __future__ import annotations

from datetime import datetime

from bot.core import visible_text
from bot.core.article import Article
from bot.core.delivery.delivery import DeliveryState, UnsentReason
from bot.core.delivery.rules import CarrierMessage, Fate
from bot.core.query.matcher import Evidence
from bot.core.subscription import Subscription
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, code, italic, join
from bot.services.explain import Explanation, QueryFinding, QueryMiss
from bot.telegram.text import alert, backtest, schedule

_EVIDENCE = 4


def explanation(found: Explanation, translation: Translation) -> Html:
    """Say what became of an article, which keywords find it or nearly do, and what stands in the way."""
    if found.is_alert:
        return _alert(found, translation)
    lines = [backtest.headline(found.article)]
    lines += map(italic, _fate(found, translation))
    for finding in found.findings:
        lines += _finding(finding, translation)
    lines += (italic(_obstacle(obstacle, translation)) for obstacle in found.obstacles)
    lines += [_miss(miss, translation) for miss in found.misses]
    if found.telling:
        words = bold(", ".join(found.telling))
        lines.append(translation.t("Keywords that would find it: {words}", words=words))
    return join("\n", lines)


def _alert(found: Explanation, translation: Translation) -> Html:
    """Say why an alert came, in one line for each keyword: its form, the rule, the place and the source."""
    lines = [_line(finding, found.article, translation) for finding in found.findings]
    if not lines:
        lines = [translation.t("The keyword of this alert has since been changed or removed.")]
    if found.fate is not None:
        lines += map(italic, _fate(found, translation))
    return join("\n", [*lines, *(italic(_obstacle(obstacle, translation)) for obstacle in found.obstacles)])


def _line(finding: QueryFinding, article: Article, translation: Translation) -> Html:
    told = [_told(evidence, translation) for evidence in finding.evidence[:1]]
    return join(" · ", [_name(finding, translation), *told, visible_text.source(article)])


def _fate(found: Explanation, translation: Translation) -> list[Html]:
    """Say what became of the article; before the keywords in it, which are no hits where it was not told."""
    fate = found.fate
    if fate is None:
        return [translation.t("No alert about it is recorded here.")] if found.findings else []
    if fate.told_by is not None:
        return [
            translation.t("No alert of its own: same story as {headline}", headline=backtest.headline(fate.told_by))
        ]
    if fate.carrier is not None:
        return _carrier(found, fate, fate.carrier, translation)
    match fate.state:
        case DeliveryState.SENT:
            return _sent(found, fate, translation)
        case DeliveryState.FOLDED:
            return [*_waited(fate.reason, translation), translation.t("It came in a message with others.")]
        case _:
            return _not_sent(found, fate.state, fate.reason, translation)


def _sent(found: Explanation, fate: Fate, translation: Translation) -> list[Html]:
    """Say when an alert went out; to who has it before him only why it had to wait."""
    waited = _waited(fate.reason, translation)
    if (waited or not found.is_alert) and fate.sent_at is not None:
        waited.append(translation.t("Sent: {time}", time=_moment(found, fate.sent_at, translation)))
    return waited


def _waited(reason: UnsentReason | None, translation: Translation) -> list[Html]:
    return [] if reason is None else [reason_words(reason, translation)]


def _carrier(found: Explanation, fate: Fate, carrier: CarrierMessage, translation: Translation) -> list[Html]:
    """Say in which message it came, or is to come."""
    if carrier.state is DeliveryState.SENT and carrier.sent_at is not None:
        time = _moment(found, carrier.sent_at, translation)
        return [
            *_waited(fate.reason, translation),
            translation.t("It came in a message with others ({time}).", time=time),
        ]
    if carrier.state in (DeliveryState.HELD, DeliveryState.DEAD):
        return _not_sent(found, carrier.state, carrier.reason, translation)
    return [*_waited(fate.reason, translation), translation.t("It is on its way, in a message with others.")]


def _not_sent(
    found: Explanation, state: DeliveryState, reason: UnsentReason | None, translation: Translation
) -> list[Html]:
    if state is DeliveryState.HELD:
        return _held(found, reason, translation)
    if state is DeliveryState.DEAD:
        return _waited(reason, translation) or [translation.t("It did not trigger an alert here.")]
    return [translation.t("It is on its way.")]


def _held(found: Explanation, reason: UnsentReason | None, translation: Translation) -> list[Html]:
    """Say for what it waits, and until when."""
    until = "" if found.until is None else schedule.at_words(found.until, found.now, found.zone, translation)
    match reason:
        case UnsentReason.QUIET if until:
            return [translation.t("It will come when the quiet hours end, {time}.", time=until)]
        case UnsentReason.PAUSE if until:
            return [translation.t("It will come when the pause ends, {time}.", time=until)]
        case UnsentReason.PAUSE if found.until is not None:
            return [translation.t("It will come when {command} ends the pause.", command=code("/resume"))]
        case UnsentReason.DIGEST if until:
            return [translation.t("It will come with the digest {time}.", time=until)]
        case UnsentReason.DIGEST:
            return [translation.t("It will come with the next digest.")]
        case _:
            return [*_waited(reason, translation), translation.t("It is being held back and will come later.")]


def reason_words(reason: UnsentReason, translation: Translation) -> Html:
    """Say in a sentence why an article did not come, or not at once."""
    t = translation.t
    match reason:
        case UnsentReason.QUIET:
            return t("It had to wait for the end of the quiet hours.")
        case UnsentReason.PAUSE:
            return t("It had to wait for the end of the pause.")
        case UnsentReason.LATE:
            return t("It was late: more alerts were waiting than could be sent.")
        case UnsentReason.CATCH_UP:
            return t("It was published while I was away.")
        case UnsentReason.BURST:
            return t("There were too many alerts for its keyword at once.")
        case UnsentReason.DIGEST:
            return t("It was meant for the digest.")
        case UnsentReason.AWAY:
            return t("This chat could not be reached when the alert’s turn came.")
        case UnsentReason.SUMMARY:
            return t("It will come as soon as its summary is written.")
        case _:
            return _given_up(reason, translation)


def _given_up(reason: UnsentReason, translation: Translation) -> Html:
    t = translation.t
    match reason:
        case UnsentReason.SAME_STORY:
            return t("No alert of its own: another alert covered the same story.")
        case UnsentReason.UNSUBSCRIBED:
            return t("Not sent: the keyword was removed before its turn came.")
        case UnsentReason.SUBSCRIPTION_PAUSED:
            return t("Not sent: its keyword was switched off when its turn came.")
        case UnsentReason.MUTED:
            return t("Not sent: its keyword was muted when its turn came.")
        case UnsentReason.STORY_MUTED:
            return t("Not sent: its story was muted here.")
        case UnsentReason.FORGOTTEN:
            return t("Not sent: it was no longer stored when its turn came.")
        case UnsentReason.NOTHING_NEW:
            return t("Not sent: when its message was due, there was nothing left in it to send.")
        case UnsentReason.STOPPED:
            return t("Not sent: an operator stopped the broadcast.")
        case UnsentReason.INACTIVE | UnsentReason.GONE | UnsentReason.NOT_FOUND:
            return t("Not sent: this chat could not be reached.")
        case UnsentReason.BLOCKED:
            return t("Not sent: the bot was blocked here.")
        case UnsentReason.NO_RIGHTS:
            return t("Not sent: the bot was not allowed to write here.")
        case UnsentReason.THREAD_GONE:
            return t("Not sent: the topic was closed.")
        case UnsentReason.BAD_MARKUP | UnsentReason.TOO_LONG | UnsentReason.BAD_REQUEST:
            return t("Not sent: Telegram did not accept the message.")
        case UnsentReason.MESSAGE_GONE:
            return t("Not sent: the message to be updated was no longer there.")
        case _:
            return _never_queued(reason, translation)


def _never_queued(reason: UnsentReason, translation: Translation) -> Html:
    """Say why it never came so far; what has a sentence elsewhere does not get here."""
    sentences = {
        UnsentReason.NO_SUBSCRIPTION: translation.t("There are no keywords here."),
        UnsentReason.NO_MATCH: translation.t("It contains none of the keywords."),
        UnsentReason.LANGUAGE: translation.t("Articles in its language trigger no alerts here."),
        UnsentReason.FEED_OFF: translation.t("Its source is switched off here."),
        UnsentReason.TOO_OLD: translation.t("It was too old to be news when it first appeared here."),
        UnsentReason.FIRST_POLL: translation.t("It was there before its source was read for the first time."),
        UnsentReason.SUBSCRIBED_LATER: translation.t("It came before the keyword was added here."),
        UnsentReason.PENDING: translation.t("This article has just come in and is being compared with the keywords."),
    }
    return sentences[reason]


def _obstacle(reason: UnsentReason, translation: Translation) -> Html:
    is_now = reason is UnsentReason.PAUSE
    return translation.t("All alerts are paused here.") if is_now else reason_words(reason, translation)


def _finding(finding: QueryFinding, translation: Translation) -> list[Html]:
    told = [join("", ["• ", _told(evidence, translation)]) for evidence in finding.evidence[:_EVIDENCE]]
    return [_name(finding, translation), *told]


def _name(finding: QueryFinding, translation: Translation) -> Html:
    name = _numbered(finding.subscription, translation)
    if finding.silenced is UnsentReason.MUTED:
        return translation.t("{query}: muted", query=name)
    if finding.silenced is not None:
        return translation.t("{query}: switched off", query=name)
    return name


def _numbered(subscription: Subscription, translation: Translation) -> Html:
    return translation.t("{query} (no. {number})", query=bold(subscription.name), number=subscription.number)


def _told(evidence: Evidence, translation: Translation) -> Html:
    return translation.t(
        "{reason} ({place})",
        reason=alert.reason(evidence, translation),
        place=alert.place(evidence.place, translation),
    )


def _miss(missed: QueryMiss, translation: Translation) -> Html:
    """Say what keeps a keyword from an article."""
    name, miss = _numbered(missed.subscription, translation), missed.miss
    if miss.exact:
        told = _told(miss.exact[0], translation)
        return translation.t("{query} would find it with a less strict setting: {reason}", query=name, reason=told)
    if miss.excluded_by:
        return translation.t(
            "{query} excludes it because of {words}.", query=name, words=bold(" ".join(miss.excluded_by))
        )
    return translation.n(
        "{query} would find it if {words} were in it too.",
        "{query} would find it if {words} were in it too.",
        len(miss.missing),
        query=name,
        words=bold(", ".join(miss.missing)),
    )


def _moment(found: Explanation, at: datetime, translation: Translation) -> str:
    return translation.moment(at.astimezone(found.zone), found.now.astimezone(found.zone))
