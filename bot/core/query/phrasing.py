"""
What readers type around a keyword: verbs, prepositions, politeness, and small talk that is no keyword at all.

"Abo Nordkorea bitte", "tell me about Iran", "avete qualcosa sui vaccini?" mean one keyword each. What introduces it is
stripped piece by piece from the front and the end, and the reader is shown what is left. A word for news with a
preposition ("News zum", "anything about") introduces a keyword wherever it stands. Fillers, prepositions and articles
go only behind something that makes the text a request ("Google News" is a name, "Über den Wolken" a title), and only in
small letters; what stands in quotes is never touched. The words are data of each language (`conversation.toml`); those
of all languages count, since readers mix them, and accents do not.

What still reads like a sentence after that is no keyword: `find_keywords` proposes what may be meant by it, so that the
reader can be asked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache

from bot.core.query import lexer, parser, preview
from bot.language import language_data
from bot.language.stop_words import all_stop_words
from bot.language.word_tables import RequestWords

_LONGEST = 300
_EDGE = " \t,.:!?…-–—"
_MOST_STEPS = 20
_MOST_WORDS = 12
"""Words of a message that asks for help or the list, at most."""
_MOST_KEYWORDS = 3
_SMALLEST = 2
"""Letters up to which a word stands in names as well: "im", "on"."""
_SLIPPED_FROM = 5
"""Letters from which a word of a request is recognised with a slip."""
_NUMBERED = re.compile(r"\A\s*(?:\d{1,2}[.)]|[-*•])\s+")
_QUOTED = re.compile(r"[\"“„«‹]\s*([^\"“”„«»‹›]{2,60}?)\s*[\"”“»›]")
_CLAUSE = re.compile(r"[,;:!?()…\n]+|\.(?:\s|\Z)|\s[–—-]\s")
_TOKEN = re.compile(
    r"(?<![\w'’])(?:(?:[cdjlmnst]|qu|un|all|dell|nell|sull|dall|quest|d)['’])?([\w&+#][\w&+#.-]*(?:['’]\w+)*)"
)
"""A word, without an elided one before it ("l'", "sull'") in small letters."""
_OF = frozenset(("of", "de", "di", "du", "des", "del", "della", "dello", "dei", "von", "d", "da"))
"""Small words within names of any letters."""
_LIST_HEAD = re.compile(r"\A(?=[^:\"“„«]*\S\s+\S)[^:\"“„«]{3,80}:(?=\s|\Z)\s*")
"""The beginning of an enumeration: "My topics are: "; one word before the colon may be a part of the query."""


class SmallTalk(Enum):
    """What a whole message may be instead of a keyword."""

    GREETING = auto()
    THANKS = auto()
    HELP = auto()
    LIST = auto()


@dataclass(frozen=True, slots=True)
class StrippedQuery:
    """A query without what introduced it."""

    text: str
    is_stripped: bool
    """Whether anything was taken away, which is to be shown."""


@dataclass(frozen=True, slots=True)
class JoinedKeywords:
    """Several keywords joined by a small word, of which the reader has to say how they are meant."""

    parts: tuple[str, ...]
    """Several words of one part in quotes."""
    is_either: bool
    """Whether the word is "or"; else it is "and"."""


def find_small_talk(text: str) -> SmallTalk | None:
    """Return what a whole message is, if it is a greeting, thanks, or a question for help or the list."""
    if len(text) > _LONGEST:
        return None
    words = " ".join(re.findall(r"[\w'-]+", _fold(text)))
    patterns = _patterns()
    for pattern, meaning in ((patterns.list, SmallTalk.LIST), (patterns.help, SmallTalk.HELP)):
        if len(words.split()) <= _MOST_WORDS and pattern.fullmatch(words):
            is_short = meaning is SmallTalk.HELP and len(words.split()) < _MOST_WORDS // 2
            if is_short or not find_keywords(text):  # "put Real Madrid on my list"
                return meaning
    if patterns.small_talk.fullmatch(words):
        if patterns.thanks.search(words):
            return SmallTalk.THANKS
        if patterns.greetings.match(words):
            return SmallTalk.GREETING
    return None


def read_queries(text: str) -> tuple[str, ...]:
    """Separate the queries of a message, each without what introduced it; small talk between them is left out."""
    found: list[str] = []
    lines = list(filter(str.strip, text.splitlines()))
    if len(lines) > 1 and sum(_NUMBERED.match(line) is not None for line in lines) > 1:
        lines = [_NUMBERED.sub("", line) for line in lines]
    for line in [_patterns().inline_sign_offs.sub("", line) for line in lines]:
        if found and _patterns().sign_offs.match(_fold(line).strip()):
            break
        stripped = strip_request(line)
        parts = parser.split(stripped.text)
        wanted = [part for part in parts if find_small_talk(part) is None] or parts
        wanted = [part for part in wanted if _has_keyword(part)] or wanted
        found += [_strip_part(part, stripped.is_stripped or len(parts) > 1) for part in wanted]
    heads = [part for part in found if not part.endswith(":")]
    talk = [part for part in heads if find_small_talk(part) is None]
    return tuple(talk or heads or found)


def _has_keyword(part: str) -> bool:
    """Say whether one of several parts names anything: "whichever comes first" does not."""
    return len(part.split()) < 2 or bool(find_keywords(part))


def strip_request(text: str) -> StrippedQuery:
    """Strip what introduces or follows a keyword; all of the text where nothing would be left."""
    whole = text.strip()
    if len(whole) > _LONGEST or not lexer.has_letter(whole):
        return StrippedQuery(whole, False)
    rest, is_request = _strip_introduction(whole)
    rest = _strip_end(rest, is_request)
    if rest == whole or not lexer.has_letter(rest):
        return StrippedQuery(whole, False)
    return StrippedQuery(rest, True)


def find_joined(text: str) -> JoinedKeywords | None:
    """Return the parts of "Kim or Putin" or "Kim and Putin", in small letters and any language."""
    if any(quote in text for quote in lexer.QUOTES) or len(text) > _LONGEST:
        return None
    for pattern, is_either in ((_patterns().alternatives, True), (_patterns().both, False)):
        parts = [part.strip() for part in pattern.split(_patterns().either.sub("", text.strip()))]
        if len(parts) > 1 and all(map(lexer.has_letter, parts)):
            quoted = tuple(part if len(part.split()) == 1 else f'"{part}"' for part in parts)
            return JoinedKeywords(quoted, is_either)
    return None


def are_doubtful(queries: Sequence[str]) -> bool:
    """Say whether the reader is to be asked what is meant: one query is a sentence, or there are only stop words."""
    return any(map(is_sentence, queries)) or all(map(_is_empty, queries))


def _is_empty(query: str) -> bool:
    words = [token[1] for token in _TOKEN.finditer(query)]
    return bool(words) and all(word.islower() and _fold(word) in all_stop_words() for word in words)


def is_sentence(query: str) -> bool:
    """Say whether a query still holds words that are said around a keyword, or is a question."""
    if any(map(query.__contains__, "()|=*")):
        return False
    words = [token[1] for token in _TOKEN.finditer(_QUOTED.sub(" ", query))]
    around = [word for word in words if word[:1].islower() and _fold(word) in _telling_words()]
    is_question = "?" in query.rstrip(" ?") and len(words) > 2
    return is_question or len(around) > 1 or (len(around) == 1 and len(words) + query.count('"') > 2)


def find_keywords(text: str) -> tuple[str, ...]:
    """
    Propose keywords that a sentence may mean, the likeliest first: what it quotes, then names, then other words.

    What follows a preposition comes before what does not, since "about", "zu" and "sur" introduce what is looked for.
    """
    if len(text) > _LONGEST:
        return ()
    quoted = [match[1] for match in _QUOTED.finditer(text)]
    scored = [run for clause in _CLAUSE.split(_QUOTED.sub(" ; ", text)) for run in _find_runs(clause)]
    ordered = [run.text for run in sorted(scored, key=lambda run: -run.score)]  # of equals, the first to stand there
    distinct = dict.fromkeys(filter(lexer.has_letter, (*quoted, *ordered)))
    return tuple(distinct)[:_MOST_KEYWORDS]


@dataclass(frozen=True, slots=True)
class _WordRun:
    """Words of a clause that stand together and are not said around a keyword."""

    text: str
    score: float


def _find_runs(clause: str) -> list[_WordRun]:
    """Find the runs of a clause; a small word stays between two others ("Isle of Skye", "lago di Garda")."""
    tokens = list(_TOKEN.finditer(clause))
    surplus = _surplus_words()
    runs: list[list[int]] = []
    for at, token in enumerate(tokens):
        folded = _fold(token[1]).strip(".'-")
        is_surplus = _is_surplus(folded) if token[1].islower() else surplus.issuperset(folded.split("'"))
        if is_surplus and token[1][:1].isupper() and runs and runs[-1][-1] == at - 1:
            is_surplus = not tokens[at - 1][1][:1].isupper()  # a part of a name: "Marine Le Pen"
        if is_surplus:
            continue
        if runs and _continues(tokens, runs[-1][-1], at):
            runs[-1] += range(runs[-1][-1] + 1, at + 1)
        else:
            runs.append([at])
    return [scored for run in runs for scored in _score(clause, tokens, run)]


def _continues(tokens: Sequence[re.Match[str]], last: int, at: int) -> bool:
    between = {_fold(token[1]) for token in tokens[last + 1 : at]}
    are_names = tokens[last][1][:1].isupper() and tokens[at][1][:1].isupper()
    return at - last < 4 and (between <= _OF or (are_names and between <= _joins()))


def _score(clause: str, tokens: Sequence[re.Match[str]], run: Sequence[int]) -> list[_WordRun]:
    """Score a run; one of a name and small letters behind it ("San Andreas fault") counts with and without these."""
    introduction = [_fold(token[1]) for token in tokens[max(0, run[0] - 2) : run[0]]]
    score = 2.0 * any(word in _introducing_words() for word in introduction)
    capitals = [at for at in run if not tokens[at][1][:1].islower()]
    score += any(at > 0 for at in capitals)
    whole = _WordRun(clause[tokens[run[0]].start(1) : tokens[run[-1]].end(1)].strip(".'-"), score)
    if not capitals or capitals[-1] == run[-1]:
        return [whole]
    name = clause[tokens[run[0]].start(1) : tokens[capitals[-1]].end(1)].strip(".'-")
    return [_WordRun(name, score + 0.5), whole]


@cache
def _surplus_words() -> frozenset[str]:
    """Give all words that are said around keywords, and stop words, folded."""
    stop_words = {_fold(word) for word in all_stop_words()}
    talk = _split_phrases("greetings", "small_words", "help", "list", "and_words", "or_words", "either_words")
    return _telling_words() | stop_words | _joins() | talk | _split_phrases("prepositions", "articles")


@lru_cache(4096)
def _is_surplus(folded: str) -> bool:
    """Say whether a word is said around keywords, also with one slip ("nachichten")."""
    if all(part in _surplus_words() for part in folded.split("'")):
        return True
    if len(folded) < _SLIPPED_FROM:
        return False
    near = (word for word in _telling_words() | _introducing_words() if abs(len(word) - len(folded)) < 2)
    return any(preview.distance(folded, word, 1) for word in near)


@cache
def _telling_words() -> frozenset[str]:
    """Give the words said around keywords that seldom stand within one, folded."""
    keys = ("politeness", "thanks", "sign_offs", "verbs", "fillers", "nouns", "end_nouns", "clauses", "clause_ends")
    words = _split_phrases(*keys, "surplus") - _split_phrases("greetings", "small_words")
    prepositions = {_fold(phrase) for phrase in language_data.every(RequestWords, "prepositions")}
    some = words - prepositions - _joins() - _split_phrases("articles", "and_words", "or_words")
    return frozenset(word for word in some if len(word) > _SMALLEST)


@cache
def _introducing_words() -> frozenset[str]:
    return _split_phrases("prepositions") - _split_phrases("articles")


def _split_phrases(*keys: str) -> frozenset[str]:
    phrases = (phrase for key in keys for phrase in language_data.every(RequestWords, key))
    return frozenset(word for phrase in phrases for word in re.findall(r"[\w.-]+", _fold(phrase)))


@cache
def _joins() -> frozenset[str]:
    """Give small words that stand within names, folded."""
    return _OF | {"der", "des", "the", "la", "le", "les", "el", "al"}


@dataclass(frozen=True, slots=True)
class _RequestPatterns:
    """Regular expressions made of the words of all languages, for folded text."""

    courtesies: re.Pattern[str]
    verbs: re.Pattern[str]
    clauses: re.Pattern[str]
    news: re.Pattern[str]
    """A word for news with a preposition, anywhere."""
    nouns: re.Pattern[str]
    links: re.Pattern[str]
    """What may stand between all these and the keyword."""
    closings: re.Pattern[str]
    clause_ends: re.Pattern[str]
    end_nouns: re.Pattern[str]
    alternatives: re.Pattern[str]
    both: re.Pattern[str]
    either: re.Pattern[str]
    """What stands before the first of two: "either"."""
    joints: re.Pattern[str]
    """ "And" at the beginning of one of several keywords."""
    small_talk: re.Pattern[str]
    thanks: re.Pattern[str]
    greetings: re.Pattern[str]
    help: re.Pattern[str]
    list: re.Pattern[str]
    sign_offs: re.Pattern[str]
    inline_sign_offs: re.Pattern[str]
    """The end of a letter in one line, with its name: ". Kind regards, Ann"."""


@cache
def _patterns() -> _RequestPatterns:
    behind = r"(?:(?<=')|\s*[,:!.…]+\s*|\s+[–-]\s+|\s+)"

    def front(*keys: str) -> re.Pattern[str]:
        return re.compile(rf"(?:{_any(keys)}){behind}")

    def end(*keys: str) -> re.Pattern[str]:
        return re.compile(rf"[\s,.!?…]+(?:{_any(keys)})\Z")

    def between(key: str) -> re.Pattern[str]:
        return re.compile(rf"\s+(?:{_any([key])})\s+")

    articles = _any(["articles"])
    talk = _any(["greetings", "thanks", "politeness", "small_words"])
    return _RequestPatterns(
        courtesies=front("greetings", "politeness"),
        verbs=front("verbs", "politeness"),
        clauses=front("clauses"),
        news=re.compile(rf"(?<!\w)(?:{_any(['nouns'])})\s+(?:{_any(['prepositions'])}){behind}"),
        nouns=front("nouns"),
        links=re.compile(rf"(?:{_any(['fillers', 'politeness', 'prepositions'])}|{articles}){behind}"),
        closings=end("politeness", "thanks"),
        clause_ends=end("clause_ends"),
        end_nouns=end("end_nouns"),
        alternatives=between("or_words"),
        both=between("and_words"),
        either=re.compile(rf"\A(?:{_any(['either_words'])})\s+", re.IGNORECASE),
        joints=front("and_words"),
        small_talk=re.compile(rf"(?:{talk})(?: (?:{talk}))*"),
        thanks=re.compile(rf"\b(?:{_any(['thanks'])})\b"),
        greetings=re.compile(rf"(?:{_any(['greetings'])})\b"),
        help=re.compile(rf"(?:.* )?(?:{_any(['help'])})(?: .*)?"),
        list=re.compile(rf"(?:.* )?(?:{_any(['list'])})(?: .*)?"),
        sign_offs=re.compile(rf"(?:{_any(['sign_offs'])})\W*\Z"),
        inline_sign_offs=re.compile(
            rf"(?<=[^\W\d_]{{3}})[.,!?]+\s+(?:{_any(['sign_offs'])})\b[\s,.!]*[\w .]{{0,40}}\Z", re.IGNORECASE
        ),
    )


def _any(keys: Iterable[str]) -> str:
    """Join the phrases under some keys, the longest first; a space stands for any white space."""
    phrases = {_fold(phrase) for key in keys for phrase in language_data.every(RequestWords, key)}
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "|".join(re.escape(phrase).replace(r"\ ", r"\s+") for phrase in ordered)


def _fold(text: str) -> str:
    """Make letters small and plain, one for one, so that positions stay; apostrophes are straight."""
    letters = (unicodedata.normalize("NFD", letter)[0] for letter in unicodedata.normalize("NFC", text))
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in letters).replace("’", "'")


def _strip_introduction(text: str) -> tuple[str, bool]:
    """Strip what stands before the keyword; says whether the text is a request at all."""
    text, folded = unicodedata.normalize("NFC", text), _fold(text)
    patterns = _patterns()
    if head := _LIST_HEAD.match(text):
        return text[head.end() :], lexer.has_letter(text[head.end() :])
    at = _skip(patterns.courtesies, text, folded, 0)
    start = at
    for _ in range(_MOST_STEPS):
        before = at
        at = _skip(patterns.verbs, text, folded, at)
        clause = patterns.clauses.match(folded, at)
        if clause and (at > start or len(clause[0].split()) > 1) and lexer.has_letter(text[clause.end() :]):
            at = clause.end()
        if at > start and (noun := patterns.nouns.match(folded, at)) and lexer.has_letter(text[noun.end() :]):
            at = noun.end()
        if at > start:
            at = _skip(patterns.links, text, folded, at, is_small=True)
        if at == before:
            break
    news = patterns.news.search(folded, at if at > start else 0)
    if news and _is_outside_quotes(text, news.start()) and lexer.has_letter(text[news.end() :]):
        at = _skip(patterns.links, text, folded, news.end(), is_small=True)
        return text[at:], True
    return text[at:], at > start


def _skip(pattern: re.Pattern[str], text: str, folded: str, at: int, *, is_small: bool = False) -> int:
    """Skip phrases from a position on, but never all of the text; in small letters only, where that is asked for."""
    for _ in range(_MOST_STEPS):
        found = pattern.match(folded, at)
        if found is None or not lexer.has_letter(text[found.end() :]) or (is_small and text[at].isupper()):
            break
        at = found.end()
    return at


def _is_outside_quotes(text: str, at: int) -> bool:
    return not any(quote in text[:at] for quote in lexer.QUOTES if quote not in "'’")


def _strip_end(text: str, is_request: bool) -> str:
    """Strip thanks, ends of clauses, signs and pictures from the end."""
    patterns = _patterns()
    for _ in range(_MOST_STEPS):
        before = text
        text = _strip_signs(text)
        folded = _fold(text)
        for pattern in (patterns.closings, patterns.end_nouns, *((patterns.clause_ends,) if is_request else ())):
            found = pattern.search(folded)
            if found and not _is_name(text[found.start() :]) and lexer.has_letter(text[: found.start()]):
                text = text[: found.start()]
                break
        if text == before:
            break
    return text.strip(_EDGE)


def _is_name(end: str) -> bool:
    """Say whether an end may be a part of a name: it begins with a capital, and no sentence begins there."""
    return end.lstrip(_EDGE)[:1].isupper() and end.strip(" ,")[:1] not in ".!?…"


def _strip_signs(text: str) -> str:
    """Strip marks and pictures behind the last word; signs that belong to it ("C++", "C#") and quotes stay."""
    end = len(text)
    while end and (text[end - 1] in _EDGE or unicodedata.category(text[end - 1]) in ("So", "Sk", "Cf", "Mn", "Zs")):
        end -= 1
    return text[:end]


def _strip_part(part: str, is_request: bool) -> str:
    """Strip one of several keywords: each may bring verb and article of its own ("and the weather")."""
    stripped = strip_request(part)
    if stripped.is_stripped or not is_request:
        return stripped.text
    folded = _fold(part)
    at = _skip(_patterns().joints, part, folded, 0, is_small=True)
    return part[_skip(_patterns().links, part, folded, at, is_small=True) :]
