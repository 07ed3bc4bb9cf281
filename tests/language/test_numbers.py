"""Numbers are the same if their digits are, however they are written; what cannot be read is the same as itself."""

from __future__ import annotations

import pytest

from bot.language import numbers
from tests.fakes.steps import steps


def _keys(text: str, language: str) -> set[object]:
    return {number.key for number in numbers.read(text, language)}


SAME = [
    ("de", "1,5 Millionen Tonnen", "1,5 Mio. Tonnen"),
    ("de", "1,5 Millionen Tonnen", "1.5 Mio Tonnen"),
    ("de", "1,5 Millionen Tonnen", "1'500'000 Tonnen"),
    ("de", "1,5 Millionen Tonnen", "1’500’000 Tonnen"),
    ("de", "1,5 Millionen Tonnen", "1.500.000 Tonnen"),
    ("de", "1,5 Millionen Tonnen", "1 500 000 Tonnen"),
    ("de", "1'500'000 Franken", "1,5 Millionen Franken"),
    ("de", "2.5 Milliarden", "2,5 Mrd."),
    ("de", "10'000 Familien", "10 000 Familien"),
    ("de", "10.000 Familien", "10000 Familien"),
    ("de", "10 000 Familien", "zehntausend Familien"),
    ("de", "eine Million Menschen", "1 Million Menschen"),
    ("de", "zwölf Minuten", "12 Minuten"),
    ("de", "zwoelf Minuten", "zwölf Minuten"),
    ("de", "einundzwanzig Länder", "21 Länder"),
    ("de", "Ein 14-jähriger Schüler", "Der Vierzehnjährige"),
    ("de", "hunderte Familien", "Hunderte Familien"),
    ("de", "1500 Tonnen", "1.500 Tonnen"),
    ("de", "3 Tote und 14 Verletzte", "14 verletzte Personen"),
    ("de", "14 Verletzte, 3 Tote", "drei Tote und 14 Verletzte"),
    ("de", "50 Prozent der Stimmen", "50% der Stimmen"),
    ("de", "zum dritten Mal", "zum 3. Mal"),
    ("de", "Es waren 25. Die Polizei sucht weiter.", "25 Personen"),
    ("de", "Papst Leo XIV. reist", "Leo XIV"),
    ("de", "die G7 und Covid-19", "wegen Covid-19 tagen die G7"),
    ("en", "2,500 soldiers", "2500 soldiers"),
    ("en", "$5 billion", "5bn dollars"),
    ("en", "$5bn in aid", "$5 billion in aid"),
    ("en", "twenty-one people", "21 people"),
    ("en", "1.2 million people", "1,200,000 people"),
    ("en", "for 12 more minutes", "12 minutes"),
    ("de", "Der 14-Jährige", "Er ist 14 Jahre alt"),
    ("de", "CHF 5 Millionen", "5 Millionen Franken"),
    ("de", "100 Mio. Pfund", "100 Millionen Pfund"),
    ("de", "20 °C", "20 Grad"),
    ("en", "nine hundred and five cases", "905 cases"),
    ("fr", "quatre-vingt-dix-neuf personnes", "99 personnes"),
    ("fr", "soixante et onze morts", "71 morts"),
    ("fr", "septante et un morts", "71 morts"),
    ("fr", "deux cent mille francs", "200 000 francs"),
    ("fr", "1,5 million de francs", "1.5 million de francs"),
    ("fr", "dix pour cent", "10 %"),
    ("it", "12,5 milioni", "12.5 milioni"),
    ("it", "quattro anni", "4 anni"),
    ("it", "ventuno feriti", "21 feriti"),
    ("it", "cinquemila persone", "5 mila persone"),
    ("it", "dieci per cento", "10%"),
    ("de", "2019-04-25", "25. April"),
    ("de", "am 25. April", "am 25. wurde gewählt"),
    ("de", "vom 25. bis 27. April", "am 25. April"),
    ("de", "14 bis 16 Uhr", "ab 14 Uhr"),
    ("de", "Die Wahl 2019 war knapp", "im Jahr 2019"),
    ("en", "April 25, 2019", "25 April 2019"),
    ("en", "the 25th of April", "on April 25"),
    ("en", "at 2:30 p.m.", "at 2:30 pm"),
    ("it", "il 25 aprile alle 14", "alle ore 14 del 25 aprile"),
    ("de", "hundertundeins Gäste", "101 Gäste"),
    ("de", "zweihundertvierunddreissigtausend Franken", "234'000 Franken"),
    ("de", "die Achtzigerjahre", "80 Jahre"),
    ("de", "dreimal, zweifach, zehnköpfig", "3 Mal, 2-fach, 10"),
    ("de", "5 Mio. Franken", "5Mio Franken"),
    ("de", "1.234.567,5 Franken", "1'234'567,5 Franken"),
    ("de", "vor 5 bis 10 Millionen", "5 und 10 Millionen"),
    ("en", "the twenty-first and the fifth", "the 20th, the first and the 5th"),
    ("en", "two hundred and five thousand", "205,000"),
    ("en", "nineteen hundred men, twofold", "1900 men, 2"),
    ("fr", "quatre-vingt-deux, dix-sept, mille neuf cents", "82, 17, 1900"),
    ("fr", "vingt et un hommes, au vingtième", "21 hommes, au 20e"),
    ("it", "centotrentadue, duemilaventiquattro, ventesimo", "132, 2024, 20"),
]


@pytest.mark.parametrize(("language", "first", "second"), SAME)
def test_a_number_may_be_written_otherwise(language: str, first: str, second: str) -> None:
    """In digits or words, with any marks between the digits, and whatever its power is called."""
    assert _keys(second, language)
    assert _keys(second, language) <= _keys(first, language)


UNCERTAIN = [
    ("de", "1,5 Millionen Tonnen", "anderthalb Millionen Tonnen"),
    ("de", "1,5 Millionen Tonnen", "eineinhalb Millionen Tonnen"),
    ("de", "eine halbe Million", "500'000"),
    ("de", "zwei Dutzend Eier", "2 Dutzend Eier"),
    ("de", "drei Viertel der Stimmen", "¾ der Stimmen"),
    ("de", "3½ Jahre", "3,5 Jahre"),
    ("en", "one and a half million people", "1.5 million people"),
    ("en", "two and a half years", "2.5 years"),
    ("fr", "un million et demi de francs", "1,5 million de francs"),
    ("en", "half a million people", "500,000 people"),
    ("en", "a dozen eggs", "one dozen eggs"),
    ("de", "am 25. April 2019", "am 25.4.2019"),
    ("de", "um 14:05 Uhr", "um 14.05 in Wladiwostok"),
    ("de", "um 14 Uhr", "um 14:00 Uhr"),
    ("de", "um 14.30 Uhr", "um 14:30"),
    ("en", "at 2 pm", "at 14:00"),
    ("fr", "le 1er avril à 14h30", "à 14 h 30, le 1 avril"),
    ("de", "1,250 Liter", "1250 Liter"),
    ("de", "1,250 Liter", "1,25 Liter"),
    ("en", "1.250 litres", "1250 litres"),
    ("de", "fünf und zwanzig", "25"),
    ("de", "fünf und zwanzig", "fünf Tote"),
    ("de", "um 14h30", "30 Minuten"),
    ("fr", "50 cents", "5000"),
    ("en", "half a million", "a million"),
    ("en", "one and a half million", "half a million"),
    ("en", "5 hundred people", "5 people, 100 people"),
    ("de", "Millionen drei Tote", "3 Tote"),
    ("de", "Covid-19 und A380", "19 und 380"),
]


@pytest.mark.parametrize(("language", "first", "second"), UNCERTAIN)
def test_what_has_no_certain_value_is_the_same_as_itself_only(language: str, first: str, second: str) -> None:
    """Fractions, dozens, times, dates in digits, names, and words that make no one number."""
    assert not _keys(second, language) <= _keys(first, language)
    assert _keys(first.lower(), language) == _keys(first, language)


SOURCE = (
    "Am 25. April 2019 um 14:30 Uhr trafen sich Putin und Kim. Sie sprachen zwölf Minuten über 1,5 Millionen Tonnen "
    "Weizen. Es gab 3 Tote und 17 Verletzte. Die G7 und 5G sind kein Thema, Covid-19 auch nicht. 60 Prozent waren "
    "dafür. Das Spiel endete 3:1. Er wurde am 11. Platz gesehen."
)
EN = "The 25 April deal covers $1.5 million at 2:30 p.m. for three states."
FR = "Le 25 avril à 14h30, 1,5 million de francs pour trois cantons."
IT = "Il 25 aprile alle 14 il credito di 1,5 milioni per tre comuni."
OTHER = [
    ("de", SOURCE, "dreizehn Minuten"),
    ("de", SOURCE, "fünfzehn Tote"),
    ("de", SOURCE, "siebzig Menschen"),
    ("de", SOURCE, "neunhundert Tote"),
    ("de", SOURCE, "eine Million Tote"),
    ("de", SOURCE, "ein Dutzend Tote"),
    ("de", SOURCE, "ein Dutzend Minuten"),
    ("de", SOURCE, "Dutzende Tote"),
    ("de", SOURCE, "Tausende Tote"),
    ("de", SOURCE, "Millionen Tonnen"),
    ("de", SOURCE, "zweitausenddreihundert Tote"),
    ("de", SOURCE, "ⅩⅢ Tote"),
    ("de", SOURCE, "¹³ Tote"),
    ("de", SOURCE, "①③ Tote"),
    ("de", SOURCE, "١٣ Tote"),
    ("de", SOURCE, "𝟏𝟑 Tote"),
    ("de", SOURCE, "¾ der Stimmen"),
    ("de", SOURCE, "die Hälfte der Stimmen"),
    ("de", SOURCE, "14 Tote"),
    ("de", SOURCE, "30 Tote"),
    ("de", SOURCE, "4 Tote"),
    ("de", SOURCE, "5 Millionen"),
    ("de", SOURCE, "1,5 Tote"),
    ("de", SOURCE, "15 Millionen"),
    ("de", SOURCE, "7 Tote"),
    ("de", SOURCE, "5 Tote"),
    ("de", SOURCE, "19 Tote"),
    ("de", SOURCE, "1 Prozent"),
    ("de", SOURCE, "15:30 Uhr"),
    ("de", SOURCE, "im Jahr 2018"),
    ("de", SOURCE, "der Vierzehnjährige"),
    ("de", SOURCE, "zum fünfzehnten Mal"),
    ("de", SOURCE, "dréizehn Tote"),
    ("de", SOURCE, "XIII Tote"),
    ("de", SOURCE, "ein Drittel"),
    ("en", EN, "thirteen states"),
    ("en", EN, "5 million people"),
    ("en", EN, "a million people"),
    ("en", EN, "dozens of people"),
    ("en", EN, "a dozen people"),
    ("en", EN, "nine hundred dead"),
    ("en", EN, "2 people"),
    ("en", EN, "thirty people"),
    ("en", EN, "half the states"),
    ("fr", FR, "treize morts"),
    ("fr", FR, "14 morts"),
    ("fr", FR, "cinq millions"),
    ("fr", FR, "une douzaine"),
    ("fr", FR, "quatre-vingts morts"),
    ("fr", FR, "cent"),
    ("it", IT, "tredici morti"),
    ("it", IT, "5 milioni"),
    ("it", IT, "una dozzina"),
    ("it", IT, "novecento morti"),
    ("it", IT, "mille morti"),
    ("de", SOURCE, "zweihundertfünf Tote"),
    ("de", SOURCE, "null Tote"),
    ("en", EN, "one of them"),
]


@pytest.mark.parametrize(("language", "source", "said"), OTHER)
def test_another_number_is_another_number(language: str, source: str, said: str) -> None:
    """Also in words, in other signs, or as a part of a time, a name, a longer number or a larger word."""
    assert numbers.read(said, language)
    assert not _keys(said, language) <= _keys(source, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Ein Mann und eine Frau einigen sich auf Elfenbein, Zweifel und die Achtung vor einem Jahrhundert."),
        ("de", "Undte und einzigartig, einstimmig oder neuartig: Dreck, Siebe, Viertelfinale."),
        ("en", "A man and a woman had won, often and forever."),
        ("fr", "Un homme et une femme ont dit que c'est bien."),
        ("it", "Un uomo e una donna, secondo la polizia, hanno detto che il vento è vicino."),
    ],
)
def test_articles_and_other_words_are_no_numbers(language: str, text: str) -> None:
    """A word that only looks like one does not count, nor does "first"."""
    assert numbers.read(text, language) == ()


def test_the_figures_of_what_makes_no_number_are_read_one_by_one() -> None:
    """They are what headlines are compared by."""
    (score,) = numbers.read("6:3", "de")
    assert score.value is None
    assert score.figures == (6, 3)
    (both,) = numbers.read("zwei und drei Millionen", "de")
    assert both.figures == (2, 3_000_000)


def test_words_of_every_language_count_where_the_language_is_not_known() -> None:
    """Simple ones; also in a language without number words of its own."""
    for language in (None, "xx"):
        assert [number.value for number in numbers.read("fünf, seven, huit", language)] == [5, 7, 8]


HOSTILE = [
    piece * (10_000 // len(piece))
    for piece in (
        "1",
        "1 000",
        "1.000",
        "drei",
        "zwei und ",
        "1 ",
        "½",
        "1:",
        "hundert ",
        "5 Millionen ",
        "3. Mal. ",
        "XI",
        "vent",
        "ein",
        "1-",
        "A",
    )
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_numbers_cost_steps_like_others(hostile: str) -> None:
    """The steps grow with the length and not faster; nothing is raised."""
    short, long = (steps(lambda text=hostile[:length]: numbers.read(text, "de")) for length in (1_000, 10_000))
    assert long < 15 * short + 1_000
