"""What is measured and not counted: "12 Minuten" tells of no twelve people, nor does "12 Milliarden Dollar"."""

from __future__ import annotations

from bot.llm.numerals import plain_word

_NAMES = """
    second sekunde sekunden seconds seconde secondes secondi
    minute minuten minutes minuti minuto min
    hour stunde stunden hours heure heures ora ore std h
    day tag tage tagen days jour jours giorno giorni
    week woche wochen weeks semaine semaines settimana settimane
    month monat monate monaten months mois mese mesi
    year jahr jahre jahren years annee annees ans anno anni
    metre meter metern meters metres metro metri m
    kilometre kilometer kilometern kilometers kilometres chilometro chilometri km
    centimetre zentimeter zentimetern centimeters centimetres centimetri cm
    kilogram kilo kilos kilogramm kilograms kilogramme kilogrammes chilo chili chilogrammi kg
    ton tonne tonnen tons tonnes tonnellata tonnellate t
    litre liter litern liters litres litro litri
    degree grad degrees degre degres grado gradi °
    hectare hektar hektaren hectares ettaro ettari
    watt watts kilowatt kw megawatt mw gigawatt gw kilowattstunden kwh gwh
    franc franken francs franco franchi chf fr sfr
    euro euros eur €
    dollar dollars dollaro dollari usd $
    pound pfund pounds livres sterlina sterline gbp £
    yen ¥
    rouble rubel roubles rubel rublo rubli
"""
_UNITS = {name: names.split()[0] for names in _NAMES.strip().splitlines() for name in names.split()}
_AGES = ("jahrig", "jaehrig")


def unit_of(word: str) -> str:
    """Give the unit a word or sign names, always by the same name; empty: none."""
    folded = plain_word(word)
    return "year" if folded.startswith(_AGES) else _UNITS.get(folded, "")
