from __future__ import annotations

import re
from html import escape

import pytest

from bot.core.feed import Entry, ParsedFeed
from bot.feeds import parse
from bot.feeds.cleaning import boilerplate
from tests.feeds.test_parse import rss

NEWS = "Der Bundesrat hat am Montag über die neue Verordnung entschieden."
FRENCH = "Le gouvernement a présenté lundi son projet de budget."


@pytest.mark.parametrize(
    "tail",
    [
        " Weiterlesen",
        " Weiterlesen …",
        " Weiterlesen »",
        " [Weiterlesen]",
        " (weiterlesen)",
        " Mehr dazu",
        " Mehr lesen",
        " Zum Artikel",
        " Zum Artikel ›",
        " Lesen Sie mehr auf tagblatt.example",
        " Jetzt lesen",
        " Read more",
        " Read more...",
        " Continue reading →",
        " Read the full story",
        " Lire la suite",
        " En savoir plus",
        " Continua a leggere",
        " Leggi tutto",
        " The post Neue Verordnung appeared first on Dorfblog.",
        " Der Beitrag Neue Verordnung erschien zuerst auf Dorfblog.",
        " Dieser Artikel erschien zuerst auf Dorfblog",
        " L’article Nouveau règlement est apparu en premier sur Blog.",
        " L'articolo Nuova ordinanza proviene da Blog.",
        " (sda)",
        " (sda/afp)",
        " [dpa]",
        " (Reuters)",
        " dpa-infocom, dpa:260105-99-123456/3",
        " © dpa",
        " [Weiterlesen] (dpa)",
        " Mehr im Liveticker.",
        " Mehr dazu in unserem Newsblog",
        " Jetzt Newsletter abonnieren!",
        " Den Newsletter jetzt kostenlos bestellen",
        "\nHören Sie dazu den Podcast «Am See».",
        "\nHier können Sie unseren Newsletter abonnieren.",
        "\nVon Anna Muster",
        "\nsubmitted by /u/lotse to r/hafen\n[link] [comments]",
        " submitted by /u/lotse [link] [comments]",
        "\nArticle URL: https://a.example/1\nComments URL: https://b.example/i?id=1\nPoints: 4\n# Comments: 0",
        " Read more of this story at Hafenblog.",
    ],
)
def test_tails_go(tail: str) -> None:
    """Links to the rest, notes of the blog system and agency marks at the end are cut."""
    assert boilerplate.clean(NEWS + tail) == NEWS


@pytest.mark.parametrize(
    "head",
    [
        "BERLIN (dpa) - ",
        "Bern (sda) – ",
        "(sda/afp) ",
        "LONDON (Reuters) — ",
        "Frankfurt/Main (dpa/lhe): ",
        "Zürich, 5. Jan. (awp) - ",
        "Z+ (abopflichtiger Inhalt); ",
        "FAZ+ ",
        "LIVE: ",
        "Rom/Paris - ",
        "PORT STANLEY — ",
        "NEW YORK – ",
        "Von Anna Muster und Beat Beispiel, Rom\n",
        "Von Anna Muster\nRom/Paris - ",
    ],
)
def test_heads_go(head: str) -> None:
    """Datelines, agency marks and marks of paid articles at the beginning are cut."""
    assert boilerplate.clean(head + NEWS) == NEWS


@pytest.mark.parametrize(
    "text",
    [
        NEWS,
        "Mehr dazu sagte der Minister am Abend in Berlin.",
        "Wer will weiterlesen, wenn der Artikel nichts taugt?",
        "Die Firma (Sitz in Bern) meldet einen Gewinn.",
        "Live: Wie die Band auf der Bühne klingt, zeigt das Konzert.",
        "Der Beitrag des Bundes steigt auf zehn Millionen Franken.",
        "Das Unternehmen (SAP) baut Stellen ab.",
        FRENCH,
    ],
)
def test_news_stays(text: str) -> None:
    """Words of the same kind inside a sentence stay."""
    assert boilerplate.clean(text) == text


@pytest.mark.parametrize("tail", [" En savoir plus", " Weiterlesen", "Weiterlesen", " dpa"])
def test_closing_quote_ends_a_sentence(tail: str) -> None:
    """After a full stop it closes a quotation, after a letter it may be an apostrophe."""
    assert boilerplate.clean(f"Er sagte: ‘Das reicht uns nun aber allen.’{tail}") == (
        "Er sagte: ‘Das reicht uns nun aber allen.’"
    )


def test_long_beginning_is_not_taken_for_a_tail() -> None:
    """A note of the blog system begins a sentence; the same words before it stay."""
    text = "Er lobte den Beitrag sehr. Der Beitrag Titel erschien zuerst auf Dorfblog."
    assert boilerplate.clean(text) == "Er lobte den Beitrag sehr."


@pytest.mark.parametrize("mark", ["[…]", "[...]", "[ … ]", "(...)", "[+]"])
def test_excerpt_ends_at_its_last_sentence(mark: str) -> None:
    """A text cut after so many words goes back to its last whole sentence."""
    assert boilerplate.clean(f"{NEWS} Die Kantone sind sich noch {mark}") == NEWS


def test_excerpt_without_a_whole_sentence_says_so() -> None:
    """Where no whole sentence is left, the cut shows."""
    assert boilerplate.clean("Die Kantone sind sich noch nicht einig, […]") == "Die Kantone sind sich noch nicht einig…"


@pytest.mark.parametrize("mark", [": ", " – ", " | "])
def test_kicker_of_the_headline_goes(mark: str) -> None:
    """A kicker the headline begins with is not said twice."""
    assert boilerplate.clean(f"Konflikte{mark}{NEWS}", "Konflikte: Neue Verordnung") == NEWS
    assert boilerplate.clean(f"Konflikte: {NEWS}", "Neue Verordnung") == f"Konflikte: {NEWS}"


def test_headline_before_the_text_goes() -> None:
    """A description that begins with its headline goes on from there."""
    assert boilerplate.clean(f"Neue Verordnung. {NEWS}", "Neue Verordnung") == NEWS


@pytest.mark.parametrize("text", ["Neue Verordnung", "Neue Verordnung!", "«NEUE VERORDNUNG»"])
def test_headline_again_is_nothing(text: str) -> None:
    """A description that is the headline is none."""
    assert boilerplate.clean(text, "Neue Verordnung") == ""


@pytest.mark.parametrize(
    ("title", "cut"),
    [
        ("Z+ (abopflichtiger Inhalt); Neue Verordnung", "Neue Verordnung"),
        ("FAZ+ Neue Verordnung", "Neue Verordnung"),
        ("LIVE: Gipfel in Bern", "LIVE: Gipfel in Bern"),
        ("S+ ", "S+ "),
        ("Abo Neue Verordnung", "Abo Neue Verordnung"),
        ("Konflikte: Neue Verordnung", "Konflikte: Neue Verordnung"),
    ],
)
def test_headline_loses_only_paywall_marks(title: str, cut: str) -> None:
    """Of a headline only the mark of a paid article is cut; that something is live is news."""
    assert boilerplate.clean_title(title) == cut


@pytest.mark.parametrize(
    "piece",
    [
        *("Der Beitrag ", "Weiterlesen ", "(dpa) ", "[…] ", "A", "Mehr dazu: ", ". ", " ", "-", "– ", "(", "A\n", "» "),
        *(
            "dpa/",
            "©",
            "© A ",
            "Z+ ",
            "abo+ ",
            "A, ",
            "d’",
            "Dr. ",
            "+++ ",
            "Foto: A",
            "… ",
            "...",
            "BERLIN (dpa) - ",
            "Ab. ",
            "zum Artikel auf ",
            "W. ",
            "a\u0301",
            "Verfolgen Sie ",
            ". Von Anna Muster",
            "Die neuesten Entwicklungen zum ",
            "Hier geht es zur Newsletter-",
            "<b>Von ",
        ),
    ],
)
def test_hostile_texts_are_cheap(piece: str) -> None:
    """Texts made to keep the patterns busy take no time worth mentioning (the test's own timeout judges)."""
    text = piece * (200_000 // len(piece))
    boilerplate.clean(text, piece * 20)
    boilerplate.clean_body(text)
    boilerplate.clean_title(text)
    boilerplate.places(text)
    boilerplate.set_off_byline(text)


@pytest.mark.parametrize(
    "text",
    [
        "SPD – Die Partei hat am Montag über die neue Verordnung entschieden.",
        "TESLA – Die Aktie hat am Montag nach der neuen Verordnung verloren.",
        "Basel - Die Stadt hat am Montag über die neue Verordnung entschieden.",
        "Union/SPD - Das Bündnis hat am Montag über die neue Verordnung entschieden.",
        "Rom/Paris - Eine Reise",
        "Von Montag bis Freitag bleibt der Hafen geschlossen.",
        "Von Basel Richtung Osten",
        "Von Anna Muster",
        "By Popular Demand",
        "Die Fotos were submitted by a reader of this story",
        "Alle lasen am Abend noch mehr im Liveticker.",
        "Die Stadt will einen Newsletter und einen Podcast anbieten.",
        "Der Verein rät den Mitgliedern: Sie sollen den Newsletter abonnieren, aber nicht lesen.",
        "Points: 12 reichten für den ersten Platz.",
    ],
)
def test_what_only_looks_like_a_call_a_byline_or_a_dateline_stays(text: str) -> None:
    """The same words are news inside a sentence, and a line that is all there is stays."""
    assert boilerplate.clean(text) == text
    assert boilerplate.clean_body(text) == text


TRUE_SENTENCES = [
    "Der Podcast von Spotify wächst.",
    "Der Ehrenpreis geht an einen Film von Severin Weiland",
    "Die Zeitung stellt ihren Newsletter ein.",
    "Alle warten auf die neue App der Bahn",
    "Verfolgt wurde das Spiel von Tausenden im Liveticker.",
    "Die Lage verfolgten am Abend Tausende im Liveticker.",
    "Alle lasen am Abend noch mehr im Liveticker.",
    "Der Minister entschuldigte sich im Podcast",
    "Das sagte sie im Podcast «Lage der Nation».",
    "Die wichtigste Nachricht stand zuerst im Newsblog.",
    "Hier geht es dem Anbieter des Newsletters um Geld.",
    "Jetzt hat auch die Post eine App.",
    "Mehr Menschen hören Podcasts.",
    "Mehr als tausend Leute kommen zur Aufnahme des Podcasts",
    "Neues vom Streit um den Podcast",
    "Follow the Money heisst der Podcast.",
    "Get the app, says the minister.",
    "Listen to the podcast was the advice of the court.",
    "Von Basel nach Thun fährt der Zug wieder.",
    "Von Donald Trump ist nichts zu hören",
    "Von Montag Bis Freitag",
    "By Popular Demand",
    "Die Entwicklung im Live-Betrieb",
    "WhatsApp folgt dem Beispiel von Telegram.",
    "Die Folge war ein Stau",
    "Lesen Sie Zeitung, rät der Arzt.",
    "Hören Sie auf zu rauchen, rät der Arzt.",
    "Suivez le guide, dit le maire.",
    "Die direkte Folge: weniger Verkehr",
    "Ein Roman von Anna Seghers",
    "Die Bilder sind von Beat Frei.",
    "Sie folgen uns auf Schritt und Tritt.",
]
"""Written before the patterns were tried on them."""


@pytest.mark.parametrize("sentence", TRUE_SENTENCES)
def test_what_names_a_channel_or_a_person_may_be_news(sentence: str) -> None:
    """As the last sentence of a text, and as a line of its own at its end."""
    assert boilerplate.clean(f"{NEWS} {sentence}") == f"{NEWS} {sentence}"
    assert boilerplate.clean_body(f"{NEWS}\n{sentence}") == f"{NEWS}\n{sentence}"


@pytest.mark.parametrize(
    "call",
    [
        "Mehr im Liveticker", "Mehr dazu in unserem Newsticker.", "Alle Entwicklungen im Liveblog.",
        "Mehr dazu im Podcast.",
        "Verfolgen Sie die Ereignisse im Liveticker", "Die aktuelle Lage im Liveticker", "Alles Wichtige im Newsblog",
        "Alles zum Spiel im Liveticker", "Die neuesten Entwicklungen im News-Ticker", "Das Wichtigste im Newsletter",
        "Abonnieren Sie unseren Podcast auf Spotify", "Hier geht es zur Newsletter-Anmeldung",
        "Hier geht's zum Podcast",
        "Melden Sie sich für unseren Newsletter an.", "Folgen Sie uns auf WhatsApp", "Hören Sie hier die neue Folge.",
        "Laden Sie jetzt unsere App herunter.", "Hier können Sie den Newsletter kostenlos bestellen",
        "Sign up for our daily newsletter here.", "Listen to the full episode here.", "Follow our live blog",
        "Subscribe to our podcast", "Inscrivez-vous à notre newsletter", "Suivez notre direct",
        "Écoutez notre podcast", "Iscriviti alla newsletter", "Segui la diretta",
        "Von Severin Weiland", "Von Severin Weiland, Berlin", "By Jane Doe", "di Maria Rossi", "Par Jean-Luc Dupont",
        "Von Anna von der Leyen",
    ],
)  # fmt: skip
def test_calls_and_bylines_go(call: str) -> None:
    """As the last sentence, on a line of their own, and (names) before a text in bold."""
    assert boilerplate.clean(f"{NEWS} {call}") == NEWS
    assert boilerplate.clean(f"{NEWS}\n{call}") == NEWS
    assert boilerplate.clean_body(f"{NEWS}\n{call}") == NEWS


def test_bylines_are_cut_at_the_ends_of_a_text_alone() -> None:
    """Further inside a line of names may be what the text lists."""
    inner = "\n".join([NEWS, NEWS, NEWS, "Von Anna Muster", NEWS, NEWS, NEWS])
    assert boilerplate.clean_body(inner) == inner


@pytest.mark.parametrize(
    "markup", ["<b>Von Anna Muster</b> {}", "<p><strong> Von Anna Muster: </strong>{}</p>", "<i>di Maria Rossi</i> {}"]
)
def test_a_byline_may_be_set_off_by_bold_alone(markup: str) -> None:
    """It is no part of the first sentence."""
    found = read_one(f"<title>Kran</title><description>{escape(markup.format(NEWS))}</description>")
    assert found.summary == NEWS


@pytest.mark.parametrize(
    "start",
    ["<b>Von Anna Muster</b> fehlt jede Spur", "<b>Der Hafen</b> Von Anna Muster geplant", "<b>Von Montag</b> An"],
)
def test_bold_words_of_a_sentence_stay(start: str) -> None:
    """What follows begins no sentence, or they are no name."""
    found = read_one(f"<title>Kran</title><description>{escape(start)}. {NEWS}</description>")
    assert found.summary == f"{re.sub('<.*?>', '', start)}. {NEWS}"


def read_one(item: str) -> Entry:
    found = parse.parse(rss(item), url="https://h.example/rss", content_type="application/xml")
    assert isinstance(found, ParsedFeed)
    return found.entries[0]
