"""
Learn from a list of nouns where its compounds are cut, with no other source than the list.

Every noun is offered all cuts into a first part and another noun of the same gender. How often a first part and a head
occur over all nouns tells which cuts are real, and that in turn how often they occur: six rounds of that settle it.
A first part is a noun, an adjective or the stem of a verb; a prefix is none, and neither is what only looks like a rest
(Au-tor, Schw-arm, Pas-tor).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping

LINKS = ("es", "s", "en", "n", "er", "e", "ens", "ns")
PREFIXES = frozenset(
    """
ab an auf aus be bei da dar durch ein emp ent er fort ge her hin hinter los miss mit nach ueber um un ur ver vor wider
zer zu zurueck nicht de des dis ex im in inter kom kon par per pro re sub
""".split()
)
SHORT_HEAD = 4
"""Up to here a head stands at the end of many words by chance: its first part must be a known word."""
ROUNDS = 6
NO_CUT = 0.25
INSEPARABLE = ("be", "emp", "ent", "er", "ge", "miss", "ver", "zer")
KNOWN, LIKELY, SEEN, OFTEN = 0.5, 0.2, 3, 20
"""
A first part is a known word by its prior alone, or by a smaller one if so many nouns that end in longer words begin
with it.
"""
UNKNOWN = 0.02
PREFIX = 2.5
"""How much a prefix explains of a word that begins with it, in the measure of first parts."""
SHORTEST = 3
COMMON, USUAL_NAME = 4, 3
FIRST_OF_TWO = "ei"
SURE = 0.5
Facts = Mapping[str, tuple[set[str], set[str], float]]
"""Lemma → its forms, its genders, its Zipf frequency."""


def learn(
    nouns: Facts, heads: set[str], bending: set[str], stems: Mapping[str, float]
) -> tuple[dict[str, int], dict[str, float]]:
    """
    Return where each compound is cut, and how often each first part was seen.

    Args:
        nouns: The list.
        heads: What may be the last part.
        bending: What may be the first part in any form; a name that is not too rare may be it as it stands.
        stems: Adjectives and stems of verbs, which may be the first part, with their Zipf frequencies.
    """
    by_form: dict[str, list[str]] = {}
    for lemma, (forms, _, frequency) in nouns.items():
        for form in forms if lemma in bending else (lemma,) if frequency >= USUAL_NAME else ():
            by_form.setdefault(form if lemma in bending else f"={form}", []).append(lemma)
    offered = {lemma: [cut for cut in _cuts(lemma, nouns) if cut[1] in heads] for lemma in nouns}
    firsts = {part: _first_prior(part, nouns, by_form, stems) for cuts in offered.values() for part, _ in cuts}
    often = Counter(first for cuts in offered.values() for first, head in cuts if len(head) > SHORT_HEAD)
    candidates = {
        lemma: kept
        for lemma, cuts in offered.items()
        if (kept := [cut for cut in cuts if _is_likely(cut, firsts[cut[0]], often[cut[0]])])
    }
    priors = {head: _head_prior(head, nouns[head][2]) for cuts in candidates.values() for _, head in cuts}
    seen_first: Counter[str] = Counter()
    seen_head: Counter[str] = Counter()

    def weigh(cuts: list[tuple[str, str]], before: list[float]) -> list[float]:
        weights = [
            (PREFIX if a in PREFIXES else 0.6 * math.log1p(max(0.0, seen_first[a] - own)) + firsts[a])
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
    cuts = {lemma: len(cut[0]) for lemma, (share, cut) in best.items() if share >= SURE and cut[0] not in PREFIXES}
    return cuts, {first: seen for first, seen in seen_first.items() if first not in PREFIXES}


def _is_likely(cut: tuple[str, str], prior: float, often: int) -> bool:
    """Tell whether a cut may be one: beside a short part stands a known word."""
    first, head = cut
    if first in PREFIXES:
        return True
    is_short = len(head) <= SHORT_HEAD or len(first) <= SHORTEST
    if prior < LIKELY and first.startswith(INSEPARABLE):
        return False
    if not is_short:
        return prior >= UNKNOWN or often >= SEEN
    return prior >= KNOWN or often >= OFTEN or (prior >= LIKELY and often >= SEEN)


def _cuts(lemma: str, nouns: Facts) -> Iterator[tuple[str, str]]:
    genders = nouns[lemma][1]
    for at in range(2, len(lemma) - 2):
        head = nouns.get(lemma[at:])
        first = lemma[:at]
        if at < SHORTEST and first != FIRST_OF_TWO and first not in PREFIXES:
            continue
        if head and (not genders or not head[1] or genders & head[1]):
            yield first, lemma[at:]


def _first_prior(part: str, nouns: Facts, by_form: Mapping[str, list[str]], stems: Mapping[str, float]) -> float:
    """How likely a first part is before anything was counted: as likely as the noun it is a form of."""
    best = 0.01 if len(part) > 3 else 0.002
    if len(part) > 2 and part in stems:
        best = max(best, stems[part] / 9)
    rest = next((part[len(prefix) :] for prefix in PREFIXES if part.startswith(prefix)), "")
    if len(rest) > SHORTEST:
        best = max(best, 0.5 * _first_prior(rest, nouns, by_form, stems))
    for word, weight in _unlinked(part):
        for lemma in by_form.get(word, ()):
            if lemma[0] == part[0]:
                prior = (0.05 + max(0.0, nouns[lemma][2] - 1) / 3) * weight
                if len(word) <= SHORTEST:
                    prior *= 0.5 if nouns[lemma][2] >= COMMON else 0.1
                best = max(best, prior)
    return best


def _unlinked(part: str) -> Iterator[tuple[str, float]]:
    yield part, 1.0
    yield f"={part}", 1.0
    for link in LINKS:
        if part.endswith(link) and len(part) - len(link) >= 3:
            yield part[: -len(link)], 0.6
    yield from ((part + "e", 0.6), (part + "en", 0.5), (part + "n", 0.4))


def _head_prior(head: str, frequency: float) -> float:
    prior = 0.05 + max(0.0, frequency - 1) / 4
    if len(head) == 3:
        prior *= 0.3 if frequency >= 4 else 0.03
    return prior
