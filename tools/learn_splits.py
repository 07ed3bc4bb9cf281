"""
Learn from a list of nouns where its compounds are cut, with no other source than the list.

Every noun is offered all cuts into something and another noun of the same gender. How often a first part and a head
occur over all nouns tells which cuts are real, and that in turn how often they occur: six rounds of that settle it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping

LINKS = ("es", "s", "en", "n", "er", "e", "ens", "ns")
ROUNDS = 6
NO_CUT = 0.25
SURE = 0.5
Facts = Mapping[str, tuple[set[str], set[str], float]]
"""Lemma → its forms, its genders, its Zipf frequency."""


def learn(nouns: Facts, heads: set[str]) -> tuple[dict[str, int], dict[str, float]]:
    """Return where each compound is cut, its head being one of `heads`, and how often each first part was seen."""
    candidates = {lemma: cuts for lemma in nouns if (cuts := [cut for cut in _cuts(lemma, nouns) if cut[1] in heads])}
    by_form: dict[str, list[str]] = {}
    for lemma, (forms, _, _) in nouns.items():
        for form in forms:
            by_form.setdefault(form, []).append(lemma)
    firsts = {part: _first_prior(part, nouns, by_form) for cuts in candidates.values() for part, _ in cuts}
    priors = {head: _head_prior(head, nouns[head][2]) for cuts in candidates.values() for _, head in cuts}
    seen_first: Counter[str] = Counter()
    seen_head: Counter[str] = Counter()

    def weigh(cuts: list[tuple[str, str]], before: list[float]) -> list[float]:
        weights = [
            (0.6 * math.log1p(max(0.0, seen_first[a] - own)) + firsts[a])
            * (0.25 * math.log1p(max(0.0, seen_head[b] - own)) + priors[b])
            for (a, b), own in zip(cuts, before, strict=True)
        ]
        return [weight / (sum(weights) + NO_CUT) for weight in weights]

    shares = {lemma: [0.0] * len(cuts) for lemma, cuts in candidates.items()}
    for _ in range(ROUNDS):
        # A noun's own earlier vote is taken out, or every rare cut would confirm itself.
        shares = {lemma: weigh(cuts, [s * s for s in shares[lemma]]) for lemma, cuts in candidates.items()}
        seen_first, seen_head = Counter(), Counter()
        for lemma, cuts in candidates.items():
            for (first, head), share in zip(cuts, shares[lemma], strict=True):
                seen_first[first] += share * share  # type: ignore[assignment]
                seen_head[head] += share * share  # type: ignore[assignment]
    best = {lemma: max(zip(shares[lemma], cuts, strict=True)) for lemma, cuts in candidates.items()}
    return {lemma: len(cut[0]) for lemma, (share, cut) in best.items() if share >= SURE}, dict(seen_first)


def _cuts(lemma: str, nouns: Facts) -> Iterator[tuple[str, str]]:
    genders = nouns[lemma][1]
    for at in range(2, len(lemma) - 2):
        head = nouns.get(lemma[at:])
        if head and (not genders or not head[1] or genders & head[1]):
            yield lemma[:at], lemma[at:]


def _first_prior(part: str, nouns: Facts, by_form: Mapping[str, list[str]]) -> float:
    """How likely a first part is before anything was counted: as likely as the noun it is a form of."""
    best = 0.01 if len(part) > 3 else 0.002
    for word, weight in _unlinked(part):
        for lemma in by_form.get(word, ()):
            if lemma[0] == part[0]:
                prior = (0.05 + max(0.0, nouns[lemma][2] - 1) / 3) * weight
                if len(word) <= 3:
                    prior *= 0.5 if nouns[lemma][2] >= 4 else 0.1
                best = max(best, prior)
    return best


def _unlinked(part: str) -> Iterator[tuple[str, float]]:
    yield part, 1.0
    for link in LINKS:
        if part.endswith(link) and len(part) - len(link) >= 3:
            yield part[: -len(link)], 0.6
    yield from ((part + "e", 0.6), (part + "en", 0.5), (part + "n", 0.4))


def _head_prior(head: str, frequency: float) -> float:
    prior = 0.05 + max(0.0, frequency - 1) / 4
    if len(head) == 3:
        prior *= 0.3 if frequency >= 4 else 0.03
    return prior
