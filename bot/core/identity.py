"""
Identity: which entry of a feed is which, over all its polls.

Most feeds give each entry a link and a guid of its own, but some give all of them the same, or new ones with every
answer. So what tells entries apart is learned per feed from the entries it lists side by side (`choose`), kept with the
feed, and learned anew when it stops working. What only numbers the places of a list, or names the section of an entry,
looks right side by side and shows over time (`bot.core.positions`). An entry that looks new is compared with what the
feed has brought (`bot.core.recognition`).
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
    """Of its words without numbers (`bot.core.revisions`); no identity, for the publisher may change them."""

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
    """What it has said so far (`bot.core.revisions`), the latest first; empty where that was not noted yet."""


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
    entries = list(dict.fromkeys(each.short() for each in listed))
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
        each for each in history if each.title and not any(_is_edit(each, other, believed=believed) for other in now)
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
    return len({each.short() for each in listed})


def shared(trait: Trait, listed: Iterable[Traits], *, by_guid: bool = False) -> frozenset[str]:
    """
    Give the values of a trait that a document gives to different entries.

    Entries differ by title or date; `by_guid`: or by guid.
    """
    variants: Mapping[str, set[Hashable]] = defaultdict(set)
    for each in listed:
        if value := value_of(each, trait)[:SHORT]:
            variants[value].add((each.title, each.date, each.guid[:SHORT] if by_guid else ""))
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
    good = sum(bool(value := value_of(each, trait)) and value not in not_good for each in entries)
    return 2 * good > len(entries)
