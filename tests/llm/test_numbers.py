"""Numbers are compared as what they are in their text, however they are written."""

from __future__ import annotations

import pytest

from bot.llm import numbers
from tests.fakes.steps import steps

TOLD = [
    # how a number is written does not matter
    ("de", "1,5 Millionen Tonnen", "1,5 Mio. Tonnen"),
    ("de", "1,5 Millionen Tonnen", "1.5 Mio Tonnen"),
    ("de", "1,5 Millionen Tonnen", "1'500'000 Tonnen"),
    ("de", "1,5 Millionen Tonnen", "1’500’000 Tonnen"),
    ("de", "1,5 Millionen Tonnen", "1.500.000 Tonnen"),
    ("de", "1,5 Millionen Tonnen", "1 500 000 Tonnen"),
    ("de", "1,5 Millionen Tonnen", "anderthalb Millionen Tonnen"),
    ("de", "1,5 Millionen Tonnen", "eineinhalb Millionen Tonnen"),
    ("de", "1'500'000 Franken", "1,5 Millionen Franken"),
    ("de", "2.5 Milliarden", "2,5 Mrd."),
    ("de", "10'000 Familien", "10 000 Familien"),
    ("de", "10.000 Familien", "10000 Familien"),
    ("de", "10 000 Familien", "zehntausend Familien"),
    ("de", "eine halbe Million", "500'000"),
    ("de", "eine Million Menschen", "1 Million Menschen"),
    ("de", "zwei Dutzend Eier", "2 Dutzend Eier"),
    ("de", "zwölf Minuten", "12 Minuten"),
    ("de", "zwoelf Minuten", "zwölf Minuten"),
    ("de", "drei Viertel der Stimmen", "¾ der Stimmen"),
    ("de", "3½ Jahre", "3,5 Jahre"),
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
    ("en", "one and a half million people", "1.5 million people"),
    ("en", "two and a half years", "2.5 years"),
    ("fr", "un million et demi de francs", "1,5 million de francs"),
    ("en", "half a million people", "500,000 people"),
    ("en", "a dozen eggs", "one dozen eggs"),
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
    # dates, times and years in their own ways of writing
    ("de", "am 25. April 2019", "am 25.4.2019"),
    ("de", "2019-04-25", "25. April"),
    ("de", "am 25. April", "am 25. wurde gewählt"),
    ("de", "vom 25. bis 27. April", "am 25. April"),
    ("de", "um 14:05 Uhr", "um 14.05 in Wladiwostok"),
    ("de", "um 14 Uhr", "um 14:00 Uhr"),
    ("de", "um 14.30 Uhr", "um 14:30"),
    ("de", "14 bis 16 Uhr", "ab 14 Uhr"),
    ("de", "Die Wahl 2019 war knapp", "im Jahr 2019"),
    ("de", "5 bis 10 Millionen", "5 Millionen bis 10 Millionen"),
    ("en", "April 25, 2019", "25 April 2019"),
    ("en", "the 25th of April", "on April 25"),
    ("en", "at 2:30 p.m.", "at 2:30 pm"),
    ("en", "at 2 pm", "at 14:00"),
    ("fr", "le 1er avril à 14h30", "à 14 h 30, le 1 avril"),
    ("it", "il 25 aprile alle 14", "alle ore 14 del 25 aprile"),
]


@pytest.mark.parametrize(("language", "source", "said"), TOLD)
def test_a_number_may_be_written_otherwise(language: str, source: str, said: str) -> None:
    """In digits or words, with any marks between the digits, and whatever its power is called."""
    assert numbers.are_known(numbers.find(said, language), numbers.find(source, language))


SOURCE = (
    "Am 25. April 2019 um 14:30 Uhr trafen sich Putin und Kim. Sie sprachen zwölf Minuten über 1,5 Millionen Tonnen "
    "Weizen. Es gab 3 Tote und 17 Verletzte. Die G7 und 5G sind kein Thema, Covid-19 auch nicht. 60 Prozent waren "
    "dafür. Das Spiel endete 3:1. Er wurde am 11. Platz gesehen."
)
UNTOLD = [
    ("de", SOURCE, said)
    for said in (
        "dreizehn Minuten",
        "fünfzehn Tote",
        "siebzig Menschen",
        "neunhundert Tote",
        "eine Million Tote",
        "ein Dutzend Tote",
        "ein Dutzend Minuten",
        "zwölf Tote",
        "12 Sekunden",
        "1,5 Millionen Menschen",
        "1,5 Mio. Franken",
        "Dutzende Tote",
        "Tausende Tote",
        "Millionen Tonnen",
        "zweitausenddreihundert Tote",
        "ⅩⅢ Tote",
        "¹³ Tote",
        "①③ Tote",
        "١٣ Tote",
        "𝟏𝟑 Tote",
        "¾ der Stimmen",
        "die Hälfte der Stimmen",
        "14 Tote",
        "30 Tote",
        "25 Tote",
        "4 Tote",
        "2019 Tote",
        "5 Millionen",
        "1,5 Tote",
        "15 Millionen",
        "7 Tote",
        "5 Tote",
        "19 Tote",
        "60 Tote",
        "1 Prozent",
        "11 Tote",
        "12 Prozent",
        "17 Tote",
        "25. Mai",
        "3. Platz",
        "15:30 Uhr",
        "im Jahr 2018",
        "der Vierzehnjährige",
        "zum fünfzehnten Mal",
        "dréizehn Tote",
        "XIII Tote",
        "ein Drittel",
    )
] + [
    ("en", "The 25 April deal covers $1.5 million at 2:30 p.m. for three states.", said)
    for said in (
        "thirteen states",
        "twenty-five people",
        "25 people",
        "5 million people",
        "a million people",
        "dozens of people",
        "a dozen people",
        "nine hundred dead",
        "2 people",
        "thirty people",
        "half the states",
        "the third state",
    )
] + [
    ("fr", "Le 25 avril à 14h30, 1,5 million de francs pour trois cantons.", said)
    for said in ("treize morts", "25 morts", "14 morts", "cinq millions", "une douzaine", "quatre-vingts morts", "cent")
] + [
    ("it", "Il 25 aprile alle 14 il credito di 1,5 milioni per tre comuni.", said)
    for said in ("tredici morti", "25 morti", "14 morti", "5 milioni", "una dozzina", "novecento morti", "mille morti")
]  # fmt: skip


@pytest.mark.parametrize(("language", "source", "said"), UNTOLD)
def test_another_number_is_another_number(language: str, source: str, said: str) -> None:
    """Also in words, in other signs, as a part of a date, a time, a name or a longer number, or of something else."""
    assert numbers.find(said, language)
    assert not numbers.are_known(numbers.find(said, language), numbers.find(source, language))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Ein Mann und eine Frau einigen sich auf Elfenbein, Zweifel und die Achtung vor einem Jahrhundert."),
        ("en", "One of them said that a man and a woman had won."),
        ("fr", "Un homme et une femme ont dit que c'est bien."),
        ("it", "Un uomo e una donna, secondo la polizia, hanno detto che la meta è vicina."),
    ],
)
def test_articles_and_names_are_no_numbers(language: str, text: str) -> None:
    """A word that only looks like one does not count."""
    assert numbers.find(text, language) == ()


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
    )
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_numbers_cost_steps_like_others(hostile: str) -> None:
    """The steps grow with the length and not faster; nothing is raised."""
    short, long = (steps(lambda text=hostile[:length]: numbers.find(text, "de")) for length in (1_000, 10_000))
    assert long < 15 * short + 1_000
