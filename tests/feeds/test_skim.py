"""Known entries that no parser goes through are found where one finds them, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.feeds import document_limits, prescan, xml_reader

SAMPLES = Path(__file__).parent.parent / "data" / "feeds"
DOCUMENTS = sorted(path for path in SAMPLES.rglob("*") if path.is_file() and path.suffix != ".json")
ROOT = "<rss version='2.0' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>T</title>"
END = "</channel></rss>"


def item(number: int, more: str = "") -> str:
    return f"<item><title>{number}</title><dc:creator>A</dc:creator>{more}</item>"


USUAL = [item(number) for number in range(6)]


def prints(*items: str) -> set[bytes]:
    return {prescan.fingerprint(each.encode()) for each in items}


def places(found: tuple[prescan.ScannedEntry, ...] | None) -> list[tuple[int, int, bytes]] | None:
    return None if found is None else [(each.start, each.end, each.print) for each in found]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_finds_what_a_parser_finds(path: Path) -> None:
    """Of every document that may be skimmed, whichever of its entries is new."""
    data, _, _ = xml_reader.to_utf8(path.read_bytes(), "application/xml")
    whole = prescan.find(data)
    every = {each.print for each in whole or ()}
    for new in (None, *every):
        found = prescan.skim(data, every - {new} if new else every)
        assert found is None or places(found) == places(whole)


def test_usual_documents_are_skimmed() -> None:
    """New entries at the beginning, in the middle or at the end, sections and comments in them, change nothing."""
    hidden = item(9, "<description><![CDATA[</item><item>]]></description><!-- <item> -->")
    for place in range(7):
        items = [*USUAL[:place], hidden, *USUAL[place:]]
        data = f"{ROOT}{' '.join(items)}{END}".encode()
        assert places(prescan.skim(data, prints(*USUAL))) == places(prescan.find(data)) is not None


@pytest.mark.parametrize(
    "document",
    {
        "prefix no longer declared": f"<rss><channel><title>T</title>{''.join(USUAL)}{END}",
        "broken elsewhere": f"{ROOT}<b>{''.join(USUAL)}{END}",
        "nested deeper": f"{ROOT}<image>{''.join(USUAL)}</image>{END}",
        "some nested deeper": f"{ROOT}{USUAL[0]}<image>{''.join(USUAL[1:])}</image>{END}",
        "behind the end": f"{ROOT}{USUAL[0]}{END}{''.join(USUAL[1:])}",
        "in a comment": f"{ROOT}<!--{''.join(USUAL)}-->{END}",
        "text in between": f"{ROOT}{'x'.join(USUAL)}{END}",
        "never closed": f"{ROOT}{''.join(USUAL)}<item>{END}",
        "another kind beside them": f"{ROOT}{''.join(USUAL)}<ITEM><title>x</title></ITEM>{END}",
        "two channels": f"{ROOT}{''.join(USUAL)}</channel><channel>{USUAL[0]}{END}",
        "entities of its own": f"<!DOCTYPE rss [<!ENTITY a 'b'>]>{ROOT}{''.join(USUAL)}{END}",
        "most of it new": f"{ROOT}{''.join(USUAL)}{''.join(map(item, range(10, 20)))}{END}",
        "nothing in it": f"{ROOT}{END}",
    }.values(),
)
def test_whatever_is_unusual_is_left_to_the_parser(document: str) -> None:
    """Known entries prove nothing where they stand elsewhere, or where what is around them has changed."""
    assert prescan.skim(document.encode(), prints(*USUAL)) is None


def test_what_may_be_too_much_is_counted_by_the_parser() -> None:
    """Signs that may be elements or attributes count, but not those in a section."""

    def read(more: str) -> bytes:
        return f"{ROOT}{''.join(USUAL)}{item(9, more)}{END}".encode()

    signs = "=" * document_limits.MOST_NODES_READ
    assert prescan.skim(read(f"<description>{signs}</description>"), prints(*USUAL)) is None
    assert prescan.skim(read(f"<description><![CDATA[{signs}]]></description>"), prints(*USUAL)) is not None
