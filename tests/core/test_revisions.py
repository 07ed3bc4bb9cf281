"""Which changes of an entry are news."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core import revisions
from bot.core.identity import Traits

LEAD = "Am Säntis steht die Bahn seit dem Morgen still."


def state(title: str, lead: str = LEAD, *points: str, body: str = "") -> str:
    """Give the state of an entry."""
    return revisions.state_of(title, lead, points, body)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Seilbahn steht still", "UPDATE: Seilbahn steht still!"),
        ("Seilbahn steht still", "Seilbahn  steht\nstill (aktualisiert)"),
        ("Seilbahn steht still", "++ Update ++ Seilbahn steht still ++"),
        ("12:41 Seilbahn steht still", "12:57 Seilbahn steht still"),
        ("Seilbahn steht still (3)", "Seilbahn steht still (17 Kommentare)"),
        ("Téléphérique arrêté", "Mis à jour: téléphérique arrêté"),
        ("Funivia ferma", "Funivia ferma - Aggiornato"),
    ],
)
def test_how_it_is_written_is_no_news(before: str, after: str) -> None:
    """Marks, times, counters and punctuation."""
    assert state(before) == state(after)
    assert revisions.headline_state(before) == revisions.headline_state(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Drei Tote bei Brand", "Vier Tote bei Brand"),
        ("3 Tote bei Brand", "4 Tote bei Brand"),
        ("Sinner führt 2:1", "Sinner siegt 3:1"),
        ("Eilmeldung: Zwischenfall am Berg", "Seilbahn am Säntis steht still"),
    ],
)
def test_another_headline_is_news(before: str, after: str) -> None:
    """Numbers are, too."""
    assert state(before) != state(after)
    assert revisions.headline_state(before) != revisions.headline_state(after)


def test_text_counts_by_its_words_alone() -> None:
    """A number in it is mostly the hour or a count; lead, key points and body all count."""
    same = state("Titel", "Stand: 12:41 Uhr. 17 Kommentare", body="Text.")
    assert same == state("Titel", "Stand: 13:05 Uhr. 21 Kommentare", body="Text!")
    assert len({same, state("Titel", body="Mehr."), state("Titel", "Mehr."), state("Titel", "", "Punkt")}) == 4


def test_no_state_is_announced_twice_and_no_entry_for_ever() -> None:
    """Back and forth is one change; the sixth new state is stored, and nothing is said of it."""
    states: tuple[str, ...] = ("a",)
    announced = []
    for state_now in ("b", "a", "b", "b", "c", "d", "e", "f", "g", "h", "g", "i"):
        states, is_news = revisions.advance(states, state_now)
        announced += [state_now] if is_news else []
    assert announced == ["b", "c", "d", "e", "f"]
    assert len(announced) == revisions.MOST == len(states) - 1
    assert states[0] == "i"


def test_a_silent_change_takes_no_place() -> None:
    """What a publisher renders anew may change for real later."""
    states, is_news = revisions.advance(("b", "a"), "c", silent=True)
    assert (states, is_news) == (("c", "a"), False)
    assert revisions.advance(states, "d") == (("d", "c", "a"), True)


def test_many_changes_at_once_are_another_template() -> None:
    """Unless they bear dates of their own; a few are news, and so are many of a very long list."""
    before = [Traits(title=str(number), date=1_000 + number) for number in range(20)]
    undated = [(each, each) for each in before]
    redated = [(each, replace(each, date=each.date + 9_000)) for each in before]
    at_once = [(each, replace(each, date=99_000)) for each in before]
    assert revisions.is_rendered_anew(undated, 20)
    assert revisions.is_rendered_anew(at_once, 20)
    assert not revisions.is_rendered_anew(redated, 20)
    assert not revisions.is_rendered_anew(undated[:5], 5)
    assert revisions.is_rendered_anew(undated[:6], 6)
    assert not revisions.is_rendered_anew(undated, 200)
