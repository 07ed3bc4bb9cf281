"""
Which keywords a sentence may mean, so that the reader can be asked.

Words that are said around a keyword part a sentence into runs; runs with a small word between them ("Wolf in Tirol")
are proposed together and apart. What is quoted comes first, then names and what follows a preposition; what somebody
says of himself ("I live in Kassel") comes last.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.core.query import lexer, request_words
from bot.core.query.request_words import fold
from bot.language.stop_words import all_stop_words

_LONGEST = 300
_MOST_KEYWORDS = 6
_MOST_WORDS_UNASKED = 9
"""Words of one query that nobody is asked about, unless they are in quotes."""
_QUOTED = re.compile(r"[\"“„«‹]\s*([^\"“”„«»‹›]{2,60}?)\s*[\"”“»›]")
_IN_QUOTES = re.compile(r"[\"“„«‹][^\"“”„«»‹›]*[\"”“»›]")
_CLAUSE = re.compile(r"[,;:!?()…\n]+|\.(?:\s|\Z)|\s[–—-]\s|[^\w\s.,'’&+#/\"-]+(?=\s|\Z)")
_TOKEN = re.compile(
    r"(?<![\w'’/])(?:(?:[cdjlmnst]|qu|un|all|dell|nell|sull|dall|quest|d)['’])?([\w&+#][\w&+#./-]*(?:['’]\w+)*\+*)"
)
"""A word, without an elided one before it ("l'", "sull'") in small letters."""
_BACKGROUND = 4.0
"""How much less is thought of what stands in a clause in which readers speak of themselves."""
_SENTENCE_END = re.compile(r"\w{2}[.!?…]+\s+\S")
_PICTURE = re.compile(r"[\U0001F000-\U0001FAFF\u2600-\u27BF]")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a sentence may mean."""

    keywords: tuple[str, ...]
    """The likeliest first."""
    together: tuple[str, ...]
    """Those of them that are no part of another one, and of which nothing says that they are mere background."""


def are_doubtful(queries: Sequence[str], *, is_command: bool = True) -> bool:
    """
    Say whether the reader is to be asked what is meant: one query is a sentence, or there are only stop words.

    Behind a command most of what is typed is a keyword; of a plain text the reader is asked anyway.
    """
    sentence = is_sentence if is_command else is_perhaps_sentence
    return any(map(sentence, queries)) or all(map(_is_empty, queries))


def _is_empty(query: str) -> bool:
    words = _words(query)
    return bool(words) and all(word.islower() and fold(word) in all_stop_words() for word in words)


def is_sentence(query: str) -> bool:
    """Say whether a query still holds words that are said around a keyword, or is a question."""
    if any(map(query.__contains__, "()|=*")):
        return False
    plain = _QUOTED.sub(" ", query)
    words = _words(plain)
    around = [word for word in words if word[:1].islower() and fold(word) in request_words.telling_words()]
    is_question = "?" in query.rstrip(" ?") and len(words) > 2
    are_several = len(words) > 3 and _SENTENCE_END.search(plain) is not None
    return is_question or are_several or len(around) > 1 or (len(around) == 1 and len(words) + query.count('"') > 2)


def is_perhaps_sentence(query: str) -> bool:
    """Say whether a plain text reads like more than a keyword: it has verbs or pronouns, many words or pictures."""
    plain = re.sub(r"\s-(?=[\w\"]).*", "", _QUOTED.sub(" ", query))
    words = _words(plain)
    if is_sentence(query) or _PICTURE.search(query.strip()) or len(words) > _MOST_WORDS_UNASKED:
        return True
    small = [word for at, word in enumerate(words) if at == 0 or word[:1].islower()]
    return len(words) > 1 and any(fold(word) in request_words.sentence_words() for word in small)


def _words(text: str) -> list[str]:
    return [token[1].rstrip("./-") for token in _TOKEN.finditer(text)]


def find_keywords(text: str) -> Proposal:
    """
    Propose keywords that a sentence may mean.

    What follows a preposition comes before what does not, since "about", "zu" and "sur" introduce what is looked for.
    """
    text, exclusions = split_exclusions(text)
    runs = _choose(text)
    whole = [run for run in runs if run.is_whole]
    whole = [run for run in whole if run.score >= 0] or whole
    return Proposal(
        tuple(run.text + exclusions for run in runs),
        tuple(run.text + exclusions for run in sorted(whole, key=lambda run: text.find(run.text))),
    )


def split_exclusions(text: str) -> tuple[str, str]:
    """
    Split what is not wanted from a text: "Cricket, but not the IPL" is "Cricket" and " -IPL", in the query language.

    Nothing is split off where nothing would be left.
    """
    if len(text) > _LONGEST:
        return text, ""
    patterns = request_words.patterns()
    text = unicodedata.normalize("NFC", text)
    excluded: list[str] = []
    at = 0
    while (found := patterns.exceptions.search(_mask(text), at)) and lexer.has_letter(text[: found.start()]):
        if found["mark"] and "," in found["mark"] and text[found.end("mark")].isupper():  # "Iran, No Angels"
            at = found.end("mark")
            continue
        words = _choose(text[found.start("word") : found.end("word")])
        longest = max((run.text for run in words if run.is_whole), key=len, default="")
        excluded += [longest] if longest else []
        text = text[: found.start()] + text[found.end() :]
    if (found := patterns.nothing_else.search(_mask(text))) and lexer.has_letter(text[: found.start()]):
        text = text[: found.start()] + text[found.end() :]
    return text, "".join(f' -"{word}"' if len(word.split()) > 1 else f" -{word}" for word in excluded)


def _mask(text: str) -> str:
    """
    Fold a text, with letters in place of what excludes nothing; positions stay.

    That is what stands in quotes, and idioms such as "last but not least".
    """
    unquoted = fold(_IN_QUOTES.sub(lambda quoted: "x" * len(quoted[0]), text))
    return request_words.patterns().idioms.sub(lambda idiom: "x" * len(idiom[0]), unquoted)


def _choose(text: str) -> list[_WordRun]:
    if len(text) > _LONGEST:
        return []
    quoted = [_WordRun(match[1], 9.0, True) for match in _QUOTED.finditer(text)]
    runs = [run for clause in _CLAUSE.split(_QUOTED.sub(" ; ", text)) for run in _find_runs(clause or "")]
    ordered = [*quoted, *sorted(runs, key=lambda run: -run.score)]  # of equals, the first to stand there
    distinct = {run.text.casefold(): run for run in reversed(ordered) if lexer.has_letter(run.text)}
    proposed = [run for run in ordered if distinct.get(run.text.casefold()) is run]
    chosen = sorted(proposed, key=lambda run: not run.is_whole)[:_MOST_KEYWORDS]
    return [run for run in proposed if run in chosen]


@dataclass(frozen=True, slots=True)
class _WordRun:
    """Words of a clause that stand together and are not said around a keyword."""

    text: str
    score: float
    is_whole: bool
    """Whether it is no part of a longer one."""


def _find_runs(clause: str) -> Iterator[_WordRun]:
    """Find the runs of a clause, those with a small word between them also together."""
    tokens = list(_TOKEN.finditer(clause))
    small = [
        token[1] for at, token in enumerate(tokens) if at == 0 or token[1][:1].islower() or token[1][:2] in ("I", "I'")
    ]
    words = {part for word in small for part in fold(word).split("'")}
    malus = _BACKGROUND if words & request_words.background_words() else 0.0
    for group in _group(tokens, _split(tokens)):
        whole = list(range(group[0][0], group[-1][-1] + 1))
        scored = list(_score(clause, tokens, whole, malus))
        yield from scored
        if len(group) > 1:
            for run in group:
                for part in _score(clause, tokens, run, malus):
                    yield _WordRun(part.text, min(part.score, scored[-1].score) - 0.25, False)


def _split(tokens: Sequence[re.Match[str]]) -> list[list[int]]:
    """Part a clause at words that are said around keywords; a part of a name stays in it ("Marine Le Pen")."""
    surplus = request_words.surplus_words()
    runs: list[list[int]] = []
    for at, token in enumerate(tokens):
        folded = fold(token[1]).strip(".'-")
        is_surplus = request_words.is_surplus(folded) if token[1].islower() else surplus.issuperset(folded.split("'"))
        if is_surplus and token[1][:1].isupper() and runs and runs[-1][-1] == at - 1:
            is_surplus = not tokens[at - 1][1][:1].isupper()
        if is_surplus:
            continue
        if runs and _continues(tokens, runs[-1][-1], at):
            runs[-1] += range(runs[-1][-1] + 1, at + 1)
        else:
            runs.append([at])
    return runs


def _continues(tokens: Sequence[re.Match[str]], last: int, at: int) -> bool:
    between = {fold(token[1]) for token in tokens[last + 1 : at]}
    are_names = tokens[last][1][:1].isupper() and tokens[at][1][:1].isupper()
    return at - last < 4 and (between <= request_words.OF or (are_names and between <= request_words.joins()))


def _group(tokens: Sequence[re.Match[str]], runs: Sequence[list[int]]) -> list[list[list[int]]]:
    """Put runs together that at most two small words part."""
    groups: list[list[list[int]]] = []
    for run in runs:
        last = groups[-1][-1][-1] if groups else -9
        between = {fold(token[0]) for token in tokens[last + 1 : run[0]]} if last >= 0 else set()
        parts = {part for word in between for part in word.replace("'", "' ").split()}
        if 0 < run[0] - last - 1 < 3 and parts <= request_words.linking_words():
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups


def _score(clause: str, tokens: Sequence[re.Match[str]], run: Sequence[int], malus: float) -> Iterator[_WordRun]:
    """Score a run; one of a name and small letters behind it ("San Andreas fault") counts with and without these."""
    introduction = [fold(token[1]) for token in tokens[max(0, run[0] - 2) : run[0]]]
    score = 2.0 * any(word in request_words.introducing_words() for word in introduction) - malus
    capitals = [at for at in run if not tokens[at][1][:1].islower()]
    score += any(at > 0 for at in capitals)
    whole = clause[tokens[run[0]].start(1) : tokens[run[-1]].end(1)].strip(".'-")
    if capitals and capitals[-1] != run[-1]:
        name = clause[tokens[run[0]].start(1) : tokens[capitals[-1]].end(1)].strip(".'-")
        yield _WordRun(name, score + 0.5, False)
    yield _WordRun(whole, score, True)
