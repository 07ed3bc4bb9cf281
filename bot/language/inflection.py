"""
Whether two words with one stem differ by inflection only: rules, irregular words and Snowball stemmers.

Snowball also removes endings that make new words (authority, Steuerung, manifestation), so the rules look at what the
two words end in after their common beginning. Irregular English words are a list, each line a base and its forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import Stemmer

from bot.language import languages

_GERMAN = frozenset(["", *"e en n s es er ern em ens ns nen".split()])
_GERMAN_ADJECTIVE = frozenset("e en er es em".split())
_ENGLISH = frozenset(["", *"s es d ed ing y ies ied ying e er ers est r rs st ie ier iest".split()])
_ENGLISH_DOUBLED = re.compile(r"(?:[bdfgklmnprstvz])?(?:ed|ing|er|ers|est)")
_ENGLISH_OWN = frozenset(
    """
housing clothing parking evening wedding icing siding lighting ceiling bearing offing outing inning morning customs
goods means news arms species series glasses trustee trainee hundred sacred
""".split()
)
"""Words of their own, although they have another one's stem: housing is not house."""
_FRENCH_LONGEST = 4
_FRENCH_OTHER = frozenset("ie ies ent er ant ants age eur eurs ment iste isme".split())
_FRENCH_GENDER = re.compile(r"(?:é|al|ain|[ao]is|[ae]nt|and|eur)$")
"""What takes an e for a woman although it is short; port and porte, parti and partie are two words."""
_ITALIAN_PLURAL = frozenset(
    "o>i a>e e>i io>i a>i co>chi go>ghi ca>che ga>ghe co>ci go>gi cia>ce gia>ge cia>cie gia>gie".split()
)
_ITALIAN_GENDER = frozenset("o>a o>e a>i a>o e>o i>a i>e e>a co>che go>ghe chi>che ghi>ghe chi>ca ci>ca ci>che".split())
_ITALIAN_ADJECTIVE = re.compile(r"(?:ic|an|os|iv|at|it|ut|es|in|ari|tor|ent|ant|est|ur|ol|ul|pr|nd|rn|ed|ist)$")
_ITALIAN_VERB = re.compile(r"(?:are|ere|ire|arsi|ersi|irsi)$")
_ITALIAN_ACTOR = re.compile(r"(?<=..)(?:tore|tori|trice|trici)$")
_SHARED = 3
_LONG = 6


def tails(first: str, second: str) -> tuple[int, str, str]:
    """Return how many letters two words share at the start, and what follows in each."""
    same = 0
    for a, b in zip(first, second, strict=False):
        if a != b:
            break
        same += 1
    return same, first[same:], second[same:]


def german(first: str, second: str) -> bool:
    """Tell two forms of one German word, given that their stems are equal."""
    same, a, b = tails(first, second)
    return same >= _SHARED and a in _GERMAN and b in _GERMAN


def german_adjective(first: str, second: str) -> bool:
    """Tell two forms of an adjective, whatever the stemmer says: Naher, Nahen."""
    same, _, _ = tails(first, second)
    whole = first[: same - 1] if same and first[same - 1] == "e" else first[:same]
    return (
        len(whole) >= _SHARED and first[len(whole) :] in _GERMAN_ADJECTIVE and second[len(whole) :] in _GERMAN_ADJECTIVE
    )


def english(first: str, second: str) -> bool:
    """Tell two forms of one English word, given that their stems are equal."""
    same, a, b = tails(first, second)
    if same < 2 or first in _ENGLISH_OWN or second in _ENGLISH_OWN:
        return False
    return all(tail in _ENGLISH or _ENGLISH_DOUBLED.fullmatch(tail) is not None for tail in (a, b))


def french(first: str, second: str) -> bool:
    """Tell two forms of one French word, given that their stems are equal."""
    same, a, b = tails(first, second)
    if same < _SHARED or a.startswith("é") != b.startswith("é"):
        return False
    if {a.rstrip("sx"), b.rstrip("sx")} == {"", "e"}:
        return same >= _LONG or _FRENCH_GENDER.search(first[:same]) is not None
    return all(len(tail) <= _FRENCH_LONGEST and tail not in _FRENCH_OTHER for tail in (a, b))


def french_regular(first: str, second: str) -> bool:
    """Tell plural and feminine where the stemmer misses them: tuyaux, travaux, soumises."""
    short, long = sorted((first, second), key=len)
    if long == short + "s" or (long == short + "x" and short.endswith(("au", "eu", "ou"))):
        return True
    if _french_gender(first) == _french_gender(second):
        return True
    if first[:-3] == second[:-3] and {first[-3:], second[-3:]} == {"ail", "aux"}:
        return True
    return len(short) >= _LONG and short.endswith("s") and long in (short + "e", short + "es")


_FRENCH_GENDERS = re.compile(r"(?:(?<=..)(?:teur|trice)|(?<=....)(?:er|ère|eur|euse|if|ive))s?$")
_SAME_GENDER = {"trice": "teur", "ère": "er", "euse": "eur", "ive": "if"}


def _french_gender(word: str) -> str:
    """Return the masculine of what may be a feminine: ouvrière, directrice, chanteuse."""
    ending = _FRENCH_GENDERS.search(word)
    if ending is None:
        return word
    bare = ending.group().removesuffix("s")
    return word[: ending.start()] + _SAME_GENDER.get(bare, bare)


def italian(first: str, second: str) -> bool:
    """Tell two forms of one Italian word, given that their stems are equal: a verb, or what bends by rule."""
    return _ITALIAN_VERB.search(first) is not None or italian_regular(first, second)


def italian_regular(first: str, second: str) -> bool:
    """Tell singular and plural, and the genders of what looks like an adjective, where the stemmer misses them."""
    if _ITALIAN_ACTOR.sub("tore", first) == _ITALIAN_ACTOR.sub("tore", second):
        return True
    same, _, _ = tails(first, second)
    for back in range(4):
        cut = same - back
        if cut < 2:
            break
        a, b = first[cut:], second[cut:]
        if first[cut - 1] in "cg" and {a, b} == {"a", "e"}:
            continue  # banca has banche; college is no form of collega
        if f"{a}>{b}" in _ITALIAN_PLURAL or f"{b}>{a}" in _ITALIAN_PLURAL:
            return True
        is_adjective = len(first) >= _LONG and _ITALIAN_ADJECTIVE.search(first[:cut])
        if is_adjective and not _ITALIAN_GENDER.isdisjoint((f"{a}>{b}", f"{b}>{a}")):
            return True
    return False


_ADJECTIVE_ENDING = re.compile(r"(?<=...)(?:e[nrms]?)$")


def keys(word: str) -> tuple[str, ...]:
    """Return rough stems that two words share whenever one of the rules without a stemmer joins them."""
    whole = word[:-2] + "u" if word.endswith("ail") else word.rstrip("esx")
    return whole, word.rstrip("aeio").rstrip("h"), _french_gender(word), _ITALIAN_ACTOR.sub("tore", word)


_OF_NAME = re.compile(r"(?<=...)sche[mnrs]?$")


def base_of_name(word: str) -> str:
    """Return the name of which a German adjective is made: merkelsche, trumpscher."""
    return _OF_NAME.sub("", word)


def adjective_key(word: str) -> str:
    """Return a rough stem that two forms of a German adjective share."""
    return _ADJECTIVE_ENDING.sub("", word)


BENT: dict[str, Callable[[str, str], bool]] = {"de": german, "en": english, "fr": french, "it": italian}


_IRREGULAR_ENGLISH = """
man men;woman women;child children;foot feet;tooth teeth;goose geese;mouse mice;louse lice;ox oxen;person persons
knife knives;wife wives;life lives;half halves;leaf leaves;loaf loaves;shelf shelves;self selves;thief thieves
wolf wolves;calf calves;elf elves;scarf scarves;hoof hooves;wharf wharves;sheaf sheaves;dwarf dwarves
analysis analyses;crisis crises;basis bases;thesis theses;hypothesis hypotheses;axis axes;oasis oases
diagnosis diagnoses;emphasis emphases;synthesis syntheses;parenthesis parentheses;paralysis paralyses
neurosis neuroses;prognosis prognoses
criterion criteria;phenomenon phenomena;bacterium bacteria;curriculum curricula;stratum strata;memorandum memoranda
referendum referenda;millennium millennia;stadium stadia;symposium symposia;ovum ova;erratum errata;addendum addenda
nucleus nuclei;stimulus stimuli;cactus cacti;fungus fungi;alumnus alumni;radius radii;syllabus syllabi;focus foci
appendix appendices;index indices;matrix matrices;vertex vertices;codex codices;formula formulae;larva larvae
vertebra vertebrae;antenna antennae;alga algae;nebula nebulae;genus genera;corpus corpora;die dice;penny pence
automaton automata;schema schemata;stigma stigmata;virus viruses;hero heroes;potato potatoes;tomato tomatoes
echo echoes;veto vetoes;embargo embargoes;torpedo torpedoes;quiz quizzes;bus buses busses;gas gases gasses
be am is are was were been being;have has had having;do does did done doing;go goes went gone going
say said;make made;take took taken;come came;see saw seen;know knew known;get got gotten;give gave given;find found
think thought;tell told;become became;show shown;leave left;feel felt;put putting;bring brought;begin began begun
keep kept;hold held;write wrote written;stand stood;hear heard;let letting;mean meant;set setting;meet met;run ran
pay paid;sit sat;speak spoke spoken;lie lay lain lying;lead led;read reading;grow grew grown;lose lost
fall fell fallen
send sent;build built;understand understood;draw drew drawn;break broke broken;spend spent;cut cutting;rise rose risen
drive drove driven;buy bought;wear wore worn;choose chose chosen;seek sought;throw threw thrown;catch caught
deal dealt;win won;forget forgot forgotten;lay laid;sell sold;fight fought;teach taught;eat ate eaten;sing sang sung
strike struck stricken;hang hung;shake shook shaken;ride rode ridden;feed fed;shoot shot;drink drank drunk
hit hitting;arise arose arisen;fly flew flown flies;sleep slept;steal stole stolen;swim swam swum;wake woke woken
freeze froze frozen;hide hid hidden;bite bit bitten;blow blew blown;tear tore torn;swear swore sworn
bear bore borne born;beat beaten
bend bent;bind bound;bleed bled;breed bred;burst bursting;cast casting;cling clung;creep crept;dig dug;dive dove
dream dreamt;flee fled;fling flung;forbid forbade forbidden;forgive forgave forgiven;grind ground;kneel knelt
lean leant
leap leapt;learn learnt;lend lent;light lit;mistake mistook mistaken;overcome overcame;overthrow overthrew overthrown
prove proven;ring rang rung;shed shedding;shine shone;shrink shrank shrunk;shut shutting;sink sank sunk;slide slid
sling slung;smell smelt;spell spelt;spill spilt;spin spun;spit spat;split splitting;spoil spoilt;spread spreading
spring sprang sprung;stick stuck;sting stung;stink stank stunk;stride strode;string strung;strive strove striven
sweep swept;swell swollen;swing swung;undertake undertook undertaken;upset upsetting;weave wove woven;weep wept
wind wound;withdraw withdrew withdrawn;withhold withheld;withstand withstood;wring wrung;burn burnt;dwell dwelt
foresee foresaw foreseen;undergo underwent undergone;undo undid undone;rebuild rebuilt;retake retook retaken
rewrite rewrote rewritten;outdo outdid outdone;mislead misled;misunderstand misunderstood;overtake overtook overtaken
slay slew slain;sow sown;sew sewn;saw sawn;mow mown;sneak snuck;plead pled;shear shorn;tread trod trodden
thrust thrusting;bid bidding bade;bet betting;quit quitting;rid ridding;sink sank sunk;speed sped;wed wedding
knit knitting;hurt hurting
cost costing;ski skis skiing skied;panic panicked panicking;traffic trafficked trafficking;picnic picnicked picnicking
mimic mimicked mimicking;die dies died dying;tie ties tied tying
"""


_IRREGULAR_FRENCH = """
oeil yeux;ciel cieux;aieul aieux;monsieur messieurs;madame mesdames;mademoiselle mesdemoiselles;bonhomme bonshommes
"""
_IRREGULAR_ITALIAN = """
uomo uomini;dio dei;bue buoi;tempio templi;ala ali;arma armi;mano mani;collega colleghi colleghe;stratega strateghi
duca duchi;monarca monarchi;patriarca patriarchi;oligarca oligarchi;gerarca gerarchi;eco echi;belga belgi belghe
paio paia;uovo uova;dito dita;braccio braccia bracci;labbro labbra;osso ossa ossi;muro mura muri;ciglio ciglia
lenzuolo lenzuola;ginocchio ginocchia ginocchi;centinaio centinaia;migliaio migliaia;miglio miglia;membro membra membri
grido grida gridi;urlo urla;riso risa;frutto frutta frutti;orecchio orecchie orecchi;budello budella;corno corna corni
"""
_IRREGULAR = {"en": _IRREGULAR_ENGLISH, "fr": _IRREGULAR_FRENCH, "it": _IRREGULAR_ITALIAN}


def irregular(language: str) -> dict[str, frozenset[str]]:
    """Return, by form, the base words it may come from; a base comes from itself."""
    bases: dict[str, set[str]] = {}
    for line in _IRREGULAR.get(language, "").replace("\n", ";").split(";"):
        words = line.split()
        for word in words:
            bases.setdefault(word, set()).add(words[0])
    return {form: frozenset(found) for form, found in bases.items()}


class Stems:
    """Stemmers made when first asked for; one object belongs to one thread at a time."""

    def __init__(self) -> None:
        self._stem: dict[str, Callable[[str], str]] = {}

    def of(self, language: str) -> Callable[[str], str]:
        """Return the stemmer of a language, for calling it often."""
        if language not in self._stem:
            self._stem[language] = _stemmer(language)
        return self._stem[language]

    def stem(self, word: str, language: str) -> str:
        """Return the stem of a folded word; a language without a stemmer leaves the word as it is."""
        return self.of(language)(word)


def _stemmer(language: str) -> Callable[[str], str]:
    name = languages.SNOWBALL.get(language)
    if name is None:
        return str
    return Stemmer.Stemmer(name, 0).stemWord  # type: ignore[no-any-return]
