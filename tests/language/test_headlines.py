"""What headlines are compared by."""

from __future__ import annotations

import pytest

from bot.language import headlines


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("FAZ+ Der grosse Streit um die Rente", "Der grosse Streit um die Rente"),
        ("(Abo) Der grosse Streit um die Rente", "Der grosse Streit um die Rente"),
        ("Z+ (abopflichtiger Inhalt); Wie es weitergeht", "Wie es weitergeht"),
        ("LIVE: Treffen in Genf beginnt heute", "Treffen in Genf beginnt heute"),
        ("Ticker +++ Maduro festgenommen in Caracas +++", "Maduro festgenommen in Caracas"),
        ("Treffen in Genf – Liveticker", "Treffen in Genf"),
        ("Trump live im Fernsehen gesehen", "Trump live im Fernsehen gesehen"),
        ("Der Live-Ticker", "Der Live-Ticker"),
        ("Live", "Live"),
        ("LIVE Israel greift Ziele im Iran an", "Israel greift Ziele im Iran an"),
        ("EIL Putin landet in Wladiwostok", "Putin landet in Wladiwostok"),
        ("LIVE MUSIK IN DER STADT", "LIVE MUSIK IN DER STADT"),
        ("LIVE dabei sein, wenn gewählt wird", "LIVE dabei sein, wenn gewählt wird"),
        ("Live Aid war ein Konzert", "Live Aid war ein Konzert"),
        ("(S+) Der grosse Streit um die Rente", "Der grosse Streit um die Rente"),
        ("[Abo] Der grosse Streit um die Rente", "Der grosse Streit um die Rente"),
        ("Der grosse Streit um die Rente [Abo]", "Der grosse Streit um die Rente"),
        ("Abo kostet bei der SBB bald mehr", "Abo kostet bei der SBB bald mehr"),
        ("Der grosse Streit um die Rente - DER SPIEGEL", "Der grosse Streit um die Rente"),
        ("Der grosse Streit um die Rente | NZZ", "Der grosse Streit um die Rente"),
        ("Der grosse Streit um die Rente – Neue Zürcher Zeitung", "Der grosse Streit um die Rente"),
        ("Der grosse Streit um die Rente - Nau.ch", "Der grosse Streit um die Rente"),
        ("Der grosse Streit um die Rente | was nun kommt", "Der grosse Streit um die Rente | was nun kommt"),
        ("So endete das Spiel FC Bayern - Borussia Dortmund", "So endete das Spiel FC Bayern - Borussia Dortmund"),
        ("Der Streit ist wieder da - Die Zeitung schweigt", "Der Streit ist wieder da - Die Zeitung schweigt"),
        ("Der grosse Streit um die Rente - Appenzeller Zeitung", "Der grosse Streit um die Rente"),
        ("Der Streit - NZZ", "Der Streit - NZZ"),
        ("Der grosse Streit um die Rente | Kommentar", "Der grosse Streit um die Rente | Kommentar"),
        ("Der grosse Streit - Rentner sind wütend", "Der grosse Streit - Rentner sind wütend"),
        ("", ""),
    ],
)
def test_marks_of_publishers_are_cut(title: str, bare: str) -> None:
    """Marks go from both ends; a headline that is nothing else stays."""
    assert headlines.unmarked(title) == bare


@pytest.mark.parametrize("piece", ["+++ ", "LIVE ", "(Abo) ", "[", "| ", " - ", "NZZ | ", "a: ", ":", " "])
def test_hostile_headlines_are_cheap(piece: str) -> None:
    """A headline of nothing but marks takes no time worth mentioning (the test's own timeout judges)."""
    headlines.normalise(piece * (200_000 // len(piece)))


@pytest.mark.parametrize(
    ("title", "normal"),
    [
        ("Venezuela: USA greifen Caracas an", "usa greifen caracas an"),
        ("USA unter Trump: Maduro: Venezuela offen für Gespräche", "venezuela offen fuer gespraeche"),
        ("Darts-WM:Machtdemonstration im Finale von London", "machtdemonstration im finale von london"),
        ("Wetter: sonnig", "wetter sonnig"),
        ("Spielstand 3:1 im Final gegen Bern", "spielstand 3 1 im final gegen bern"),
        ("Kommentar: Der Bundesrat hat recht getan", "kommentar der bundesrat hat recht getan"),
        ("Iran: Analyse: Der Krieg ist nicht vorbei", "analyse der krieg ist nicht vorbei"),
        ("Porträt: Der Mann hinter dem Papst", "portraet der mann hinter dem papst"),
        ("Opinion: The council is right again", "opinion the council is right again"),
        ("Éditorial: Le conseil a raison", "editorial le conseil a raison"),
        ("Intervista: Il consiglio ha ragione", "intervista il consiglio ha ragione"),
        ("ВОЙНА: три слова здесь", "три слова здесь"),
        ("", ""),
    ],
)
def test_kickers_are_cut_from_what_must_be_equal(title: str, normal: str) -> None:
    """A kicker goes as long as three words are left."""
    assert headlines.normalise(title) == normal


def test_features_are_words_and_pieces() -> None:
    """Words are cut to seven letters, pieces have five; each counts once, stop words do not."""
    found = headlines.features("Stromausfälle in Berlin, Berlin", "de")
    assert found.words == ("stromau", "berlin")
    assert found.pieces[:2] == ("strom", "troma")
    assert "in" not in found.pieces
    assert len(found.pieces) == len(set(found.pieces))


def test_headline_without_end_costs_no_more() -> None:
    """Whatever a feed calls a headline, only its beginning counts."""
    assert len(headlines.features("wort" * 30_000, "de").words) == 1
    assert len(headlines.features(" ".join(f"w{at}" for at in range(30_000)), "de").words) <= 60


def test_what_stands_behind_a_kicker_is_marked() -> None:
    """One bit a word, the first the lowest; without a kicker all are behind it."""
    assert headlines.features("Türkei: Zwölf Tote bei Erdbeben", "de").core == 0b1110
    assert headlines.features("Zwölf Tote bei Erdbeben", "de").core == 0b111


@pytest.mark.parametrize(
    ("title", "language", "is_asking", "is_ending"),
    [
        ("Warum die Züge stillstehen", "de", True, False),
        ("Bahnstreik: Was Reisende wissen müssen", "de", True, False),
        ("Kommt jetzt der Winter?", "de", True, False),
        ("Gotthard-Tunnel wieder offen", "de", False, True),
        ("Heathrow reopens after fire", "en", False, True),
        ("Warum trains stand still", "en", False, False),
        ("Séisme au Japon: fin de l'alerte", "fr", False, True),
        ("Perché i treni si fermano", "it", True, False),
    ],
)
def test_asking_and_ending_are_told_by_the_words_of_the_language(
    title: str, language: str, is_asking: bool, is_ending: bool
) -> None:
    """An explanation is not the news, and that it is over is not that it began."""
    features = headlines.features(title, language)
    assert (features.is_asking, features.is_ending) == (is_asking, is_ending)


@pytest.mark.parametrize(
    ("title", "is_roundup"),
    [
        ("News kompakt: Streik in Bern, Zinsen, Wetter", True),
        ("Ukraine im Liveticker: +++ Kiew meldet Angriffe +++ Kreml schweigt +++", True),
        ("+++ Eilmeldung +++ Kiew meldet Angriffe", False),
        ("+++ Ukraine +++ Kiew meldet Angriffe", False),
        ("Kiew: Angriffe in der Nacht, drei Tote", False),
        ("Merz, Macron und Starmer reisen nach Kiew", False),
        ("Kiew: Nach den Angriffen der Nacht melden die Behörden Tote, Verletzte, Schäden", False),
    ],
)
def test_lists_of_topics_are_told_apart(title: str, is_roundup: bool) -> None:
    """They tell several stories, so none is theirs."""
    assert headlines.is_roundup(title) is is_roundup
