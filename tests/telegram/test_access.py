"""
How much one person may ask.

The one-time code.
"""

from __future__ import annotations

import re

from bot.core.ids import UserId
from bot.telegram.access import CommandRateLimit, PairingAttempt, PairingCode
from tests.fakes.clock import FakeClock


def test_thirty_commands_a_minute(clock: FakeClock) -> None:
    """One remark at the thirty-first, silence after it, and a minute later all is well."""
    pace = CommandRateLimit(clock)
    assert [pace.step(1) for _ in range(33)] == [0] * 30 + [1, 2, 3]
    assert pace.step(2) == 0
    clock.move(seconds=61)
    assert pace.step(1) == 0


def test_a_clock_set_back_silences_nobody(clock: FakeClock) -> None:
    """Times from the future are forgotten."""
    pace = CommandRateLimit(clock)
    for _ in range(40):
        pace.step(1)
    clock.move(hours=-5)
    assert pace.step(1) == 0


ANNA, BERT = UserId(1), UserId(2)


def test_the_code_is_taken_once(clock: FakeClock) -> None:
    """However it is typed; then it is gone."""
    pairing = PairingCode(clock)
    code = pairing.open()
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}", code)
    assert pairing.looks_like_one(code)
    assert pairing.attempt(ANNA, f" {code.lower().replace('-', ' ')} ") is PairingAttempt.RIGHT
    assert pairing.attempt(ANNA, code) is PairingAttempt.CLOSED


def test_every_start_has_its_own(clock: FakeClock) -> None:
    """Codes are random and of at least forty bits."""
    codes = {PairingCode(clock).open() for _ in range(50)}
    assert len(codes) == 50
    assert 32**10 >= 2**40


def test_it_ends_after_a_quarter_of_an_hour(clock: FakeClock) -> None:
    """A code left on a screen is worth nothing later."""
    pairing = PairingCode(clock)
    code = pairing.open()
    clock.move(minutes=15)
    assert pairing.attempt(ANNA, code) is PairingAttempt.CLOSED


def test_five_wrong_tries_are_all_one_gets(clock: FakeClock) -> None:
    """After them not even the right code helps that person; others are not touched."""
    pairing = PairingCode(clock)
    code = pairing.open()
    assert [pairing.attempt(ANNA, "falsch") for _ in range(5)] == [PairingAttempt.WRONG] * 5
    assert pairing.attempt(ANNA, code) is PairingAttempt.IGNORED
    assert pairing.ignores(ANNA)
    assert pairing.attempt(BERT, code) is PairingAttempt.RIGHT


def test_a_right_try_counts_until_the_store_has_it(clock: FakeClock) -> None:
    """Its sender needs no second code, also when the quarter of an hour is over; nobody else can use it any more."""
    pairing = PairingCode(clock)
    code = pairing.open()
    assert pairing.attempt(ANNA, code) is PairingAttempt.RIGHT
    assert pairing.attempt(BERT, code) is PairingAttempt.CLOSED
    clock.move(minutes=20)
    assert pairing.is_won_by(ANNA)
    assert not pairing.is_won_by(BERT)
    pairing.close()
    assert not pairing.is_won_by(ANNA)


def test_closed_until_it_is_opened(clock: FakeClock) -> None:
    """Where there is an operator there is no code."""
    pairing = PairingCode(clock)
    assert pairing.attempt(ANNA, "") is PairingAttempt.CLOSED
    assert not pairing.ignores(ANNA)
    pairing.open()
    pairing.close()
    assert not pairing.is_open
