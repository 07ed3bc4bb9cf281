"""
How a document writes its dates, asked where one has several readings: 12/01/2026, 26-11-30, "listopad".

What decides, in this order: another date of the same document that has one reading only; a zone of the United States;
a reading of these days, for what a feed brings is mostly new; the declared region; AM or PM; and in doubt the reading
nearest to now. A reading in the future counts only where there is no other. So an article is never taken for older than
it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

_LISTED = re.compile(
    rb"""[>"\[]\s*(?:[A-Za-z]{2,9}\.?,?\s{1,3})?(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})(?=[\s,<"\]])"""
)
"""A date at the beginning of an element or a string, wherever it stands in a document."""
_AMERICAN_ZONE = re.compile(
    r"\b(?:[ECMP][SD]?T|AK[SD]T|HST|[ECMP]ST\d[ECMP]DT|US/\w+|America/(?:New_York|Detroit|Chicago|Denver|Boise|Phoenix|Los_Angeles|Anchorage|Juneau|Indiana|Kentucky"
    r"|North_Dakota)\b|(?:Eastern|Central|Mountain|Pacific) (?:Standard |Daylight )?Time)"
)
_HALF_OF_DAY = re.compile(r"\d\s?[ap]\.?\s?m\b", re.IGNORECASE)
_MONTH_FIRST = frozenset(("en-us", "es-us"))
_UNDECIDED = frozenset(("", "en", "en-ca", "en-ph"))
"""Declared by feeds of both orders."""
_TWO_DAYS, _A_DAY = timedelta(days=2), timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Readings:
    """The days a date may mean; None is one no calendar holds."""

    day_first: date | None
    month_first: date | None = None
    year_first: date | None = None
    others: tuple[date, ...] = ()
    """Months of the same name."""


@dataclass(frozen=True, kw_only=True)
class Habits:
    """What is known of the document a date stands in."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    language: str = ""
    """As it declares it: "en-US"."""
    document: bytes = b""

    @property
    def short_language(self) -> str:
        """Two letters, or none."""
        return self.language.lower().replace("_", "-").partition("-")[0].strip()

    def choose(self, readings: Readings, text: str) -> date | None:
        """Choose among the readings of a date; `text` is all that was written of it."""
        if readings.day_first and readings.month_first:
            is_month_first = self._is_month_first
            if is_month_first is None and _AMERICAN_ZONE.search(text):
                is_month_first = True
            if is_month_first is not None:
                return readings.month_first if is_month_first else readings.day_first
        days = [day for day in (readings.day_first, readings.month_first, *readings.others) if day]
        if readings.year_first and not any(self._is_past(day) for day in days):
            days.append(readings.year_first)
        if len(days) > 1:
            days = self._fresh(days) or self._declared(readings, text) or days
        # The nearest to now; where two are as near (in no order anybody uses), the first.
        return min(days, key=lambda day: (not self._is_past(day), abs(self.now.date() - day)), default=None)

    def _is_past(self, day: date) -> bool:
        """Say whether a day may be over or going on, somewhere on earth."""
        return day - self.now.date() <= _A_DAY

    def _fresh(self, days: Sequence[date]) -> list[date]:
        return [day for day in days if self._is_past(day) and self.now.date() - day <= _TWO_DAYS]

    def _declared(self, readings: Readings, text: str) -> list[date]:
        """Choose by the region, which many programs set to en-US wherever they run, or by AM and PM."""
        region = self.language.lower().replace("_", "-").strip()
        if region not in _UNDECIDED:
            chosen = readings.month_first if region in _MONTH_FIRST else readings.day_first
        else:
            chosen = readings.month_first if _HALF_OF_DAY.search(text) else None
        return [chosen] if chosen and self._is_past(chosen) else []

    @cached_property
    def _is_month_first(self) -> bool | None:
        """Whether dates of the document put the month first; None where none tells, or they disagree."""
        told = set()
        for found in _LISTED.finditer(self.document):
            first, second = int(found[1]), int(found[2])
            if max(first, second) in range(13, 32) and min(first, second) in range(1, 13):
                told.add(second > first)
        return told.pop() if len(told) == 1 else None
