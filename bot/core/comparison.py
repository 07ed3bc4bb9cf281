"""
Whether two entries of one feed under one title are the same, although no identity says so.

Date, text and page decide. Dates that differ make two of them, unless the document as a whole was moved and dated anew,
or has one date for all, which is that of the answer. Without dates the text must be the same, and the page, however
often what stands behind `?` changes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core import identity
from bot.core.identity import SHORT, KnownEntry, Trait, Traits

_LATELY = timedelta(days=3)
"""For so long the same text at the same place is no news, whatever its guid, where nothing is dated."""
_ONE_POLL = timedelta(hours=6)
"""So far apart two answers may be; what was recognised takes the date of the newer one."""
_PROMPT = timedelta(minutes=10)
"""So soon after its date an entry is read that is dated by the answer."""
_NEXT_ANSWER = timedelta(minutes=30)
"""So soon after the last one a feed is asked again whose guids and dates are new with every answer."""
_ZONES = timedelta(hours=14)
"""So far off are the dates of a document that somebody moved who took them to be of another time zone."""
_IMPORT = timedelta(hours=1)
"""In so short a time articles come into a new system that dates them by that."""
_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What must be known of the whole document."""

    now: datetime
    dates_tell: bool
    """Its entries have more than one date."""
    links_stay: bool
    """An entry is listed under its former link, so that links are not new with every answer."""
    latest: datetime
    """When the last entry was new, or had another identity."""
    titles_of_page: Mapping[str, Collection[str]]

    @classmethod
    def of(
        cls,
        fresh: Sequence[Traits],
        listed: Sequence[Traits],
        brought: Sequence[KnownEntry],
        skipped: Collection[Traits],
        *,
        now: datetime,
    ) -> Comparison:
        """Take it from the document (`fresh`, `listed`, `skipped` as unchanged) and from what the feed brought."""
        titles: dict[str, set[str]] = defaultdict(set)
        for traits in (*fresh, *(each.traits for each in brought)):
            titles[traits.page].add(traits.title)
        shared = identity.shared(Trait.LINK, listed)
        links = {each.link[:SHORT] for each in fresh} - {""} - shared
        return cls(
            now=now,
            dates_tell=len({each.date for each in listed}) > 1,
            links_stay=bool(skipped) or any(each.traits.link[:SHORT] in links for each in brought),
            latest=max((each.seen_at for each in brought), default=now),
            titles_of_page=titles,
        )

    def says_the_same(self, new: Traits, known: Traits) -> bool:
        """Compare title and date; where dates tell nothing, the text decides."""
        if new.is_of_moment(known):
            return True
        return new.reads_like(known) and not self._dates_differ(new, known)

    def is_same(self, new: Traits, known: KnownEntry, believed: Collection[Trait]) -> bool:
        """
        Say whether an entry that looks new is this one, without looking at the rest of the document.

        `believed`: the traits of the new entry that are believed.
        """
        before, alike = known.traits, new.reads_like(known.traits)
        if new.date and new.date == before.date:
            # No two articles of one title come out in one second, if the date is to the second.
            to_the_second = self.dates_tell and new.date % _MINUTE != 0
            is_here = Trait.LINK in believed and self._is_at_same_page(new, before, believed)
            return alike or to_the_second or is_here or (not believed and new.is_of_moment(before))
        if not alike or not self._is_at_same_page(new, before, believed):
            return False
        if new.date and before.date:
            return self._is_dated_by_answer(new, known, believed)
        return not believed or self.now - known.seen_at <= _LATELY

    def _is_at_same_page(self, new: Traits, known: Traits, believed: Collection[Trait]) -> bool:
        """Compare links; what stands behind `?` may change, where it does not tell the entries of the page apart."""
        if not believed or new.place == known.place:
            return True
        if not new.page or new.page != known.page or self.links_stay:
            return False
        return len(self.titles_of_page[new.page]) == 1

    def _is_dated_by_answer(self, new: Traits, known: KnownEntry, believed: Collection[Trait]) -> bool:
        """Say whether a date is that of the answer: it moves on from one to the next, and the entry stays the same."""
        if self._dates_differ(new, known.traits) or known.seen_at < self.latest:
            return False
        if new.guid == known.traits.guid or Trait.GUID not in believed:
            return True
        # A new guid that is believed, with a new date, is news; unless that goes on with every answer.
        is_of_now = abs(identity.seconds(self.now) - new.date) <= _PROMPT.total_seconds()
        was_of_then = abs(identity.seconds(known.seen_at) - known.traits.date) <= _PROMPT.total_seconds()
        return is_of_now and was_of_then and self.now - known.seen_at <= _NEXT_ANSWER

    def _dates_differ(self, new: Traits, known: Traits) -> bool:
        """Say whether two dates are different ones; where a document has one date for all, it may be its own."""
        if not new.date or not known.date:
            return False
        return abs(new.date - known.date) > (0 if self.dates_tell else _ONE_POLL.total_seconds())


def distance(new: Traits, known: Traits) -> tuple[bool, bool, int]:
    """Order known entries of one title by how likely they are this one."""
    return new.lead != known.lead, not new.reads_like(known), abs(new.date - known.date)


def find_redated(pairs: Sequence[tuple[Traits, Traits]]) -> list[int]:
    """
    Choose the pairs of a new and a known entry of one title and text that a move dated otherwise.

    By other hours, seconds or days; or all by the hour of an import. Returns their places in `pairs`.
    """
    nearest: dict[Traits, int] = {}
    for number, (new, known) in enumerate(pairs):
        if new.lead != known.lead or not new.date or not known.date:
            continue
        before = nearest.get(new)
        if before is None or distance(new, known) < distance(new, pairs[before][1]):
            nearest[new] = number
    if not nearest:
        return []
    dates = [new.date for new in nearest]
    former = [pairs[number][1].date for number in nearest.values()]
    is_import = max(dates) - min(dates) <= _IMPORT.total_seconds() < max(former) - min(former)
    return [
        number
        for new, number in nearest.items()
        if abs(new.date - pairs[number][1].date) <= _ZONES.total_seconds()
        or (is_import and new.date > pairs[number][1].date)
    ]
