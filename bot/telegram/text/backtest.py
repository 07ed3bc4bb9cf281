"""The text of a backtest: what a query would have found in the archive."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.core import visible_text
from bot.core.article import Article
from bot.core.backtest import BacktestResult, FormCount
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, escape, italic, join, link
from bot.telegram.text import alert

_HEADLINE = 90
_FORMS = 3


def lines(past: BacktestResult, normal: str, translation: Translation) -> tuple[Html, ...]:
    """Write how often a query would have matched, and in which forms; empty where no article is stored."""
    if past.is_empty:
        return ()
    if not past.month:
        return (_nothing(past, translation),)
    example = headline(past.newest[0]) if past.newest else Html("…")
    return (_counted(past, example, translation), *_forms(past, normal, translation))


def _nothing(past: BacktestResult, translation: Translation) -> Html:
    if past.near:
        return translation.t("No articles in the last 30 days. Did you mean {query}?", query=bold(past.near))
    return translation.t("No articles in the last 30 days.")


def _counted(past: BacktestResult, example: Html, translation: Translation) -> Html:
    if not past.week:
        return translation.n(
            "No articles in the last 7 days; one in the last 30: {example}",
            "No articles in the last 7 days; {count} in the last 30, e.g. {example}",
            past.month,
            example=example,
        )
    if not past.is_week_whole:
        return translation.t(
            "More than {count} articles in the last 7 days, e.g. {example}", count=past.week, example=example
        )
    return translation.n(
        "One article in the last 7 days: {example}",
        "{count} articles in the last 7 days, e.g. {example}",
        past.week,
        example=example,
    )


def _forms(past: BacktestResult, normal: str, translation: Translation) -> tuple[Html, ...]:
    """Show in which other words the keyword stands in articles, each in its base form."""
    known = normal.casefold().split()
    words = dict.fromkeys(form.base or form.form for form in past.forms if form.form.casefold() not in known)
    others = [word for word in words if word.casefold() not in known][:_FORMS]
    return (italic(translation.t("Also found as {forms}", forms=", ".join(others))),) if others else ()


def short(past: BacktestResult, translation: Translation) -> Html | None:
    """Write in a few words how often a query would have matched."""
    if past.is_empty:
        return None
    if past.near:
        return translation.t("did you mean {query}?", query=bold(past.near))
    return translation.n("one article in the last 7 days", "{count} articles in the last 7 days", past.week)


def trial(past: BacktestResult, normal: str, translation: Translation) -> Html:
    """Write all about a query that was only tried: how many articles, grouped by the form found."""
    query = bold(normal)
    if past.is_empty:
        return translation.t("There are no stored articles yet to try {query} on.", query=query)
    told = [_found(past, query, translation)]
    if past.near:
        told.append(translation.t("Did you mean {query}?", query=bold(past.near)))
    if past.week:
        told.append(translation.n("One in the last 7 days.", "{count} of them in the last 7 days.", past.week))
    if past.checked_since is not None:
        told.append(translation.t("There are more; only the newest ones were looked at."))
    told += [_form(form, translation) for form in past.forms]
    if not past.forms:
        told += [join("", ["• ", headline(article)]) for article in past.newest]
    return join("\n", told)


def _found(past: BacktestResult, query: Html, translation: Translation) -> Html:
    if not past.month:
        return translation.t("{query} would have found nothing in the last 30 days.", query=query)
    return translation.n(
        "{query} would have found one article in the last 30 days.",
        "{query} would have found {count} articles in the last 30 days.",
        past.month,
        query=query,
    )


def _form(form: FormCount, translation: Translation) -> Html:
    return translation.t(
        "• {form} ({count}): {example}", form=bold(form.form), count=form.count, example=headline(form.newest)
    )


def headline(article: Article) -> Html:
    """Show a headline that leads to its article."""
    title = alert.cut(visible_text.headline(article), _HEADLINE)
    url = article.url or ""
    try:
        is_web = urlsplit(url).scheme in ("http", "https") and not any(map(str.isspace, url))
    except ValueError:
        is_web = False
    return link(title, alert.tame(url)) if is_web else escape(title)
