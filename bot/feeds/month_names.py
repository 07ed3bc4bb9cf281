"""The names of the months, as feeds write them."""

from __future__ import annotations

from functools import cache
from importlib import resources

_COMMON = {
    name: number
    for number, names in enumerate(
        (
            "янв jan januar jänner jaenner january janvier janv gennaio gen enero ene januari janeiro",
            "фев feb februar febuary february février fevrier févr fevr fév fev febbraio febb febrero februari",
            "мар mar mär mrz maerz märz march mars marzo maart mrt março",
            "апр apr april avril avr aprile abril abr",
            "мая may mai maggio mag mayo mei maio",
            "июн jun juni june juin giugno giu junio junho",
            "июл jul juli july juillet juil luglio lug julio julho",
            "авг aug august août aout agosto ago augustus",
            "сен sep sept september septembre settembre set sett septiembre setembro",
            "окт oct okt oktober october octobre ottobre ott octubre out outubro",
            "ноя nov november novembre noviembre novembro",
            "дек dec dez dezember december décembre decembre déc dicembre dic diciembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
"""What nearly all feeds use, with spellings of theirs that no dictionary has."""


def months_of(name: str, language: str = "") -> tuple[int, ...]:
    """
    Give the numbers of the months a name may mean, mostly one; () for what is none.

    In another language the same name may be another month: listopad is November in Polish, October in Croatian.
    `language` (two letters) decides where it is one of theirs.
    """
    name = name.lower()
    if found := _COMMON.get(name):
        return (found,)
    languages = _table().get(name, {})
    own = tuple(number for number, said in languages.items() if language and language in said)
    return own or tuple(languages)


@cache
def _table() -> dict[str, dict[int, frozenset[str]]]:
    """Read `data/months.tsv` (made by `tools/make_months.py` from CLDR), when the first name is not a common one."""
    table: dict[str, dict[int, frozenset[str]]] = {}
    for line in resources.files("bot.feeds").joinpath("data", "months.tsv").read_text("utf-8").splitlines():
        name, number, languages = line.split("\t")
        table.setdefault(name, {})[int(number)] = frozenset(languages.split())
    return table
