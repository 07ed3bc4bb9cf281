"""Pages of what a search found."""

from __future__ import annotations

import pytest

from bot.core import archive
from bot.core.archive import MOST_FOUND, SEARCH_PAGE, ArticleRef, SearchPage
from bot.core.ids import ArticleId
from tests.builders import NOW


def test_an_article_of_several_feeds_is_kept_once_where_it_came_first() -> None:
    """The order is that of the first of each."""
    seen = [ArticleRef(ArticleId(at), key, NOW) for at, key in enumerate("abacb")]

    assert [(ref.article_id, ref.key) for ref in archive.once(seen)] == [(0, "a"), (1, "b"), (3, "c")]


@pytest.mark.parametrize(
    ("offset", "total", "start"),
    [
        (0, 0, 0),
        (0, 1, 0),
        (SEARCH_PAGE - 1, 100, 0),
        (SEARCH_PAGE, 100, SEARCH_PAGE),
        (SEARCH_PAGE, SEARCH_PAGE, 0),
        (10**9, SEARCH_PAGE + 1, SEARCH_PAGE),
        (-5, 100, 0),
    ],
)
def test_a_page_begins_where_a_page_can_begin(offset: int, total: int, start: int) -> None:
    """Whatever number a button brings; behind the end is the last page."""
    assert archive.page_start(offset, total) == start


def test_a_page_knows_its_neighbours() -> None:
    """The first has none before it, the last none after it."""
    pages = [
        SearchPage(search_id=None, words="", offset=start, total=2 * SEARCH_PAGE + 1)
        for start in (0, SEARCH_PAGE, 2 * SEARCH_PAGE)
    ]

    assert [(page.has_newer, page.has_older) for page in pages] == [(False, True), (True, True), (True, False)]
    assert not pages[0].is_cut
    assert SearchPage(search_id=None, words="", total=MOST_FOUND).is_cut
