"""
The tables of words that a language may bring: what each key means.

`bot.language.language_data` reads them, `docs/languages.md` says what each table is for; `TABLE` names file and table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from bot.language.language_data import ByNumber, Words, WordTable


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWords:
    """How numbers are written, in words and in digits; letters are compared without case and accents."""

    TABLE: ClassVar[str] = "numbers.numbers"

    decimal_mark: str
    """The mark before decimals; the other one of "." and "," separates thousands."""
    articles: Words
    """Words for one that are articles too: they count before a power, and inside a number, only."""
    joints: Words
    """What joins the parts of a number: "and"."""
    values: ByNumber
    powers: ByNumber
    """100, 1000 and larger: they multiply what stands before them."""
    plural_powers: ByNumber
    """Forms that multiply too, and are no certain number by themselves: "millions"."""
    ordinals: ByNumber
    stems: ByNumber
    """Shorter forms of values that stand before an ending or inside a word only: "fif" in "fifth"."""
    endings: str
    """Regular expression of what makes another word of a number, which keeps its value: "th", "fold"."""
    digit_endings: Words
    """Endings behind digits: "25th"."""
    vague: Words
    """Fractions, dozens, thousands: no number of certain digits."""
    not_in_headlines: Words
    """Number words that are, in a headline, more often something else."""
    respelled: Mapping[str, str]
    """Phrases that are replaced first: numbers that are not the sum of their words, and "per cent"."""
    long_tens: tuple[int, ...]
    """Tens to which 10 to 19 are added: "soixante-dix"."""
    article_ends: bool
    """Whether an article behind a joint may be the end of a number: "vingt et un"."""
    is_compound: bool
    """Whether numbers below a million are one word."""
    units_first: bool
    """Whether a unit stands before its ten: "einundzwanzig"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Months:
    """The months, January first; one string each, with all spellings."""

    TABLE: ClassVar[str] = "time.months"

    names: Words
    short: Words
    """Abbreviations, without a full stop."""
    are_small: bool
    """Whether they are written with a small first letter."""
    of: Words
    """What stands between day and month, or month and year: "de" in "12 de noviembre de 2026"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPointHeadings:
    """What publishers write above their own key points ("Das Wichtigste in Kürze")."""

    TABLE: ClassVar[str] = "publishers.key_points"

    headings: Words
    """Regular expressions of whole headings, without case; apostrophes are straight."""
    clear: Words
    """Regular expressions of what in a heading shows that it heads nothing else."""
    hints: Words
    """Parts of headings in small letters; each heading has one, and most texts have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageNames:
    """What feeds call the language, beside its two letters."""

    TABLE: ClassVar[str] = "words.language"

    names: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonWords:
    """Words too common to tell anything, and some with a use of their own."""

    TABLE: ClassVar[str] = "words.words"

    stop_words: Words
    plainest: Words
    """Stop words that a capital letter does not make a name or noun."""
    vague: Words
    """Nouns, names and adjectives that stand in articles about anything: neither worth excluding nor asking for."""
    determiners: Words
    """What a noun in small letters follows: articles, possessives, prepositions joined with an article."""
    before_places: Words
    """Prepositions before a town or country in a headline: "in"."""
    articles_before_places: Words
    """Articles that may stand between them: "in der Türkei"."""
    opinions: Words
    """Genres that are no news: "Kommentar", "interview"."""
    explaining: Words
    """What a headline that asks or explains begins with: "why", "how"."""
    endings: Words
    """What in a headline says that something is over or works again: "reopens"."""
    pointing_back: Words
    """What begins a sentence that says nothing by itself: "he", "moreover"."""
    pointing_before_verbs: Words
    """What does so only before one of the next: "Das teilte …", and not "Das Gericht …"."""
    verbs_after_pointing: Words
    has_named_abbreviations: bool
    """Whether the press writes abbreviations like names: "Usa", "Otan"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryWords:
    """What a reader may type in keywords and commands, in place of the English word."""

    TABLE: ClassVar[str] = "words.query"

    or_words: Words
    """In capitals, as the next two."""
    and_words: Words
    not_words: Words
    title: Words
    """Names of a field, before a colon, as the next two."""
    source: Words
    language: Words
    everything: Words
    """Behind /unsub: all keywords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceWords:
    """Words that decide whether a full stop ends a sentence, with their capitals."""

    TABLE: ClassVar[str] = "words.sentences"

    titles: Words
    """Abbreviations that end no sentence: "Dr"."""
    before_numbers: Words
    """Abbreviations that end none before a number: "Nr"."""
    may_end: Words
    """Abbreviations that may end one: "etc"."""
    labels: Words
    """What has a letter for a name, in small letters: "hepatitis B."."""
    before_ordinals: Words
    """Regular expressions of what stands before an ordinal number with a full stop: "am 3."."""
    after_ordinals: Words
    """Regular expressions of what stands behind one: "3. Mai"."""
    starters: Words
    """Regular expressions of words that begin sentences and no names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardWords:
    """Words by which the answer of a language model is refused."""

    TABLE: ClassVar[str] = "guard.guard"

    negations: Words
    negation_forms: str
    """Regular expression of negations with endings, whose group is the form in the list; may be empty."""
    short_negation: str
    """Regular expression of a negation in the middle of a text ("n't"), equal to the first one; may be empty."""
    orders: Words
    """Verbs that begin an order."""
    clear_orders: Words
    """Those that are hardly ever the verb of a statement, and count behind a comma too."""
    uncertain_orders: Words
    """Those that mean something else behind a leading word."""
    leading: Words
    """What may stand before the verb of an order: "now"."""
    infinitives: Words
    """Verbs that give an order without a person: "Alle Anweisungen ignorieren"."""
    infinitive_ends: bool
    """Whether such an infinitive ends its clause, instead of beginning it."""
    infinitive_particle: str
    """Before an infinitive that gives no order: "zu"."""
    finite_verbs: Words
    """With one of these before it, an infinitive at the end belongs to a statement."""
    subordinating: Words
    """What begins a clause that ends in its verb."""
    addressed: str
    """Regular expression of words that address the reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWords:
    """What a reader may write of hours, days and how long something lasts, in /digest, /quiet and /pause."""

    TABLE: ClassVar[str] = "time.commands"

    weekdays: Words
    """Monday first; one string each, with all spellings."""
    short_weekdays: Words
    """One each, Monday first."""
    workdays: Words
    weekend: Words
    daily: Words
    weekly: Words
    oclock: Words
    """What stands behind the number of an hour: "uhr", "h"."""
    not_morning: str
    """Regular expression of what stands behind "am" where it is a preposition; may be empty."""
    every: Words
    """What may be added to quiet hours: "every night"."""
    starts: Words
    """What may stand before the first of two hours: "from"."""
    ends: Words
    """What may stand before the second: "until"."""
    minutes: Words
    hours: Words
    days: Words
    weeks: Words
    one: Words
    """Words for one before a unit: "an hour"."""
    lasting: Words
    """What may stand before a duration: "for"."""
    joints: Words
    """What joins two hours, days or durations: "and"."""
    through: Words
    """What joins the first and the last of several days: "to"."""
    filling: Words
    """What may stand anywhere in the hours of a digest, and means nothing: "at", "every"."""
    now: Words
    off: Words
    never: Words
    """Further words by which a digest is switched off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agencies:
    """News agencies that sign texts in the language, in small letters."""

    TABLE: ClassVar[str] = "publishers.agencies"

    names: Words
    alone: Words
    """Regular expressions of those that sign before a dash without brackets, too."""
    desks: Words
    """Press offices and the paper's own desk, which sign in small letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatelineWords:
    """Small words in and around the places of a dateline."""

    TABLE: ClassVar[str] = "publishers.datelines"

    articles: Words
    """What begins a sentence and no dateline."""
    town_articles: Words
    """Articles that names of towns begin with: "Den Haag", "La Paz"."""
    links: Words
    """What stands inside a name of a place: "am" in "Frankfurt am Main"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditWords:
    """What marks a credit or a notice of rights after a text."""

    TABLE: ClassVar[str] = "publishers.credits"

    labels: Words
    """Regular expressions of what stands before the colon of a credit, with its capitals."""
    rights: Words
    """Regular expressions of "all rights reserved", without case."""
    words: Words
    """Small words among the names of a credit: "von"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BylineWords:
    """How the line with an author's name is written."""

    TABLE: ClassVar[str] = "publishers.bylines"

    before: Words
    """Regular expressions of what stands before the names of a line of its own, with their capitals."""
    before_last: Words
    """The same for a name behind the last sentence."""
    particles: Words
    """Small words inside names: "von", "de"."""
    joints: Words
    no_names: Words
    """What is no name though it stands behind such a word, beside months and days: "Von Anfang an"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletNames:
    """Papers and stations that are named behind a headline."""

    TABLE: ClassVar[str] = "publishers.outlets"

    names: Words
    words: Words
    """Regular expressions of words that names of papers have, without case: "gazette"."""
    articles: Words
    """Articles that a name may have or not: "Der Spiegel", "Spiegel"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkWords:
    """Marks of revised, running and paid articles; regular expressions unless said otherwise."""

    TABLE: ClassVar[str] = "publishers.marks"

    updated: Words
    """What says that a text was changed, in small letters."""
    oclock: Words
    """Words behind the time in a headline that says when it was changed; no regular expressions."""
    words: Words
    """Words of a headline that say something of the article and nothing of the news; no regular expressions."""
    bracketed: Words
    """Marks in brackets, without case."""
    kickers: Words
    """Marks before a colon or another sign, without case."""
    shouted: Words
    """Marks in capitals with no sign behind them."""
    running: Words
    """Marks of a ticker, between plus signs, in brackets or before a colon, without case."""
    paid: Words
    """What says that an article is for subscribers, with its capitals."""
    paid_words: Words
    """Words that say so in brackets or as a category only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWords:
    """
    Lines that send the reader to a ticker, podcast or newsletter; regular expressions without case.

    In them `<ticker>` stands for a live ticker or blog, `<channel>` for it and for `channels` of all languages.
    """

    TABLE: ClassVar[str] = "publishers.calls"

    calls: Words
    """Whole lines."""
    pointers: Words
    """Whole lines that point somewhere: "Mehr dazu im <channel>"."""
    orders: Words
    """Beginnings of lines that are calls if they name a channel: "subscribe to our "."""
    channels: Words
    more_channels: Words
    """What such an order may name besides, and is too common elsewhere: "episode"."""
    hints: Words
    """Parts of all these lines; each has one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailingWords:
    """
    What leads away from a text at its end: links to the rest, notes of the blog system, calls to follow.

    Regular expressions without case, in which `<name>` stands for the fragment of that name.
    """

    TABLE: ClassVar[str] = "publishers.trailing"

    first_on: Words
    """Notes that say where a text was published first, up to the name; `<title>` stands for the headline."""
    before_first_on: Words
    """Words with a capital by which such a note begins, where no sentence ends before it."""
    first_on_hints: Words
    """Parts of such notes; each has one."""
    goes_on: Words
    """What follows in a sentence that is none: "and"."""
    links: Words
    """Links to the rest: "weiterlesen"."""
    where: Words
    """What stands between the link and the name of the site: "on"."""
    named: Words
    """Links that name another article behind a colon."""
    quoted: Words
    """Links that name it in quotation marks or before an arrow."""
    link_hints: Words
    """Parts of all these links; each has one."""
    calls: Words
    """Calls to subscribe or to follow."""
    channels: Words
    """What they call to."""
    nothing: Words
    """Words that may be all that follows a call."""
    abbreviations: Words
    """Words whose full stop ends no sentence."""
    fragments: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivations:
    """By which endings one word is made of another: Islam, islamisch, Islamist. Words that look so are only offered."""

    TABLE: ClassVar[str] = "words.derivations"

    lost: Words
    """Endings that a word may lose before it takes another one: "Chemie", "chemisch"."""
    endings: Words
    """Endings of persons and teachings: "ist", "ismus"."""
    small_endings: Words
    """Endings of adjectives."""
    bent: Words
    """What inflection may put behind any of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWords:
    """What readers type around a keyword, and instead of one; in small letters, an apostrophe is straight."""

    TABLE: ClassVar[str] = "conversation.requests"

    greetings: Words
    politeness: Words
    softeners: Words  # as polite within a request; alone they may begin a name: "just", "kurz"
    thanks: Words
    sign_offs: Words
    """Lines that end a letter; what follows is a name."""
    small_words: Words
    """What may stand beside greetings and thanks in a message that says nothing else."""
    help: Words
    """Phrases of a short message that asks for help."""
    list: Words
    """Phrases of a short message that asks for the list of keywords."""
    verbs: Words
    """Phrases before a keyword: "abonniere", "tell me"."""
    fillers: Words
    """What may follow a verb: "get", "immer"; alone it may begin a name."""
    nouns: Words
    """Words for news, with an article or without: "alle Nachrichten"."""
    end_nouns: Words
    """Words for news that may follow a keyword, in small letters only: "Federer news"."""
    prepositions: Words
    """Between a verb or noun and the keyword: "about"."""
    articles: Words
    """Before the keyword; those with a capital may belong to a name: "The Guardian"."""
    clauses: Words
    """Beginnings of clauses before a keyword: "wenn es etwas Neues zu"."""
    clause_ends: Words
    """Ends of such clauses behind the keyword: "gibt"."""
    surplus: Words
    """Words of sentences around a keyword that none of these has, and that are no keyword: "auftaucht", "mention"."""
    either_words: Words
    """Before the first of two keywords: "either"."""
    or_words: Words
    """Between two keywords, in small letters, as the next."""
    and_words: Words
    within: Words
    """Small words between two words that are looked for together: "Wolf in Tirol"."""
    except_words: Words
    """Before what is not wanted, anywhere: "aber keine", "but not"."""
    negations: Words
    """The same, only at the beginning of a clause: "Not scooters"."""
    idioms: Words
    """Phrases with such words that exclude nothing: "last but not least", "aber nicht nur"."""
    nothing_else: Words
    """Behind a keyword: "und sonst nichts"."""
    background: Words
    """Words by which readers speak of themselves: "ich", "my", "habite"."""
    stop: Words
    """Phrases of a short message that wants an end of all alerts."""
    ends: Words
    """Phrases of a short message that wants an end of the keywords it names: "lösche", "no more"."""
    cancel: Words
    """Whole messages that end an open question: "abbrechen", "never mind"."""


TABLES: tuple[type[WordTable], ...] = (
    LanguageNames,
    CommonWords,
    QueryWords,
    SentenceWords,
    NumberWords,
    Months,
    TimeWords,
    KeyPointHeadings,
    Agencies,
    DatelineWords,
    CreditWords,
    BylineWords,
    OutletNames,
    MarkWords,
    CallWords,
    TrailingWords,
    GuardWords,
    RequestWords,
    Derivations,
)
