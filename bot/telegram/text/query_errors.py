"""Texts of refused queries: one sentence that says what is wrong, and where."""

from __future__ import annotations

from bot.core.errors import Refusal
from bot.i18n.catalog import Translation
from bot.i18n.markup import Html, bold, code
from bot.telegram.text import alert

_BEFORE = 24
_AFTER = 12


def words(refusal: Refusal, typed: str, translation: Translation) -> Html:
    """Explain why a query is refused; positions of the refusal count in `typed`."""
    kind = refusal.reason.partition(".")[0]
    if kind == "query":
        return _query(refusal, typed, translation)
    if kind == "subscription":
        return _subscription(refusal, typed, translation)
    if refusal.reason == "saved.limit":
        return translation.t(
            "{limit} alerts are saved here, and there is no room for more. /saved removes some.",
            limit=refusal.facts.get("limit"),
        )
    return translation.t("That did not work.")


def _query(refusal: Refusal, typed: str, translation: Translation) -> Html:
    t, facts = translation.t, refusal.facts
    there = _there(typed, refusal)
    match refusal.reason:
        case "query.empty":
            return t("A keyword is missing.")
        case "query.too_long":
            return t(
                "This is too long: a search can have at most {limit} characters; this one has {length}.",
                limit=facts.get("limit"),
                length=facts.get("length"),
            )
        case "query.too_many_terms":
            return t(
                "These are too many words: a search can have at most {limit}. There is no room from here on: {there}",
                limit=facts.get("limit"),
                there=there,
            )
        case "query.unclosed_quote":
            return t("A quotation mark is opened here and never closed: {there}", there=there)
        case "query.unclosed_bracket":
            return t("A bracket is opened here and never closed: {there}", there=there)
        case "query.unopened_bracket":
            return t("A bracket is closed here that was never opened: {there}", there=there)
        case "query.lone_operator":
            return _lone(refusal, there, translation)
        case _:
            return _what(refusal, typed, there, translation)


def _lone(refusal: Refusal, there: Html, translation: Translation) -> Html:
    operator = str(refusal.facts.get("operator", ""))
    if not operator:
        return translation.t("Something is missing here: {there}", there=there)
    return translation.t(
        "The word that goes with {operator} is missing here: {there}", operator=code(operator), there=there
    )


def _what(refusal: Refusal, typed: str, there: Html, translation: Translation) -> Html:
    t, facts = translation.t, refusal.facts
    match refusal.reason:
        case "query.only_exclusions":
            return t("This only excludes words. Add one to look for: {there}", there=there)
        case "query.only_stop_words":
            return t("{typed} is in nearly every article. Add a more precise word.", typed=_quote(typed))
        case "query.no_letter" if not alert.tidy(typed):  # signs nobody sees: there is nothing to quote
            return t("A keyword is missing.")
        case "query.no_letter":
            return t("There is no letter or digit to look for in {typed}.", typed=_quote(typed))
        case "query.regular_expression":
            return t(
                "I do not understand regular expressions. Type the word itself; {example} finds all words that "
                "begin like that.",
                example=code(translation.label("nucle*")),
            )
        case "query.unknown_language":
            return t(
                "I do not know the language {language}; write for instance {example}.",
                language=bold(str(facts.get("language", ""))),
                example=code("lang:de"),
            )
        case "query.unknown_field":
            return t(
                "I do not know {field}. You can use {title}, {source} and {lang}; put words with a colon in "
                "quotation marks.",
                field=code(f"{facts.get('field', '')}:"),
                title=code("title:"),
                source=code("source:"),
                lang=code("lang:"),
            )
        case "query.too_short":
            return t(
                "With a star there must be at least {limit} letters: {there}", limit=facts.get("limit"), there=there
            )
        case "query.star_inside":
            return t("A star goes at the beginning or the end of a word, not inside it: {there}", there=there)
        case _:
            return t("I do not understand this search: {there}", there=there)


def _subscription(refusal: Refusal, typed: str, translation: Translation) -> Html:
    match refusal.reason:
        case "subscription.exists":
            return translation.t(
                "{query} is already on the list (no. {number}).",
                query=_quote(typed),
                number=refusal.facts.get("number"),
            )
        case "subscription.limit":
            return translation.n(
                "There is room for only one keyword here. /unsub makes room.",
                "There is room for only {count} keywords here. /unsub makes room.",
                int(str(refusal.facts.get("limit", 0))),
            )
        case _:
            return translation.t("That did not work.")


def _quote(typed: str) -> Html:
    return bold(alert.cut(alert.tidy(typed), 60))


def _there(typed: str, refusal: Refusal) -> Html:
    """Quote the text around the place, with a mark in front of it."""
    at = refusal.facts.get("at", 0)
    at = min(max(at if isinstance(at, int) else 0, 0), len(typed))
    before, after = typed[max(0, at - _BEFORE) : at], typed[at : at + _AFTER]
    shown = f"{'…' * (at > _BEFORE)}{before}👉{after}{'…' * (at + _AFTER < len(typed))}"
    return code(alert.tidy(shown))
