"""What `ChatRepository` promises of chats, people and open questions, and of the export of a chat."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.chat import AccessLevel, Chat, ChatKind, ChatState, PendingQuestion, Person
from bot.core.ids import ChatId, ThreadId, UserId
from storage import chats, columns, tables
from storage.store import Store
from tests.builders import MAIN, NOW
from tests.contracts.scenes import meet
from tests.contracts.test_erasure import OTHER, WHO, live, share

HOUR = timedelta(hours=1)
USER = UserId(2**51 + 7)
"""Telegram's ids do not fit into 32 bits."""
QUESTION = PendingQuestion(chat_id=ChatId(-5), thread_id=ThreadId(9), user_id=USER, kind="sub", expires_at=NOW + HOUR)


async def test_an_unknown_chat_is_none(store: Store) -> None:
    """Looking does not make it."""
    assert await store.chats.find(ChatId(1)) is None
    assert await store.chats.find(ChatId(1)) is None


async def test_a_chat_is_made_when_it_is_met(store: Store) -> None:
    """Active, with the language of who was met, and everything else as it comes."""
    met = await store.chats.meet(ChatId(-(10**13)), ChatKind.CHANNEL, "fr", NOW)

    assert met == Chat(
        id=ChatId(-(10**13)),
        kind=ChatKind.CHANNEL,
        language="fr",
        reads=(),
        timezone=None,
        state=ChatState.ACTIVE,
        paused_until=None,
        one_per_story=True,
        created_at=NOW,
    )
    assert await store.chats.find(met.id) == met


async def test_a_known_chat_keeps_what_it_has(store: Store) -> None:
    """The language of whoever speaks there next is not the chat's."""
    await meet(store, 1, "de")
    await store.chats.set_state(ChatId(1), ChatState.BLOCKED, NOW)

    again = await store.chats.meet(ChatId(1), ChatKind.PRIVATE, "fr", NOW + HOUR)

    assert (again.language, again.state, again.created_at) == ("de", ChatState.BLOCKED, NOW)


async def test_a_chat_may_change_its_kind(store: Store) -> None:
    """The kind is what Telegram says now."""
    await store.chats.meet(ChatId(-5), ChatKind.GROUP, "de", NOW)

    assert (await store.chats.meet(ChatId(-5), ChatKind.SUPERGROUP, None, NOW)).kind is ChatKind.SUPERGROUP
    assert (await store.chats.find(ChatId(-5))).language == "de"  # type: ignore[union-attr]


async def test_language_and_state_can_be_set(store: Store) -> None:
    """Each by itself."""
    await meet(store, 1, None)

    await store.chats.set_language(ChatId(1), "it")
    await store.chats.set_state(ChatId(1), ChatState.GONE, NOW)

    chat = await store.chats.find(ChatId(1))
    assert chat is not None
    assert (chat.language, chat.state) == ("it", ChatState.GONE)


async def test_a_person_is_written_down_whole(store: Store) -> None:
    """New or known."""
    assert await store.chats.find_person(USER) is None
    person = Person(
        id=USER, access=AccessLevel.ASKED, is_operator=False, name="Zoë 🚀", language="de", asked="/sub Kim"
    )
    await store.chats.save_person(person, NOW)
    assert await store.chats.find_person(USER) == person

    changed = replace(person, access=AccessLevel.APPROVED, name="Zoë", language=None)
    await store.chats.save_person(changed, NOW)
    assert await store.chats.find_person(USER) == changed


@pytest.mark.parametrize("is_known", [True, False])
async def test_access_can_be_set_for_anybody(store: Store, is_known: bool) -> None:
    """An operator may ban somebody who never spoke; what is known of others stays."""
    if is_known:
        await store.chats.save_person(
            Person(id=USER, access=AccessLevel.ASKED, is_operator=False, name="Zoë", language="de"), NOW
        )

    await store.chats.set_access(USER, AccessLevel.BANNED, NOW)

    person = await store.chats.find_person(USER)
    assert person is not None
    assert (person.access, person.name) == (AccessLevel.BANNED, "Zoë" if is_known else "")


async def test_who_waits_is_listed_in_the_order_of_asking(store: Store) -> None:
    """With what he wanted, until he is let in or not; others are not among them."""
    for minutes, number in ((2, 7), (0, 9), (1, 8)):
        person = Person(
            id=UserId(number), access=AccessLevel.ASKED, is_operator=False, name="", language=None, asked="/sub x"
        )
        await store.chats.save_person(person, NOW + timedelta(minutes=minutes))
    await store.chats.set_access(UserId(5), AccessLevel.APPROVED, NOW)
    waiting, count = await store.chats.list_waiting(2)
    assert ([each.id for each in waiting], count) == ([9, 8], 3)

    await store.chats.set_access(UserId(9), AccessLevel.APPROVED, NOW)
    await store.chats.set_access(UserId(8), AccessLevel.BANNED, NOW)
    waiting, count = await store.chats.list_waiting(9)
    assert [(each.id, each.asked) for each in waiting] == [(7, "/sub x")]
    assert count == 1
    people = [await store.chats.find_person(UserId(number)) for number in (9, 8)]
    assert [each and each.asked for each in people] == ["/sub x", None]


async def test_operators_are_approved_and_listed_by_id(store: Store) -> None:
    """Who ends being one stays approved."""
    for number in (9, 3):
        await store.chats.set_operator(UserId(number), True, NOW)
    await store.chats.set_access(UserId(5), AccessLevel.APPROVED, NOW)
    assert await store.chats.list_operators() == (3, 9)

    await store.chats.set_operator(UserId(3), False, NOW)
    await store.chats.set_operator(UserId(4), False, NOW)

    assert await store.chats.list_operators() == (9,)
    assert (await store.chats.find_person(UserId(3))).access is AccessLevel.APPROVED  # type: ignore[union-attr]


async def test_a_question_is_open_until_it_is_answered(store: Store) -> None:
    """For the person who was asked, where he was asked."""
    await store.chats.ask(QUESTION)

    assert await store.chats.find_pending(QUESTION.chat_id, QUESTION.thread_id, UserId(1), NOW) is None
    assert await store.chats.find_pending(ChatId(-6), QUESTION.thread_id, USER, NOW) is None
    assert await store.chats.find_pending(QUESTION.chat_id, MAIN, USER, NOW) is None
    for _ in range(2):
        assert await store.chats.find_pending(QUESTION.chat_id, QUESTION.thread_id, USER, NOW) == QUESTION
    await store.chats.drop_pending(QUESTION)
    assert await store.chats.find_pending(QUESTION.chat_id, QUESTION.thread_id, USER, NOW) is None


async def test_a_newer_question_replaces_the_older_one(store: Store) -> None:
    """Of the same person in the same chat, in whatever topic."""
    await store.chats.ask(QUESTION)
    newer = replace(QUESTION, thread_id=MAIN, kind="unsub")
    await store.chats.ask(newer)

    assert await store.chats.find_pending(QUESTION.chat_id, QUESTION.thread_id, USER, NOW) is None
    await store.chats.drop_pending(QUESTION)
    assert await store.chats.find_pending(QUESTION.chat_id, MAIN, USER, NOW) == newer


async def test_an_expired_question_is_gone(store: Store) -> None:
    """And does not come back, whatever the clock does."""
    await store.chats.ask(QUESTION)

    assert await store.chats.find_pending(QUESTION.chat_id, QUESTION.thread_id, USER, NOW + HOUR) is None
    assert await store.chats.find_pending(QUESTION.chat_id, QUESTION.thread_id, USER, NOW) is None


async def test_every_table_that_names_a_chat_is_in_the_export(store: Store) -> None:
    """But for the texts of publishers; as values of JSON, and nothing of anybody else."""
    await live(store, WHO)
    await live(store, OTHER)
    await share(store)

    listed = await store.chats.list_rows(ChatId(WHO))

    metadata = tables.metadata
    naming = (*columns.list_chat_columns(metadata), *columns.list_person_columns(metadata))
    assert {*listed} == {column.table.name for column in naming if column.table not in chats.LEFT_OUT}
    assert json.loads(json.dumps(listed)) == listed
    assert str(OTHER) not in json.dumps(listed)
    assert listed["people"][0]["name"] == "Anna"
    assert [row["thread_id"] for row in listed["subscriptions"]] == [0, 0]


async def test_a_chat_without_anything_has_no_rows(store: Store) -> None:
    """Looking makes none."""
    assert await store.chats.list_rows(ChatId(WHO)) == {}
