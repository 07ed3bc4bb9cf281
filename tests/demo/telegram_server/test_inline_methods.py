"""Inline queries through python-telegram-bot's client: asked, answered, chosen, and refused as Telegram refuses."""

import asyncio
from typing import Any

import aiohttp
import pytest
from telegram import (
    Bot,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)

from bot.demo.telegram_server.clock import ManualClock
from bot.demo.telegram_server.people import LONGEST_QUERY, SimulatedPerson
from bot.demo.telegram_server.server import Server
from tests.demo.conftest import client
from tests.demo.telegram_server.test_api import call


def article(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Make a result as JSON."""
    content = {"message_text": f"<b>Nachricht {number}</b>", "parse_mode": "HTML"}
    return {"type": "article", "id": str(number), "title": "Titel", "input_message_content": content, **changes}


async def asked(bot: Bot) -> InlineQuery:
    """Fetch the one inline query that waits."""
    (update,) = await bot.get_updates()
    await bot.get_updates(offset=update.update_id + 1)
    assert update.inline_query is not None
    return update.inline_query


async def answer(server: Server, query: str, results: object, **more: object) -> str:
    """Answer with results as they stand, which the client would not let through; gives the reason of a refusal."""
    _, body = await call(server, "answerInlineQuery", inline_query_id=query, results=results, **more)
    return str(body.get("description", ""))


async def test_a_query_is_asked_answered_and_a_result_sent(server: Server, bot: Bot) -> None:
    """Everything the client may say arrives: text, link, preview, caching and the button."""
    anna = server.person("Anna", language="de")
    group = server.group("Team", anna, bot=False)
    query = anna.ask_inline("Nordkorea", chat=group.chat)
    seen = await asked(bot)
    assert (seen.query, seen.from_user.id, seen.chat_type, seen.offset) == ("Nordkorea", anna.id, "supergroup", "")
    await bot.answer_inline_query(
        seen.id,
        [
            InlineQueryResultArticle(
                "a1",
                "Ein Titel",
                InputTextMessageContent(
                    "<b>Ein Titel</b>", parse_mode="HTML", link_preview_options=LinkPreviewOptions(is_disabled=True)
                ),
                url="https://nau.ch/1",
                description="Quelle",
            )
        ],
        cache_time=30,
        is_personal=True,
        button=InlineQueryResultsButton("Abonnieren", start_parameter="sub_Tm9yZA"),
    )
    given = await query.answered()
    assert [(one.id, one.title, one.description, one.url) for one in given.results] == [
        ("a1", "Ein Titel", "Quelle", "https://nau.ch/1")
    ]
    sent = anna.choose(query, "a1", chat=group.chat)
    assert (sent.marked, sent.preview, sent.from_bot) == ("**Ein Titel**", {"is_disabled": True}, False)
    assert anna.follow(query).text == "/start sub_Tm9yZA"
    assert server.violations == []


async def test_a_sent_result_and_its_choice_are_told(server: Server, bot: Bot) -> None:
    """The message comes as one sent via the bot, the choice only to a bot that wants it."""
    anna = server.person()
    for has_feedback in (False, True):
        server.world.inline.has_feedback = has_feedback
        query = anna.ask_inline(f"Kim {has_feedback}")
        await answer(server, (await asked(bot)).id, [article()])
        anna.choose(query, "1")
        updates = await bot.get_updates()
        await bot.get_updates(offset=updates[-1].update_id + 1)
        assert [update.message.via_bot.username for update in updates if update.message and update.message.via_bot] == [
            server.world.bot.username
        ]
        assert [update.chosen_inline_result.result_id for update in updates if update.chosen_inline_result] == [
            "1"
        ] * has_feedback


async def test_a_query_comes_only_to_a_bot_that_wants_it(server: Server, bot: Bot) -> None:
    """Also inline queries obey `allowed_updates`; and without inline mode nobody can ask."""
    anna = server.person()
    await bot.get_updates(allowed_updates=[Update.MESSAGE])
    anna.ask_inline("Kim")
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=[Update.INLINE_QUERY])
    anna.ask_inline("Kim Jong Un")
    assert (await asked(bot)).query == "Kim Jong Un"
    server.world.inline.is_on = False
    with pytest.raises(LookupError, match="no inline mode"):
        anna.ask_inline("Kim")
    assert not (await bot.get_me()).supports_inline_queries


async def test_an_answer_is_cached_as_long_as_it_says(still: Server, hands: ManualClock) -> None:
    """For its asker alone where it is personal, else for everybody; then the bot is asked again."""
    anna, ben = still.person("Anna"), still.person("Ben")
    async with client(still) as bot:
        first = anna.ask_inline("Kim")
        await answer(still, (await asked(bot)).id, [article()], cache_time=30, is_personal=True)
        assert anna.ask_inline("Kim").answer == first.answer
        assert ben.ask_inline("Kim").answer is None
        await answer(still, (await asked(bot)).id, [], cache_time=30)
        hands.advance(29)
        assert anna.ask_inline("Kim").answer == first.answer
        assert still.person("Cleo").ask_inline("Kim").answer is not None
        hands.advance(2)
        assert anna.ask_inline("Kim").answer is None


def ask(server: Server) -> tuple[SimulatedPerson, str]:
    """Ask as somebody new; gives the id of the query."""
    anna = server.person()
    return anna, anna.ask_inline("Nordkorea").id


@pytest.mark.parametrize(
    ("results", "more", "reason"),
    [
        ([article(number) for number in range(51)], {}, "RESULTS_TOO_MUCH"),
        ([article(1), article(1)], {}, "RESULT_ID_DUPLICATE"),
        ([article(id="")], {}, "RESULT_ID_INVALID"),
        ([article(id="ü" * 33)], {}, "RESULT_ID_INVALID"),
        ([article(title=" ")], {}, "ARTICLE_TITLE_EMPTY"),
        ([article(url="nau.ch")], {}, "URL_INVALID"),
        ([article(type="riddle")], {}, "can't parse inline query result: unsupported type"),
        ([article(input_message_content={})], {}, "must have input_message_content"),
        ([article(input_message_content={"message_text": ""})], {}, "message text is empty"),
        ([article(input_message_content={"message_text": "x" * 4097})], {}, "message is too long"),
        ([article(input_message_content={"message_text": "<p>", "parse_mode": "HTML"})], {}, "Unsupported start tag"),
        ([article(reply_markup={"force_reply": True})], {}, "inline keyboard expected"),
        ([7], {}, "object expected"),
        ({}, {}, "array expected"),
        ([], {"cache_time": -1}, "cache_time must be non-negative"),
        ([], {"next_offset": "x" * 65}, "NEXT_OFFSET_INVALID"),
        ([], {"button": {"text": "", "start_parameter": "a"}}, "Text must be non-empty"),
        ([], {"button": {"text": "Los"}}, "exactly one of the optional fields"),
        ([], {"button": {"text": "Los", "start_parameter": ""}}, "START_PARAM_EMPTY"),
        ([], {"button": {"text": "Los", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
        ([], {"button": {"text": "Los", "start_parameter": "x" * 65}}, "START_PARAM_INVALID"),
    ],
)
async def test_a_bad_answer_is_refused(server: Server, results: object, more: dict[str, object], reason: str) -> None:
    """With Telegram's reason, as a mistake of the bot; the query still waits for an answer."""
    _, query = ask(server)
    assert reason in await answer(server, query, results, **more)
    assert [one.kind for one in server.violations] == ["refused"]
    assert await answer(server, query, [article(number) for number in range(50)]) == ""


async def test_what_telegram_would_not_heed_is_a_mistake(server: Server) -> None:
    """Unknown fields of a result, its content, its button, and previews that contradict themselves."""
    _, query = ask(server)
    content = {"message_text": "x", "silent": True, "link_preview_options": {"is_disabled": True, "url": "https://a.b"}}
    keys = {"inline_keyboard": [[{"text": "x", "callback_data": "x", "colour": "red"}]]}
    await answer(
        server,
        query,
        [article(cache=1, input_message_content=content, reply_markup=keys)],
        button={"text": "Los", "start_parameter": "a", "style": "danger"},
    )
    assert sorted(one.detail.partition(":")[0] for one in server.violations) == [
        "link_preview_options",
        "unknown in an inline button",
        "unknown in an inline result",
        "unknown in the button of an inline answer",
        "unknown in the content of an inline result",
    ]


async def test_a_query_is_answered_once_soon_and_by_its_bot(still: Server, hands: ManualClock) -> None:
    """A second answer is a mistake; one that comes too late, or to a query of another bot, is only refused."""
    _, query = ask(still)
    assert await answer(still, query, []) == ""
    assert "query is too old" in await answer(still, query, [])
    assert [one.kind for one in still.violations] == ["refused"]
    _, late = ask(still)
    hands.advance(11)
    for unknown in (late, "4711"):
        assert "query is too old" in await answer(still, unknown, [])
    assert len(still.violations) == 1


async def test_answers_count_for_the_rate_of_the_bot(server: Server) -> None:
    """As answers to presses do."""
    server.api.limiter.close(None, 30)
    _, query = ask(server)
    assert "Too Many Requests" in await answer(server, query, [])


async def test_a_query_has_at_most_256_characters(server: Server, bot: Bot) -> None:
    """The apps send no more, whatever is typed."""
    server.person().ask_inline("😀" * 300)
    assert (await asked(bot)).query == "😀" * LONGEST_QUERY


async def test_the_results_are_there_for_the_page(server: Server, bot: Bot) -> None:
    """Over HTTP: ask, see the results, send one."""
    anna = server.person()
    async with aiohttp.ClientSession(server.url) as page:
        asking = asyncio.create_task(page.post("/_demo/inline", json={"user": anna.id, "query": "Kim"}))
        (update,) = await bot.get_updates(timeout=30)
        assert update.inline_query is not None
        await answer(server, update.inline_query.id, [article(7)])
        shown = (await (await asking).json())["inline"]
        assert [result["title"] for result in shown["results"]] == ["Titel"]
        choice = {"user": anna.id, "query": shown["id"], "result": "7"}
        sent = (await (await page.post("/_demo/inline/choose", json=choice)).json())["message"]
    assert (sent["text"], sent["via"]) == ("Nachricht 7", server.world.bot.username)
