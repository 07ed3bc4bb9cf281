"""
Identity: which entry of a feed is which, over all its polls.

Most feeds give each entry a link and a guid of its own, but some give all of them the same, or new ones with every
answer. So what tells entries apart is learned per feed from the entries it lists side by side (`choose`), kept with the
feed, and learned anew when it stops working. What only numbers the places of a list, or names the section of an entry,
looks right side by side; time gives it away (`judge`): a known entry turns up under another value while something else
has its old one, or everything in the document changed under the same values. Then the feed is not recognised by it any
more. An entry that looks new is compared with what the feed has brought (`bot.core.recognition`).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

SHORT = 16
"""Hexadecimal digits that are enough to compare the entries of one feed."""
_HALF_DAY = 12 * 3600
ENOUGH = 5
"""Entries side by side from which a feed is believed to have changed for the better."""


class Trait(StrEnum):
    """What an entry may be recognised by for certain; its title and date always come last."""

    LINK = "link"
    FRAGMENT = "fragment"
    """The link with what stands behind `#`."""
    GUID = "guid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What an entry can be recognised by, as digests; empty where it has none."""

    link: str = ""
    """Of the canonical link without its fragment."""
    fragment: str = ""
    """Of the canonical link with its fragment, where it has one."""
    guid: str = ""
    title: str = ""
    lead: str = ""
    date: int = 0
    """The publication date as the feed gave it, in seconds since 1970; 0 where it gave none."""
    page: str = ""
    """Of the link without what stands behind `?`, in `SHORT` digits; empty where that names no article."""
    state: str = field(default="", compare=False)
    """Of its words without numbers (`bot.core.article.state_of`); no identity, for the publisher may change them."""

    @property
    def place(self) -> str:
        """The link with its fragment, if it has one."""
        return self.fragment or self.link

    def short(self) -> Traits:
        """Give the form in which the entries of a document are compared; it has no lead and no page."""
        link, fragment, guid = self.link[:SHORT], self.fragment[:SHORT], self.guid[:SHORT]
        return Traits(link=link, fragment=fragment, guid=guid, title=self.title, date=self.date)

    def is_of_moment(self, other: Traits) -> bool:
        """Say whether two entries came out at the same moment; a day without an hour (midnight or noon) is none."""
        return self.date == other.date and self.date % _HALF_DAY != 0

    def reads_like(self, other: Traits) -> bool:
        """Say whether two entries have the same text; times and counters in it do not count."""
        return self.lead == other.lead or bool(self.state and self.state == other.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEntry:
    """An entry the feed brought earlier."""

    key: str
    """Under which it was stored; what it has now may be another identity."""
    traits: Traits
    """As it was last listed."""
    article_id: int | None
    seen_at: datetime
    states: tuple[str, ...] = ()
    """What it has said so far (`bot.core.article.state_of`), the latest first; empty where that was not noted yet."""


@dataclass(frozen=True, slots=True)
class IdentityRule:
    """Which traits tell the entries of a feed apart; with none of them, title and date do."""

    traits: frozenset[Trait]
    refuted: frozenset[Trait] = frozenset()
    """Those that differ side by side and were found at other entries later; they are not believed again for that."""

    def __str__(self) -> str:
        good = [trait.value for trait in Trait if trait in self.traits]
        return " ".join((*good, *(f"-{trait}" for trait in Trait if trait in self.refuted)))


DEFAULT_RULE = IdentityRule(frozenset((Trait.LINK, Trait.GUID)))
"""What is believed of a feed that never listed two different entries."""


def read_rule(text: str | None) -> IdentityRule | None:
    """Read a rule as `str` writes it; None where none has been learned."""
    if text is None:
        return None
    words = text.split()
    refuted = frozenset(trait for trait in Trait if f"-{trait}" in words)
    return IdentityRule(frozenset(trait for trait in Trait if trait in words), refuted)


def digest(text: str) -> str:
    """Give what stands for a text, in 40 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def text_digest(text: str) -> str:
    """Give what stands for the words of a text, whatever its capitals and spaces."""
    return digest(" ".join(text.casefold().split()))[:SHORT]


def seconds(date: datetime | None) -> int:
    """Give a date as whole seconds since 1970; 0 for none and for one that cannot be."""
    return int(date.timestamp()) if date and 1970 < date.year < 2100 else 0


def choose(listed: Iterable[Traits], kept: IdentityRule | None) -> IdentityRule | None:
    """
    Choose what tells the entries of a feed apart.

    Args:
        listed: the entries of one document; with fewer than two different ones, together with what the feed brought.
        kept: the rule so far. It stays as long as it works, unless enough entries show that more can be trusted.

    Returns:
        None while nothing shows it.
    """
    entries = list(dict.fromkeys(entry.short() for entry in listed))
    if len(entries) < 2:
        return kept
    good = frozenset(trait for trait in Trait if _tells_apart(trait, entries))
    if Trait.LINK in good:
        good -= {Trait.FRAGMENT}  # then the fragment is a place in the page
    refuted = kept.refuted if kept else frozenset[Trait]()
    good -= refuted
    if kept is None or len(entries) >= ENOUGH:
        return IdentityRule(good, refuted)
    still = kept.traits & good
    return IdentityRule(good if kept.traits and not still else still, refuted)


def choose_from_history(
    listed: Iterable[Traits], history: Iterable[Traits], kept: IdentityRule | None
) -> IdentityRule | None:
    """Choose for a feed that lists one entry at a time, by what it brought lately."""
    now = list(listed)
    believed = kept is not None and bool(kept.traits)
    before = (
        entry
        for entry in history
        if entry.title and not any(_is_edit(entry, other, believed=believed) for other in now)
    )
    return choose([*now, *before], kept)


def _is_edit(before: Traits, now: Traits, *, believed: bool) -> bool:
    """Say whether an entry with the same link and guid is the same one: with another date, or another text."""
    if (before.place, before.guid) != (now.place, now.guid):
        return False
    same_text = (before.title, before.lead) == (now.title, now.lead)
    return believed or same_text or now.is_of_moment(before)


def different(listed: Iterable[Traits]) -> int:
    """Count the different entries of a document; one that is listed twice counts once."""
    return len({entry.short() for entry in listed})


def shared(trait: Trait, listed: Iterable[Traits], *, by_guid: bool = False) -> frozenset[str]:
    """
    Give the values of a trait that a document gives to different entries.

    Entries differ by title or date; `by_guid`: or by guid.
    """
    variants: Mapping[str, set[Hashable]] = defaultdict(set)
    for entry in listed:
        if value := value_of(entry, trait)[:SHORT]:
            variants[value].add((entry.title, entry.date, entry.guid[:SHORT] if by_guid else ""))
    return frozenset(value for value, found in variants.items() if len(found) > 1)


def value_of(traits: Traits, trait: Trait) -> str:
    """Give one trait of an entry; empty where it has none."""
    match trait:
        case Trait.LINK:
            return traits.link
        case Trait.FRAGMENT:
            return traits.place
        case Trait.GUID:
            return traits.guid


def _tells_apart(trait: Trait, entries: Sequence[Traits]) -> bool:
    """Say whether most entries have a value of their own; a few that share one are told apart by what comes next."""
    not_good = shared(trait, entries)
    good = sum(bool(value := value_of(entry, trait)) and value not in not_good for entry in entries)
    return 2 * good > len(entries)


_MANY = 3
"""Entries that are not rewritten all at once."""
_OTHER = {Trait.LINK: Trait.GUID, Trait.FRAGMENT: Trait.GUID, Trait.GUID: Trait.LINK}


def judge(
    rule: IdentityRule, fresh: Sequence[Traits], *, listed: Sequence[Traits], brought: Iterable[KnownEntry]
) -> IdentityRule:
    """
    Say by what the entries of a feed are told apart, now that its document is compared with what it brought.

    Args:
        rule: what was chosen from the document.
        fresh: entries that were read.
        listed: all entries of the document, in short.
        brought: what the feed brought that has a link, guid or title in common with a fresh entry.
    """
    known = list(brought)
    by_place = frozenset(
        trait
        for trait in rule.traits
        if (moved := _moved(trait, fresh, known)) and _Judgement(trait, rule, fresh, listed, known).is_place(moved)
    )
    again = _believable_again(rule, fresh, listed, [entry.traits for entry in known])
    if not by_place and not again:
        return rule
    return IdentityRule((rule.traits - by_place) | again, (rule.refuted - again) | by_place)


def is_other_entry(new: Traits, old: Traits, rule: IdentityRule, *, alone: bool) -> bool:
    """
    Say whether two entries with the same guid are different ones all the same.

    So it is when headline, date, text and a link that is believed all speak against it; in a feed whose only entry is
    always at the same address, headline and date are enough.
    """
    if not _is_retitled(new, old) or new.is_of_moment(old) or not new.link:
        return False
    if Trait.LINK in rule.traits:
        return bool(old.link) and new.link != old.link and not new.reads_like(old)
    return alone and Trait.FRAGMENT not in rule.traits and _is_redated(new, old)


class _Judgement:
    """The evidence about one trait."""

    def __init__(
        self,
        trait: Trait,
        rule: IdentityRule,
        fresh: Sequence[Traits],
        listed: Sequence[Traits],
        brought: Sequence[KnownEntry],
    ) -> None:
        self._trait, self._rule, self._listed = trait, rule, listed
        self._dates_tell = len({entry.date for entry in listed}) > 1
        self._listed_by_title = _by_title((*listed, *fresh))
        self._brought_by_title = _by_title(entry.traits for entry in brought)

    def is_place(self, moved: Sequence[tuple[Traits, Traits]]) -> bool:
        """Say whether it names places; `moved`: entries with another title under an old value, and the former ones."""
        shifted = [pair for pair in moved if self._moved_on(*pair) or self._came_from_elsewhere(pair[0])]
        # One entry alone may have been renamed when its headline went to another one.
        return any(not _looks_renamed(*pair) for pair in shifted) or len(shifted) > 1 or self._are_all_replaced(moved)

    def _moved_on(self, new: Traits, owner: Traits) -> bool:
        """Say whether the entry that had this value is listed under another one."""
        value = value_of(new, self._trait)[:SHORT]
        for entry in self._listed_by_title[owner.title]:
            elsewhere = value_of(entry, self._trait)[:SHORT]
            if elsewhere not in ("", value) and (self._is_same(entry, owner) or self._agrees_otherwise(entry, owner)):
                return True
        return False

    def _came_from_elsewhere(self, new: Traits) -> bool:
        """Say whether this is an entry that had another value before."""
        value = value_of(new, self._trait)[:SHORT]
        titled = self._brought_by_title[new.title]
        for found in (
            [entry for entry in titled if self._is_same(new, entry)],
            [entry for entry in titled if self._agrees_otherwise(new, entry)],
        ):
            if len(found) == 1 and value_of(found[0], self._trait)[:SHORT] not in ("", value):
                return True
        return False

    def _is_same(self, new: Traits, old: Traits) -> bool:
        """Compare two entries of one title; where dates tell nothing, a short one has nothing that does."""
        if new.date and old.date and self._dates_tell:
            return new.date == old.date
        return bool(new.lead) and new.reads_like(old)

    def _agrees_otherwise(self, new: Traits, old: Traits) -> bool:
        """Say whether the other trait that is believed is the same."""
        other = _OTHER[self._trait]
        value = value_of(new, other)[:SHORT]
        return other in self._rule.traits and bool(value) and value == value_of(old, other)[:SHORT]

    def _are_all_replaced(self, moved: Sequence[tuple[Traits, Traits]]) -> bool:
        """Say whether each entry of the document is another one under an old value."""
        count = different(self._listed)
        if count < 2 or different(entry for entry, _ in moved) != count:
            return False
        return all(self._is_replaced(entry, owner, count) for entry, owner in moved)

    def _is_replaced(self, new: Traits, owner: Traits, count: int) -> bool:
        other = _OTHER[self._trait]
        if other in self._rule.traits and value_of(new, other):
            # Many publishers give an article another guid with each version, and few another link.
            is_version = self._trait is not Trait.GUID and count < _MANY
            if is_version or self._agrees_otherwise(new, owner):
                return False
        return _is_redated(new, owner) or not (new.is_of_moment(owner) or new.reads_like(owner))


def _is_redated(new: Traits, old: Traits) -> bool:
    return bool(new.date and old.date) and new.date != old.date


def _looks_renamed(new: Traits, old: Traits) -> bool:
    return not (new.date and old.date) and new.reads_like(old)


def _by_title(entries: Iterable[Traits]) -> Mapping[str, list[Traits]]:
    found: dict[str, list[Traits]] = defaultdict(list)
    for entry in entries:
        found[entry.title].append(entry)
    return found


def _is_retitled(new: Traits, old: Traits) -> bool:
    return bool(old.title) and new.title != old.title


def _moved(trait: Trait, fresh: Iterable[Traits], brought: Iterable[KnownEntry]) -> list[tuple[Traits, Traits]]:
    """List the entries that have another title than the one that had their value."""
    owners = _owners(trait, brought)
    pairs = ((entry, owners.get(value_of(entry, trait)[:SHORT])) for entry in fresh)
    return [(entry, owner) for entry, owner in pairs if owner is not None and _is_retitled(entry, owner)]


def _owners(trait: Trait, brought: Iterable[KnownEntry]) -> Mapping[str, Traits]:
    """Give the entry each value belongs to, as far as it is one."""
    owners: dict[str, dict[int | str, Traits]] = defaultdict(dict)
    for entry in brought:
        if value := value_of(entry.traits, trait)[:SHORT]:
            owners[value].setdefault(entry.article_id or entry.key, entry.traits)
    return {value: next(iter(found.values())) for value, found in owners.items() if len(found) == 1}


def _believable_again(
    rule: IdentityRule, fresh: Sequence[Traits], listed: Sequence[Traits], brought: Sequence[Traits]
) -> frozenset[Trait]:
    """Give the refuted traits that have a new value of its own in each of enough entries: the publisher mended them."""
    count = different(listed)
    if not rule.refuted or count < ENOUGH or different(fresh) != count:
        return frozenset()
    found = set()
    for trait in rule.refuted:
        values = {value_of(entry, trait) for entry in fresh} - {""}
        if len(values) == count and not values & {value_of(entry, trait) for entry in brought}:
            found.add(trait)
    return frozenset(found)
