"""
Recognition: which entries of a document a feed has brought before, and under which key a new one is stored.

First by what tells this feed's entries apart (`bot.core.identity`). Then by title, date and text, because hosts move
and some publishers put a session or a random token into every link and guid: an entry that looks new is a known one if
it says the same, and the known one is no longer listed under its former identity.

`Comparison` tells whether two entries of one title are the same although no identity says so. Date, text and page
decide. Dates that differ make two of them, unless the document as a whole was moved and dated anew, or has one date for
all, which is that of the answer. Without dates the text must be the same, and the page, however often what stands
behind `?` changes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.core import identity
from bot.core.identity import SHORT, IdentityRule, KnownEntry, Trait, Traits

_BULK = 2
"""Titles that must be known before a whole document is taken for the known one under new identities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognisedEntries:
    """What an entry of the document is."""

    traits: Traits
    known: KnownEntry | None = None
    """The entry it was earlier."""
    is_double: bool = False
    """It stands in the document already."""
    key: str = ""
    """Where it is new: a key nobody in this feed has."""
    trusts_guid: bool = False


def candidate_keys(feed_id: int, traits: Traits) -> tuple[str, ...]:
    """List the keys under which an entry may have been stored."""
    keys = (*(_key(feed_id, trait, traits) for trait in Trait), *_text_keys(feed_id, traits))
    return tuple(dict.fromkeys(key for key in keys if key))


def recognise(
    feed_id: int,
    fresh: Sequence[Traits],
    *,
    listed: Sequence[Traits],
    brought: Iterable[KnownEntry],
    rule: IdentityRule,
    now: datetime,
) -> tuple[RecognisedEntries, ...]:
    """
    Say of each entry whether it is known.

    Args:
        feed_id: the feed; its guids and titles say nothing about other feeds.
        fresh: entries that were read, in the document's order.
        listed: all entries of the document, those that were skipped as unchanged too.
        brought: what the feed brought that has a key, link, guid or title in common with a fresh entry.
        rule: what tells this feed's entries apart.
        now: the time of the poll.
    """
    return _Recognition(feed_id, fresh, listed, list(brought), rule, now).run()


@dataclass
class _Recognition:
    feed_id: int
    fresh: Sequence[Traits]
    listed: Sequence[Traits]
    brought: list[KnownEntry]
    rule: IdentityRule
    now: datetime
    _claimed: set[str] = field(default_factory=set)
    """Keys of what is in the document, as far as it is recognised."""
    _known: dict[int, KnownEntry] = field(default_factory=dict)
    """By place in `fresh`."""
    _skipped: set[Traits] = field(default_factory=set)
    """What is listed unchanged, in short."""

    def __post_init__(self) -> None:
        self.listed = [entry.short() for entry in self.listed]
        self._count = identity.different(self.listed)
        # Matching asks for more than naming: two entries with one link that differ by their guid alone are both kept.
        self._unsure = {trait: identity.shared(trait, self.listed, by_guid=True) for trait in Trait}
        self._unsure[Trait.GUID] = identity.shared(Trait.GUID, self.listed)
        self._ambiguous = {trait: identity.shared(trait, self.listed) for trait in Trait}
        for trait in Trait:
            proven = self._proven_ambiguous(trait)
            self._unsure[trait] |= proven
            self._ambiguous[trait] |= proven
        # Where most links have a fragment, it says where a reader came from.
        self._fragments_tell = 2 * sum(bool(entry.fragment) for entry in self.listed) <= len(self.listed)
        self._by: dict[tuple[Trait | None, str], KnownEntry] = {}
        self._by_title: dict[str, list[KnownEntry]] = defaultdict(list)
        for entry in self.brought:
            self._index(entry)

    def run(self) -> tuple[RecognisedEntries, ...]:
        for place, traits in enumerate(self.fresh):
            if (found := self._find(traits)) is not None:
                self._claim(place, found)
        waiting = [place for place in range(len(self.fresh)) if place not in self._known]
        if any(self.fresh[place].title in self._by_title for place in waiting):
            self._claim_listed()
            self._recognise_texts(waiting)
        return tuple(self._conclude(place, traits) for place, traits in enumerate(self.fresh))

    def _proven_ambiguous(self, trait: Trait) -> frozenset[str]:
        """Give the values that the feed gave to several articles."""
        found: dict[str, set[int]] = defaultdict(set)
        for entry in self.brought:
            value = identity.value_of(entry.traits, trait)
            if value and entry.traits.title and entry.article_id is not None:
                found[value[:SHORT]].add(entry.article_id)
        return frozenset(value for value, articles in found.items() if len(articles) > 1)

    def _index(self, entry: KnownEntry) -> None:
        for trait in Trait:
            if value := identity.value_of(entry.traits, trait):
                self._by.setdefault((trait, value), entry)
        self._by.setdefault((None, entry.key), entry)
        if entry.traits.title:
            self._by_title[entry.traits.title].append(entry)

    def _identifies(self, trait: Trait, traits: Traits, unsure: dict[Trait, frozenset[str]]) -> bool:
        value = identity.value_of(traits, trait)[:SHORT]
        if not value or value in unsure[trait]:
            return False
        if trait is Trait.FRAGMENT:
            # Where one page holds several entries, what stands behind `#` counts, whatever is the rule for the others.
            if self.rule.traits.isdisjoint((Trait.LINK, Trait.FRAGMENT)) or trait in self.rule.refuted:
                return False
            return bool(traits.fragment) and not self._identifies(Trait.LINK, traits, unsure)
        return trait in self.rule.traits

    def _find(self, traits: Traits) -> KnownEntry | None:
        """Find the entry of the same identity."""
        for trait in Trait:
            if not self._identifies(trait, traits, self._unsure):
                continue
            key = _key(self.feed_id, trait, traits)
            found = self._by.get((trait, identity.value_of(traits, trait))) or self._by.get((None, key))
            if found and not self._is_other(trait, traits, found.traits):
                return found
        return None

    def _is_other(self, trait: Trait, traits: Traits, known: Traits) -> bool:
        """Say whether two entries are different ones although one trait says otherwise."""
        match trait:
            case Trait.LINK:
                return self._is_elsewhere(traits, known)
            case Trait.GUID:
                return identity.is_other_entry(traits, known, self.rule, alone=self._count == 1)
            case Trait.FRAGMENT:
                return False

    def _is_elsewhere(self, traits: Traits, known: Traits) -> bool:
        """Say whether two entries of one page are different ones: another place in it, with another title."""
        return (
            self._fragments_tell and traits.place != known.place and bool(known.title) and traits.title != known.title
        )

    def _claim(self, place: int, found: KnownEntry) -> None:
        self._known[place] = found
        self._claimed.add(found.key)

    def _claim_listed(self) -> None:
        """Take as recognised what is still listed under its former identity, by entries that were skipped too."""
        there = set(self.listed)
        values = {
            (trait, identity.value_of(entry, trait)[:SHORT])
            for entry in self.listed
            for trait in Trait
            if self._identifies(trait, entry, self._unsure)
        }
        fresh = Counter(entry.short() for entry in self.fresh)
        self._skipped = skipped = there - fresh.keys()
        for entry in self.brought:
            short = entry.traits.short()
            if short in skipped or any((trait, identity.value_of(short, trait)) in values for trait in Trait):
                self._claimed.add(entry.key)

    def _recognise_texts(self, waiting: Sequence[int]) -> None:
        """Recognise by what they say those that no identity gave away."""
        compare = Comparison.of(self.fresh, self.listed, self.brought, self._skipped, now=self.now)
        moved = self._find_moved(waiting, compare)
        for place in waiting:
            traits = self.fresh[place]
            believed = frozenset(trait for trait in Trait if self._identifies(trait, traits, self._unsure))
            for entry in sorted(self._free(traits), key=lambda known: _distance(traits, known.traits)):
                if (place, entry.key) in moved or compare.is_same(traits, entry, believed):
                    self._claim(place, entry)
                    break

    def _find_moved(self, waiting: Sequence[int], compare: Comparison) -> frozenset[tuple[int, str]]:
        """Pair the entries of a document that is the known one under new identities; none where it is not."""
        pairs = [(place, entry) for place in waiting for entry in self._free(self.fresh[place])]
        same: list[tuple[int, KnownEntry]] = []
        others: list[tuple[int, KnownEntry]] = []
        for place, entry in pairs:
            (same if compare.says_the_same(self.fresh[place], entry.traits) else others).append((place, entry))
        redated = _find_redated([(self.fresh[place], entry.traits) for place, entry in others])
        same += [others[number] for number in redated]
        titles = {entry.traits.title for _, entry in same}
        is_moved = len(titles) >= _BULK and 2 * len({place for place, _ in same}) > self._count
        return frozenset((place, entry.key) for place, entry in same) if is_moved else frozenset()

    def _free(self, traits: Traits) -> list[KnownEntry]:
        return [entry for entry in self._by_title.get(traits.title, ()) if entry.key not in self._claimed]

    def _conclude(self, place: int, traits: Traits) -> RecognisedEntries:
        trusts_guid = self._identifies(Trait.GUID, traits, self._unsure)
        if (known := self._known.get(place)) is not None:
            return RecognisedEntries(traits=traits, known=known, trusts_guid=trusts_guid)
        double = self._find(traits)
        if double is None and (traits.link or not trusts_guid):
            free = self._by_title.get(traits.title, ())
            double = next(
                (entry for entry in free if entry.article_id is None and _is_copy(traits, entry.traits)), None
            )
        if double is not None:
            return RecognisedEntries(traits=traits, is_double=True)
        key = self._name(traits)
        self._index(KnownEntry(key=key, traits=traits, article_id=None, seen_at=self.now))
        return RecognisedEntries(traits=traits, key=key, trusts_guid=trusts_guid)

    def _name(self, traits: Traits) -> str:
        """Choose a key that is free; the link first, because it is the same in other feeds."""
        good = (trait for trait in Trait if self._identifies(trait, traits, self._ambiguous))
        for key in (*(_key(self.feed_id, trait, traits) for trait in good), *_text_keys(self.feed_id, traits)):
            if (None, key) not in self._by:
                return key
        number = 2
        while (None, key := identity.digest(f"t:{self.feed_id}:{traits}:{number}")) in self._by:
            number += 1
        return key


def _key(feed_id: int, trait: Trait, traits: Traits) -> str:
    value = identity.value_of(traits, trait)
    if trait is Trait.GUID:
        return identity.digest(f"g:{feed_id}:{value}") if value else ""
    return value  # an address is the same in every feed


def _text_keys(feed_id: int, traits: Traits) -> tuple[str, ...]:
    told = f"t:{feed_id}:{traits.title}:{traits.date or traits.lead}"
    return identity.digest(told), identity.digest(f"{told}:{traits.lead}:{traits.guid}:{traits.place}")


def _is_copy(traits: Traits, other: Traits) -> bool:
    return (traits.place, traits.lead, traits.date) == (other.place, other.lead, other.date)


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
        for traits in (*fresh, *(entry.traits for entry in brought)):
            titles[traits.page].add(traits.title)
        shared = identity.shared(Trait.LINK, listed)
        links = {entry.link[:SHORT] for entry in fresh} - {""} - shared
        return cls(
            now=now,
            dates_tell=len({entry.date for entry in listed}) > 1,
            links_stay=bool(skipped) or any(entry.traits.link[:SHORT] in links for entry in brought),
            latest=max((entry.seen_at for entry in brought), default=now),
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


def _distance(new: Traits, known: Traits) -> tuple[bool, bool, int]:
    """Order known entries of one title by how likely they are this one."""
    return new.lead != known.lead, not new.reads_like(known), abs(new.date - known.date)


def _find_redated(pairs: Sequence[tuple[Traits, Traits]]) -> list[int]:
    """
    Choose the pairs of a new and a known entry of one title and text that a move dated otherwise.

    By other hours, seconds or days; or all by the hour of an import. Returns their places in `pairs`.
    """
    nearest: dict[Traits, int] = {}
    for number, (new, known) in enumerate(pairs):
        if new.lead != known.lead or not new.date or not known.date:
            continue
        before = nearest.get(new)
        if before is None or _distance(new, known) < _distance(new, pairs[before][1]):
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
