"""The benchmark of one feed's own news: what it is made of, what the rule says of labelled pairs, and a part of it."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks import templates
from benchmarks.stories import the_gazetteer


def test_every_kind_has_thirty_patterns_of_three_headlines() -> None:
    """In three languages; those of a column are equal, all others differ."""
    found = templates.read_templates()

    assert set(Counter(each.kind for each in found).values()) == {30}
    assert len({each.kind for each in found}) == 8
    assert {each.language for each in found} == {"de", "en", "fr"}
    assert all(len(set(each.titles)) == (1 if each.kind == "columns" else 3) for each in found)
    assert not any("{" in text for each in found for text in (*each.titles, *each.leads))
    titles = [title for each in found for title in each.titles if each.kind != "columns"]
    assert len(titles) == len(set(titles))


def test_pieces_are_laid_out_together_or_one_by_one() -> None:
    """One a round in each feed; there is one issue of a column a day."""
    found = templates.read_templates()
    together = templates.plan_templates(found, together=True)
    apart = templates.plan_templates(found, together=False)

    assert len(together) == len(apart) == 8 * 30 * 3
    assert {piece.round for piece in together} == {0}
    assert set(Counter((piece.feed, piece.round) for piece in apart).values()) == {1}
    issues = [piece.round for piece in apart if piece.title == "La revue de presse"]
    assert [place // 25 for place in issues] == [0, 1, 2]


def test_no_labelled_pair_of_different_news_is_taken_for_one_article() -> None:
    """Of those published again, one whose headline has another verb is not recognised; it is told twice."""
    locate, pairs = the_gazetteer(), templates.read_pairs()
    said = Counter((pair.again, templates.is_taken_for_again(pair, locate)) for pair in pairs)
    assert said == {(True, True): 14, (True, False): 1, (False, False): 25}


@pytest.mark.parametrize("together", [True, False])
def test_nothing_is_put_into_a_story_of_its_own_feed(together: bool) -> None:
    """Of 720 headlines; as other papers' headlines, nearly a third of them would be."""
    pieces = templates.plan_templates(templates.read_templates(), together=together)
    assert not any(templates.count_swallowed(pieces, own_feeds=False).values())
    assert sum(templates.count_swallowed(pieces, own_feeds=True).values()) > 200


async def test_the_bot_tells_what_one_document_lists_one_by_one() -> None:
    """The real one, with all that stands between a feed and its reader."""
    police = [each for each in templates.read_templates() if (each.kind, each.language) == ("police", "fr")][:3]
    told = await templates.live(templates.plan_templates(police, together=True))
    assert len(told) == 3 * len(police)
    assert all(each.has_message and not each.is_silent for each in told)
