from __future__ import annotations

import re

import pytest

from bot.core import summary, visible_text
from bot.core.delivery.alert import Summary
from tests.builders import make_article

LEAD = "Kim Jong Un und Wladimir Putin treffen sich heute in Wladiwostok zu einem Gipfel."
BODY = (
    "Die beiden Staatschefs sprechen über Handel und Verteidigung. Beobachter erwarten wenig.\n"
    "Südlich der Grenze zeigt man sich besorgt. Die Atomwaffen Nordkoreas bleiben das grosse Thema der Region."
)


def highlight(text: str) -> tuple[tuple[int, int], ...]:
    return tuple(found.span() for found in re.finditer(r"[Nn]ordkorea\w*", text))


def split(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\S.*?(?:[.!?](?=\s|$)|$)", text))


def summarise(headline_only: bool = False, foot: int = summary.FOOT, **changes: object) -> Summary:
    made = make_article(**({"title": "Gipfel in Wladiwostok", "lead": "", "body": ""} | changes))  # type: ignore[arg-type]
    return summary.summarise(made, highlight, headline_only=headline_only, sentences=split, foot=foot)


def texts(result: Summary) -> tuple[str, ...]:
    return tuple(line.text for line in result.lines)


def test_key_points_come_first() -> None:
    """The publisher's own points are the summary, each with its matched form marked."""
    points = ("Kim Jong Un und Wladimir Putin treffen sich heute.", "Es geht um die Atomwaffen Nordkoreas.")
    result = summarise(key_points=points, lead=LEAD, body=BODY)
    assert texts(result) == points
    assert result.bulleted
    assert [line.bold for line in result.lines] == [(), ((26, 36),)]


def test_at_most_three_key_points() -> None:
    """More than three points are too many."""
    points = tuple(f"Punkt {number} sagt etwas über Nordkorea." for number in range(5))
    assert texts(summarise(key_points=points)) == points[:3]


def test_long_point_is_cut() -> None:
    """A point is cut to 140 characters, after a sentence where that leaves enough."""
    sentence = "Nordkorea meldet einen Test, der weltweit Kritik ausgelöst hat."
    assert texts(summarise(key_points=(f"{sentence} {'Mehr ' * 30}",))) == (sentence,)
    (line,) = texts(summarise(key_points=("Nordkorea " + "sagt " * 40,)))
    assert len(line) <= summary.BULLET_LENGTH
    assert line.endswith("sagt…")


def test_whole_alert_stays_short() -> None:
    """Headline, lines and what the last line needs stay within 500 characters: the last points yield."""
    points = tuple(f"{number} Nordkorea {'wort ' * 25}" for number in range(3))
    result = summarise(key_points=points, title="Titel " * 40)
    assert len(result.lines) == 2
    assert 150 + sum(len(line.text) + 3 for line in result.lines) + 60 <= visible_text.ALERT


def test_point_that_repeats_the_headline_goes() -> None:
    """What the headline says is not said again in a bullet."""
    points = ("Gipfel in Wladiwostok.", "Nordkorea und Russland verhandeln über Handel und Waffen.")
    assert texts(summarise(key_points=points)) == points[1:]


def test_empty_points_count_for_nothing() -> None:
    """Points that say next to nothing give way to the description."""
    assert texts(summarise(key_points=("  ", "Kurz."), lead=f"{LEAD} Nordkorea schweigt."))[0].startswith("Kim Jong")


def test_description_is_second() -> None:
    """Without points the description is the summary."""
    lead = "Nordkorea und Russland haben in Wladiwostok über Waffen gesprochen."
    result = summarise(lead=lead, body=BODY)
    assert texts(result) == (lead,)
    assert not result.bulleted
    assert result.lines[0].bold == ((0, 9),)


def test_long_description_ends_with_a_sentence() -> None:
    """A long description is cut to 300 characters after its last whole sentence."""
    lead = " ".join(f"Satz {number} handelt von Nordkorea und vom Gipfel." for number in range(20))
    (line,) = texts(summarise(lead=lead))
    assert len(line) <= summary.LONGEST
    assert line.endswith("Gipfel.")


@pytest.mark.parametrize("lead", ["Gipfel in Wladiwostok", "Gipfel in Wladiwostok!", "Konflikte", ""])
def test_description_that_says_nothing_is_passed_over(lead: str) -> None:
    """The headline again, or a label, is no summary: lead sentence and keyword sentence come instead."""
    result = summarise(lead=lead, body=BODY)
    assert texts(result) == (
        f"Die beiden Staatschefs sprechen über Handel und Verteidigung. {BODY.splitlines()[1].partition('. ')[2]}",
    )


def test_lead_sentence_with_the_keyword_stands_alone() -> None:
    """When the first sentence names the keyword, no second is needed."""
    first = "Nordkorea hat am Montag eine neue Rakete vorgestellt."
    assert texts(summarise(body=f"{first} Danach regnete es in Nordkorea.")) == (first,)


def test_lead_sentence_that_is_the_headline_is_passed_over() -> None:
    """A body that begins with the headline is read from its second sentence."""
    body = "Gipfel in Wladiwostok. Nordkorea hat am Montag eine neue Rakete vorgestellt."
    assert texts(summarise(body=body)) == ("Nordkorea hat am Montag eine neue Rakete vorgestellt.",)


def test_short_lead_sentence_takes_the_next() -> None:
    """A lead too short to say something is joined by what follows."""
    body = "Es ist so weit. Die beiden treffen sich am Dienstag im Kreml."
    assert texts(summarise(body=body, title="Nordkorea")) == (body,)


def test_headline_alone_when_there_is_nothing() -> None:
    """Nothing is invented."""
    assert summarise() == Summary(())
    assert summarise(lead="Kurz.", body="Auch kurz.") == Summary(())


def test_headline_only_on_request() -> None:
    """A reader may want no summary."""
    assert summarise(headline_only=True, lead=LEAD, body=BODY).lines == ()


def test_reason_is_appended_to_a_description() -> None:
    """When neither headline nor description shows the keyword, the sentence that has it follows."""
    result = summarise(lead=LEAD, body=BODY)
    assert texts(result) == (LEAD, "Die Atomwaffen Nordkoreas bleiben das grosse Thema der Region.")
    assert result.lines[1].bold == ((15, 25),)


def test_reason_takes_the_place_of_the_last_point() -> None:
    """With three points that do not show the keyword, the third makes room for the reason."""
    points = tuple(f"Punkt {number} sagt etwas über den Gipfel." for number in range(3))
    assert texts(summarise(key_points=points, body=BODY)) == (
        *points[:2],
        "Die Atomwaffen Nordkoreas bleiben das grosse Thema der Region.",
    )


def test_the_reason_ends_with_its_paragraph() -> None:
    """What follows in the next one is another sentence, also where nothing ends the first one."""
    body = "Die Atomwaffen Nordkoreas bleiben das grosse Thema der Region\nSüdlich der Grenze zeigt man sich besorgt."
    assert texts(summarise(lead=LEAD, body=body))[-1] == body.splitlines()[0]


def test_no_reason_when_the_headline_shows_the_keyword() -> None:
    """A matched form in the visible headline is reason enough."""
    assert texts(summarise(title="Gipfel mit Nordkorea", lead=LEAD, body=BODY)) == (LEAD,)


def test_cut_part_of_a_headline_shows_nothing() -> None:
    """What stands beyond the 150 characters shown is not seen."""
    title = "Gipfel " * 30 + "Nordkorea"
    assert len(texts(summarise(title=title, lead=LEAD, body=BODY))) == 2


def test_headline_is_taken_as_it_is_shown() -> None:
    """It is cut at a word: what ends with the 150th letter is not seen when the word behind it does not fit."""
    title = f"{'Gipfel ' * 20}Nordkorea-Treffen heute"
    assert title[:150].endswith("Nordkorea-")
    assert len(texts(summarise(title=title.replace("Nordkorea-", "nordkoreanisches"), lead=LEAD, body=BODY))) == 2
    assert texts(summarise(title=f"{'Gipfel ' * 20} Nordkorea", lead=LEAD, body=BODY)) == (LEAD,)


def test_reason_may_be_in_what_was_cut_off_the_headline() -> None:
    """Where no other text has the keyword."""
    title = "Gipfel " * 30 + "ohne Nordkorea"
    assert "Nordkorea" in texts(summarise(title=title, lead=LEAD))[-1]


@pytest.mark.parametrize("foot", [60, 120, 190, 215])
@pytest.mark.parametrize("title", ["Gipfel in Wladiwostok mit vielen Gästen aus aller Welt", "Gipfel " * 40])
@pytest.mark.parametrize("bulleted", [False, True])
def test_the_other_lines_yield_to_the_reason(foot: int, title: str, bulleted: bool) -> None:
    """However long headline and last line are, all fits, and what says why stays."""
    points = (
        tuple(f"Punkt {number} sagt {'sehr ' * 18}viel über den Gipfel." for number in range(3)) if bulleted else ()
    )
    lead = "Die Staatschefs sprechen " + "lange und ausführlich " * 8 + "über Handel, Verteidigung und Wetter."
    made = summarise(foot=foot, title=title, lead=lead, body=BODY, key_points=points)
    head = len(visible_text.headline(make_article(title=title)))
    used = sum(len(line.text) + (3 if bulleted else 1) for line in made.lines)
    assert head + used + 1 + foot <= visible_text.ALERT
    assert "Nordkorea" in made.lines[-1].text
    assert made.lines[-1].bold
    assert len(made.lines) > 1 or foot > 200
    assert bulleted or len("\n".join(texts(made))) <= summary.LONGEST


def test_a_point_that_names_the_keyword_stays_when_points_must_yield() -> None:
    """The last points yield, but not the one that says why."""
    points = (
        *(f"Punkt {number} sagt {'sehr ' * 18}viel über den Gipfel." for number in range(2)),
        "Nordkorea sagt ab.",
    )
    made = summarise(foot=200, title="Gipfel " * 20, key_points=points)
    assert texts(made)[-1] == "Nordkorea sagt ab."
    assert made.bulleted


def test_reason_over_two_sentences_is_shown_whole() -> None:
    """A phrase that the sentence splitter cuts in two needs both halves."""
    body = "Vorher war Ruhe. Es geht um den Staat Nordkorea Nr. Das ist alles. Ende."

    def phrase(text: str) -> tuple[tuple[int, int], ...]:
        return tuple(found.span() for found in re.finditer(r"Nordkorea Nr\. Das", text))

    made = summary.summarise(make_article(title="Gipfel", lead=LEAD, body=body), phrase, sentences=split)
    assert texts(made)[-1] == "Es geht um den Staat Nordkorea Nr. Das ist alles."


def test_an_endless_paragraph_is_split_only_around_the_reason() -> None:
    """Nobody waits for all sentences of a text to be found when one is wanted."""
    asked: list[int] = []

    def counting(text: str) -> tuple[str, ...]:
        asked.append(len(text))
        return split(text)

    body = f"{'Es regnet. ' * 15_000}Nordkorea schweigt. {'Es schneit. ' * 1_000}"
    made = summary.summarise(make_article(title="Wetter", lead=LEAD, body=body), highlight, sentences=counting)
    assert texts(made) == (LEAD, "Nordkorea schweigt.")
    assert sum(size < 5_000 for size in asked) == len(asked) - 1  # the whole only for the next sentences


@pytest.mark.parametrize(("times", "is_found"), [(10, True), (40, False)])
def test_a_reason_is_sought_in_a_bounded_number_of_sentences(times: int, is_found: bool) -> None:
    """Those that say the headline again are passed over, but not for ever."""
    again = "Nordkorea schweigt zum Gipfel. " * times
    scene = f"Es regnet seit Tagen in der Stadt und am Meer{', auch in den Bergen und auf dem Land' * 4}."
    body = f"{scene} {again}Nordkorea feiert einen Test."
    (told,) = texts(summarise(title="Nordkorea schweigt zum Gipfel", body=body))
    assert ("feiert" in told) is is_found


def test_a_sentence_that_is_too_short_alone_does_not_begin_the_summary() -> None:
    """It says a word of the headline, but then nothing would be shown; the scene before it is taken along."""
    body = "Es regnet seit Tagen in der Stadt und am Meer. Nordkorea feiert einen Test mit Gästen."
    assert texts(summarise(title="Nordkorea schweigt zum Gipfel", body=body)) == (body,)


def test_a_description_that_begins_with_the_headline_goes_on_below_it() -> None:
    """The headline is not said twice."""
    assert texts(summarise(title="Gipfel mit Nordkorea naht", lead=f"Gipfel mit Nordkorea naht. {LEAD}")) == (LEAD,)
    said = "Gipfel mit Nordkorea naht Wladiwostoker Zeitung"
    assert summarise(title="Gipfel mit Nordkorea naht - WZ", lead=said) == Summary(())


def test_the_headline_is_not_among_the_next_sentences() -> None:
    """Who asks for more has read it."""
    body = "Gipfel in Wladiwostok (dpa). Die beiden treffen sich am Dienstag im Kreml. Es regnet dort seit Wochen."
    assert summarise(headline_only=True, body=body).rest == (
        "Die beiden treffen sich am Dienstag im Kreml.",
        "Es regnet dort seit Wochen.",
    )


def test_reason_alone_below_a_headline() -> None:
    """Where only the reason can be shown, it is."""
    assert texts(summarise(lead="Nordkorea schweigt.")) == ("Nordkorea schweigt.",)


def test_long_reason_keeps_its_keyword() -> None:
    """A long sentence is cut around the word that matched."""
    sentence = f"{'Vorher ' * 40}Nordkorea {'nachher ' * 40}"
    _, reason = texts(summarise(lead=LEAD, body=sentence))
    assert "Nordkorea" in reason
    assert reason.startswith("…")
    assert reason.endswith("…")
    assert len(reason) <= summary.BULLET_LENGTH + 1


def test_long_keyword_sentence_beside_a_lead() -> None:
    """Lead and keyword sentence together stay within 300 characters and keep the keyword."""
    body = f"Die beiden treffen sich am Dienstag im Kreml. {'Vorher ' * 40}Nordkorea {'nachher ' * 40}."
    (line,) = texts(summarise(body=body))
    assert len(line) <= summary.LONGEST + 1
    assert "Nordkorea" in line
    long_lead = f"{'Am Anfang steht viel ' * 12}davon. {'Vorher ' * 40}Nordkorea {'nachher ' * 40}."
    (line,) = texts(summarise(body=long_lead))
    assert "Nordkorea" in line


def test_match_outside_the_text_needs_no_reason() -> None:
    """When the keyword stands in no text (a tag, the source), nothing is appended."""
    assert texts(summarise(lead=LEAD)) == (LEAD,)


def test_long_first_sentence_is_cut() -> None:
    """One endless sentence is cut at a word."""
    (line,) = texts(summarise(title="Nordkorea", body="und noch ein Wort " * 60))
    assert len(line) <= summary.LONGEST
    assert line.endswith("…")


def test_word_without_spaces_is_cut_anyway() -> None:
    """A text without any space is cut where it must be."""
    (line,) = texts(summarise(title="Nordkorea", lead="x" * 900))
    assert line == "x" * 299 + "…"


def test_a_long_lead_has_all_the_room_when_the_headline_shows_the_keyword() -> None:
    """The reader sees why already; else the sentence with the keyword comes instead of it."""
    lead = "Der Gipfel dauert drei Tage, und " + "an jedem Tag wird lange gesprochen und " * 5 + "danach gegessen."
    reason = "Die Atomwaffen Nordkoreas bleiben das grosse Thema der Region, " + "sagen Beobachter aus aller Welt, " * 4
    body = f"{lead}\n{reason}und es gibt keine Einigung."

    assert texts(summarise(title="Nordkorea lädt zum Gipfel ein", body=body)) == (lead,)
    (line,) = texts(summarise(title="Ein Gipfel ohne Einigung", body=body))
    assert "Nordkoreas" in line
    assert lead not in line


@pytest.mark.parametrize("again", [True, False])
def test_of_an_endless_body_a_bounded_part_is_split(again: bool) -> None:
    """However the body is made, also of nothing but the headline with the keyword over and over."""
    given: list[int] = []

    def counting(text: str) -> tuple[str, ...]:
        given.append(len(text))
        return split(text)

    title = "Ein langer Titel über den Atomtest in Nordkorea"
    parts = (f"{title}{'!' * (number % 7)}" if again else f"Nordkorea Satz {number}" for number in range(2_000))
    summary.summarise(make_article(title=title, lead="", body=". ".join(parts)), highlight, sentences=counting)
    assert given
    assert sum(given) <= 20 * 4_100 + 3 * 8_000


def test_a_summary_begins_with_the_sentence_that_says_what_happened() -> None:
    """Scenes, labels and what points back yield to the first sentence with a word of the headline."""
    scene = "Es war ein kalter Morgen am Pazifik."
    told = "In Wladiwostok haben sich die beiden Staatschefs zu einem ersten Gipfel getroffen, meldete der Kreml."
    for before in (scene, "Treffen am Pazifik\n", "Das teilte der Kreml mit."):
        assert texts(summarise(body=f"{before} {told} Nordkorea schweigt dazu."))[0].startswith(told)
    assert texts(summarise(body=f"{scene} Nordkorea schweigt dazu bis heute."))[0].startswith(scene)


def test_sentences_are_left_whole_where_they_fit() -> None:
    """Rather one whole sentence with the keyword than two that are cut."""
    lead = "Die beiden Staatschefs " + "und viele Begleiter " * 9 + "trafen sich."
    reason = "Über Nordkorea " + "und manches andere " * 8 + "wurde nicht gesprochen."
    assert len(lead) + len(reason) > summary.LONGEST > max(len(lead), len(reason))
    assert texts(summarise(title="Treffen am Pazifik", body=f"{lead} {reason}")) == (reason,)


def test_who_said_so_is_not_taken_along() -> None:
    """A lead that is long enough does not take a sentence that only points back at it."""
    lead = "Nordkorea hat am Morgen eine Rakete getestet."
    assert texts(summarise(title="Rakete", body=f"{lead} Das teilte das Militär mit. Mehr am Abend.")) == (lead,)
