"""How the bot's messages look by now."""

from __future__ import annotations

from bot.chat.looks import MessageVersions
from bot.texts.markup import Html

KEY = (7, 5)
OLD, FAILED, NEWER = [(Html(text), None) for text in ("old", "failed", "newer")]


def test_a_look_that_did_not_come_about_is_taken_back() -> None:
    """The message looks as it did before, or nothing is known of it."""
    looks = MessageVersions()
    looks.note(KEY, FAILED)
    looks.undo(KEY, FAILED, None)
    assert looks.find(KEY) is None
    looks.note(KEY, FAILED)
    looks.undo(KEY, FAILED, OLD)
    assert looks.find(KEY) == OLD


def test_an_old_look_is_not_put_back_over_a_newer_one() -> None:
    """An edit that fails late must not undo what a later edit shows."""
    looks = MessageVersions()
    for look in (OLD, FAILED, NEWER):
        looks.note(KEY, look)
    looks.undo(KEY, FAILED, OLD)
    assert looks.find(KEY) == NEWER
    looks.undo(KEY, FAILED, None)
    assert looks.find(KEY) == NEWER
