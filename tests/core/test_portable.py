"""The document a chat takes away, and what is read of one that comes back, whoever wrote it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import portable, shared_list
from bot.core.chat import PictureSize
from bot.core.errors import Refusal
from bot.core.ids import ThreadId
from bot.core.portable import (
    MOST_BYTES,
    ChatContents,
    ContentKind,
    DigestPart,
    KeywordPart,
    PortablePart,
    SavedPart,
    SettingPart,
    SourcePart,
    StoredSubscription,
    UnreadablePart,
)
from bot.core.query.parser import MatchMode
from bot.core.saved import SavedArticle
from bot.core.shared_list import SharedList, SharedListId
from bot.core.source import Source
from bot.core.subscription import Urgency
from tests.builders import NOW, make_chat, make_feed, make_subscription

HERE, TOPIC = 1, ThreadId(9)


def read(content: Any, chat_id: int = HERE, thread: int = 0) -> list[PortablePart]:
    """Read a document, given as values of JSON."""
    return list(portable.read_document(json.dumps(content), chat_id, ThreadId(thread)))


SAVED_FIELDS = {"title": "Kim", "published_at": "2026-11-30T12:00:00Z", "saved_at": "2026-11-30T12:00:00Z"}
SAVED = SavedArticle(
    title="Kim trifft Putin",
    url="https://srf.example/kim",
    source="SRF",
    summary="Sie reden.",
    published_at=NOW,
    saved_at=NOW,
    is_day=True,
    is_paid=True,
)


def document(**content: Any) -> dict[str, Any]:
    """Make a document of the newest format."""
    return {"program": "stichwort", "format": portable.FORMAT, **content}


def reasons(parts: list[PortablePart]) -> list[str]:
    """List why parts cannot be read."""
    return [part.refusal.reason for part in parts if isinstance(part, UnreadablePart)]


def test_what_is_written_is_read_again() -> None:
    """All settings, sources and keywords; topics stay topics in their own chat."""
    chat = make_chat(
        reads=("de", "it"),
        timezone="Europe/Zurich",
        quiet_from=1320,
        quiet_to=420,
        one_per_story=False,
        pictures=PictureSize.LARGE,
        paused_until=NOW,
    )
    subscription = make_subscription(
        thread_id=TOPIC,
        mode=MatchMode.EXACT,
        urgency=Urgency.DIGEST,
        title="Der Norden",
        headline_only=True,
        paused=True,
        muted_until=NOW,
    )
    shared = SharedList(
        id=SharedListId("x"),
        chat_id=chat.id,
        thread_id=TOPIC,
        keywords=shared_list.snapshot([subscription]),
        created_at=NOW,
    )
    contents = ChatContents(
        shared_lists=[shared],
        chat=chat,
        digests={TOPIC: "08:00"},
        sources=[
            Source(feed=make_feed(1), is_followed=True, newest=None),
            Source(feed=make_feed(2, url="https://user:secret@two.example/rss"), is_followed=False, newest=None),
            Source(feed=make_feed(3, owner=1), is_followed=True, newest=None),
        ],
        subscriptions=[StoredSubscription(subscription=subscription, urgency_before=Urgency.SILENT)],
        saved=[SAVED],
        rows={"deliveries": [{"id": 1}]},
    )

    written = portable.document(contents, NOW)
    parts = read(written)

    changes = {name: value for part in parts if isinstance(part, SettingPart) for name, value in part.changes.items()}
    fields = ("language", "reads", "timezone", "quiet_from", "quiet_to", "one_per_story", "pictures", "paused_until")
    assert changes == {name: getattr(chat, name) for name in fields}
    assert [part for part in parts if isinstance(part, DigestPart)] == [DigestPart(thread_id=TOPIC, hours="08:00")]
    assert [part for part in parts if isinstance(part, SourcePart)] == [
        SourcePart(url="https://feed3.example/rss", title="Feed 3", language="de"),
        SourcePart(url="https://two.example/rss", title="Feed 2", followed=False),
    ]
    (keyword,) = [part for part in parts if isinstance(part, KeywordPart)]
    assert keyword.thread_id == TOPIC
    for name in ("query", "mode", "urgency", "title", "headline_only", "paused", "muted_until"):
        assert getattr(keyword.wish, name) == getattr(subscription, name)
    assert keyword.wish.urgency_before is Urgency.SILENT
    assert [part.article for part in parts if isinstance(part, SavedPart)] == [SAVED]
    assert written["shared_lists"] == [
        {
            "thread": TOPIC,
            "payload": "pack_x",
            "keywords": [{"query": "Nordkorea", "mode": "exact"}],
            "created_at": NOW.isoformat(),
        }
    ]
    assert written["stored"] == {"deliveries": [{"id": 1}]}


def test_in_another_chat_everything_comes_where_it_is_brought() -> None:
    """The topics of one group mean nothing in another."""
    content = document(chat={"id": 5}, subscriptions=[{"query": "Kim", "thread": 9}])

    (keyword,) = read(content, thread=3)

    assert isinstance(keyword, KeywordPart)
    assert keyword.thread_id == 3


def test_the_first_format_is_read_too() -> None:
    """It had keywords alone."""
    entry = {"number": 1, "query": "Kim", "mode": "exact", "urgency": "silent", "title": None, "headline_only": True}
    content = {"program": "stichwort", "format": 1, "subscriptions": [entry]}

    (keyword,) = read(content)

    assert isinstance(keyword, KeywordPart)
    assert (keyword.wish.mode, keyword.wish.urgency, keyword.wish.headline_only) == ("exact", "silent", True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "import.json"),
        ("[]", "import.json"),
        ('{"program": "other", "format": 2}', "import.json"),
        ('{"program": "stichwort", "format": 3}', "import.format"),
        ('{"program": "stichwort", "format": "2"}', "import.format"),
        ('{"program": "stichwort"}', "import.format"),
        ("[" * 90_000, "import.json"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "import.json"),
        ('{"a":[' + "[]," * 200_000 + "[]]}", "import.json"),
    ],
    ids=["cut", "list", "other", "newer", "word", "none", "deep", "deep-objects", "many"],
)
def test_what_is_no_such_document_is_refused_whole(text: str, reason: str) -> None:
    """Neither depth nor number of parts costs memory."""
    with pytest.raises(Refusal) as refused:
        list(portable.read_document(text, HERE, ThreadId(0)))
    assert refused.value.reason == reason


def test_a_damaged_document_is_refused_with_the_place() -> None:
    """Its line and character."""
    with pytest.raises(Refusal) as refused:
        list(portable.read_document('{"program": "stichwort",\n "format": }', HERE, ThreadId(0)))
    assert refused.value.facts == {"line": 2, "column": 12}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"chat": {"language": "deutsch"}}, "import.value"),
        ({"chat": {"reads": ["de", 5]}}, "import.value"),
        ({"chat": {"reads": "de"}}, "import.value"),
        ({"chat": {"timezone": "../../etc/passwd"}}, "import.value"),
        ({"chat": {"timezone": "Europe"}}, "import.value"),
        ({"chat": {"quiet_hours": "25:00-07:00"}}, "quiet.no_such_hour"),
        ({"chat": {"paused_until": "2026-01-01"}}, "import.value"),
        ({"chat": {"paused_until": "99999-01-01T00:00:00Z"}}, "import.value"),
        ({"chat": {"one_per_story": 1}}, "import.value"),
        ({"chat": {"pictures": "huge"}}, "import.value"),
        ({"saved": [{"url": "https://srf.example", "published_at": "2026-11-30T12:00:00Z"}]}, "import.value"),
        ({"saved": [{"title": "Kim", "published_at": "2026-11-30T12:00:00Z"}]}, "import.value"),
        ({"saved": [{"title": "Kim", "published_at": "soon", "saved_at": "2026-11-30T12:00:00Z"}]}, "import.value"),
        ({"saved": [SAVED_FIELDS | {"url": "javascript:alert(1)"}]}, "import.value"),
        ({"saved": [SAVED_FIELDS | {"url": "https://a.example/" + "x" * 2_000}]}, "import.value"),
        ({"saved": [SAVED_FIELDS | {"summary": "x" * 601}]}, "import.value"),
        ({"digests": [{"hours": ""}]}, "digest.which_hour"),
        ({"digests": ["08:00"]}, "digest.which_hour"),
        ({"sources": {"own": [{"url": "file:///etc/passwd"}]}}, "feed.address"),
        ({"sources": {"own": [{"url": 7}]}}, "import.value"),
        ({"subscriptions": [{"query": '"Kim'}]}, "query.unclosed_quote"),
        ({"subscriptions": [{"query": "x" * 300}]}, "query.too_long"),
        ({"subscriptions": [{}]}, "query.empty"),
        ({"subscriptions": [5]}, "query.empty"),
        ({"subscriptions": [{"query": "Kim", "mode": "fuzzy"}]}, "import.value"),
        ({"subscriptions": [{"query": "Kim", "urgency": []}]}, "import.value"),
        ({"subscriptions": [{"query": "Kim", "paused": "no"}]}, "import.value"),
        ({"subscriptions": [{"query": "Kim", "title": "x" * 500}]}, "import.value"),
        ({"chat": {"id": HERE}, "subscriptions": [{"query": "Kim", "thread": -1}]}, "import.value"),
        ({"chat": {"id": HERE}, "subscriptions": [{"query": "Kim", "thread": 2**70}]}, "import.value"),
    ],
)
def test_a_part_that_cannot_be_read_is_reported_alone(content: dict[str, Any], reason: str) -> None:
    """The keyword beside it is read."""
    content = {**content, "subscriptions": [*content.get("subscriptions", []), {"query": "Putin"}]}

    parts = read(document(**content))

    assert reasons(parts) == [reason]
    assert [part.wish.query.normal for part in parts if isinstance(part, KeywordPart)][-1] == "Putin"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from("chat digests sources subscriptions own url query mode urgency thread hours reads".split())


@given(st.dictionaries(NAMES, VALUES | st.dictionaries(NAMES, VALUES) | st.lists(st.dictionaries(NAMES, VALUES))))
def test_no_document_breaks_the_reader(content: dict[str, Any]) -> None:
    """Whatever types stand where."""
    for part in read(document(**content)):
        assert isinstance(part, PortablePart)


def test_a_list_of_words_is_separated_as_a_message_is() -> None:
    """By lines, commas and semicolons outside quotes; "Iran, Irak" asks for either, not for both at once."""
    text = 'Nordkorea\n\n  Kim Jong Un \r\nIran, Irak; "Lee, Bruce"\n"offen\n'
    parts = list(portable.read_words(text, TOPIC))

    normal = [part.wish.query.normal for part in parts if isinstance(part, KeywordPart)]
    assert normal == ["Nordkorea", "Kim Jong Un", "Iran", "Irak", '"Lee, Bruce"']
    assert reasons(parts) == ["query.unclosed_quote"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'\xef\xbb\xbf {"program": 1}', ContentKind.DOCUMENT),
        (b'["Nordkorea"]', ContentKind.DOCUMENT),
        (b'<?xml version="1.0"?><opml version="2.0"/>', ContentKind.OPML),
        ("Zürich\nGenève".encode(), ContentKind.WORDS),
        ("Zürich".encode("cp1252"), ContentKind.WORDS),
        ("Zürich\n".encode("utf-16"), ContentKind.WORDS),
    ],
)
def test_a_file_is_known_by_what_is_in_it(content: bytes, kind: ContentKind) -> None:
    """Not by its name, and in the encodings people have."""
    assert portable.decode(content)[0] is kind


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "import.empty"),
        (b" \n\t", "import.empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "import.kind"),
        (b"PK\x03\x04\x14\0", "import.kind"),
        (b"%PDF-1.7\n\x00\x01\x02", "import.kind"),
        (b"<html><body>x</body></html>", "import.kind"),
        (b"x" * (MOST_BYTES + 1), "import.size"),
    ],
    ids=["empty", "blank", "picture", "archive", "pdf", "page", "large"],
)
def test_a_file_that_is_no_list_is_refused(content: bytes, reason: str) -> None:
    """With one reason for the whole file."""
    with pytest.raises(Refusal) as refused:
        portable.decode(content)
    assert refused.value.reason == reason
