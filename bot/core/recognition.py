"""
Recognition: which entries of a document a feed has brought before, and under which key a new one is stored.

First by what tells this feed's entries apart (`bot.core.identity`). Then by title, date and text, because hosts move
and some publishers put a session or a random token into every link and guid: an entry that looks new is a known one if
it says the same, and the known one is no longer listed under its former identity.

How two entries of one title are compared is in `bot.core.comparison`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core import comparison, identity, positions
from bot.core.comparison import Comparison
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
        self.listed = [each.short() for each in self.listed]
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
        self._fragments_tell = 2 * sum(bool(each.fragment) for each in self.listed) <= len(self.listed)
        self._by: dict[tuple[Trait | None, str], KnownEntry] = {}
        self._by_title: dict[str, list[KnownEntry]] = defaultdict(list)
        for each in self.brought:
            self._index(each)

    def run(self) -> tuple[RecognisedEntries, ...]:
        for place, traits in enumerate(self.fresh):
            if (found := self._find(traits)) is not None:
                self._claim(place, found)
        self._claim_listed()
        self._recognise_texts()
        return tuple(self._conclude(place, traits) for place, traits in enumerate(self.fresh))

    def _proven_ambiguous(self, trait: Trait) -> frozenset[str]:
        """Give the values that the feed gave to several articles."""
        found: dict[str, set[int]] = defaultdict(set)
        for each in self.brought:
            value = identity.value_of(each.traits, trait)
            if value and each.traits.title and each.article_id is not None:
                found[value[:SHORT]].add(each.article_id)
        return frozenset(value for value, articles in found.items() if len(articles) > 1)

    def _index(self, each: KnownEntry) -> None:
        for trait in Trait:
            if value := identity.value_of(each.traits, trait):
                self._by.setdefault((trait, value), each)
        self._by.setdefault((None, each.key), each)
        if each.traits.title:
            self._by_title[each.traits.title].append(each)

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
                return positions.is_other_entry(traits, known, self.rule, alone=self._count == 1)
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
            (trait, identity.value_of(each, trait)[:SHORT])
            for each in self.listed
            for trait in Trait
            if self._identifies(trait, each, self._unsure)
        }
        fresh = Counter(each.short() for each in self.fresh)
        self._skipped = skipped = there - fresh.keys()
        for each in self.brought:
            short = each.traits.short()
            if short in skipped or any((trait, identity.value_of(short, trait)) in values for trait in Trait):
                self._claimed.add(each.key)

    def _recognise_texts(self) -> None:
        """Recognise by what they say those that no identity gave away."""
        waiting = [place for place in range(len(self.fresh)) if place not in self._known]
        if not waiting:
            return
        compare = Comparison.of(self.fresh, self.listed, self.brought, self._skipped, now=self.now)
        moved = self._find_moved(waiting, compare)
        for place in waiting:
            traits = self.fresh[place]
            believed = frozenset(trait for trait in Trait if self._identifies(trait, traits, self._unsure))
            for each in sorted(self._free(traits), key=lambda known: comparison.distance(traits, known.traits)):
                if (place, each.key) in moved or compare.is_same(traits, each, believed):
                    self._claim(place, each)
                    break

    def _find_moved(self, waiting: Sequence[int], compare: Comparison) -> frozenset[tuple[int, str]]:
        """Pair the entries of a document that is the known one under new identities; none where it is not."""
        pairs = [(place, each) for place in waiting for each in self._free(self.fresh[place])]
        same: list[tuple[int, KnownEntry]] = []
        others: list[tuple[int, KnownEntry]] = []
        for place, each in pairs:
            (same if compare.says_the_same(self.fresh[place], each.traits) else others).append((place, each))
        redated = comparison.find_redated([(self.fresh[place], each.traits) for place, each in others])
        same += [others[number] for number in redated]
        titles = {each.traits.title for _, each in same}
        is_moved = len(titles) >= _BULK and 2 * len({place for place, _ in same}) > self._count
        return frozenset((place, each.key) for place, each in same) if is_moved else frozenset()

    def _free(self, traits: Traits) -> list[KnownEntry]:
        return [each for each in self._by_title.get(traits.title, ()) if each.key not in self._claimed]

    def _conclude(self, place: int, traits: Traits) -> RecognisedEntries:
        trusts_guid = self._identifies(Trait.GUID, traits, self._unsure)
        if (known := self._known.get(place)) is not None:
            return RecognisedEntries(traits=traits, known=known, trusts_guid=trusts_guid)
        double = self._find(traits)
        if double is None and (traits.link or not trusts_guid):
            free = self._by_title.get(traits.title, ())
            double = next((each for each in free if each.article_id is None and _is_copy(traits, each.traits)), None)
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
