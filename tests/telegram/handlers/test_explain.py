"""What the bot tells of the past: in answer to a wish, when a query is tried, and why an article came or did not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, select, text, update

from bot.core.alert_action import ActionKind, NewAlertAction, SubscriptionBefore
from bot.core.article import Article, link_key
from bot.core.backtest import BacktestResult
from bot.core.delivery.delivery import UnsentReason
from bot.core.ids import ArticleId, ChatId, DeliveryId, StoryId
from bot.core.portable import SubscriptionWish
from bot.core.query.matcher import Evidence
from bot.core.query.patterns import TextField
from bot.core.story import StoryPlacement
from bot.demo.telegram_server.people import SimulatedPerson
from bot.i18n import markup
from bot.i18n.catalog import Catalog
from bot.language.analyser import FormRule
from bot.services.search import WordIndexing
from bot.telegram.text import alert as alert_text
from bot.telegram.text import backtest
from storage.store import Store
from storage.tables import deliveries, feeds
from tests.builders import MAIN, NOW, make_article, make_draft, the_analyser
from tests.contracts.scenes import add_feed, announce, change, poll, set_chat
from tests.telegram.conftest import CHOICES, Desk

ANALYSER = the_analyser()
LINK = "https://news.example/kim"
DONE = "Abonniert: {} (Nr. {}). Sobald eine Quelle darüber berichtet, kommt eine Meldung."


async def publish(store: Store, *titles: str, days: int = 1, **changes: Any) -> tuple[Article, ...]:
    """Store articles of some days ago, the first the newest, and remember their words."""
    feed = next(iter(await store.feeds.list_all()), None) or await add_feed(store)
    drafts = [
        make_draft(feed, title, title=title, lead="", published_at=NOW - timedelta(days=days, minutes=at), **changes)
        for at, title in enumerate(titles)
    ]
    stored = await poll(store, feed, *drafts)
    await WordIndexing(archive=store.archive, analyser=ANALYSER)()
    return stored


async def test_a_wish_is_answered_with_how_often_it_would_have_fired(desk: Desk) -> None:
    """In the last week, with the newest headline, linked, and with the forms that were found."""
    await publish(desk.store, "Nordkorea lenkt ein", url=LINK)
    await publish(desk.store, "Nordkoreas <Führung>", "Der nordkoreanische Weg", "Wetter", days=2)
    answer = await desk.server.person().ask("/sub Nordkorea")
    assert answer.text.split("\n") == [
        DONE.format("Nordkorea", 1),
        "3 Artikel in den letzten 7 Tagen, z. B. Nordkorea lenkt ein",
        "Auch gefunden: nordkoreanisch",
    ]
    assert answer.links == (LINK,)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "Ein Artikel in den letzten 7 Tagen: Nordkorea lenkt ein"),
        (9, "Kein Artikel in den letzten 7 Tagen, einer in den letzten 30: Nordkorea lenkt ein"),
        (40, "Kein Artikel in den letzten 30 Tagen."),
    ],
)
async def test_a_rare_keyword_is_said_to_be_rare(desk: Desk, days: int, said: str) -> None:
    """So that nobody waits for what does not come."""
    await publish(desk.store, "Wetter")
    await publish(desk.store, "Nordkorea lenkt ein", days=days)
    answer = await desk.server.person().ask("/sub Nordkorea")
    assert answer.text.split("\n")[1:] == [said]


async def test_a_slip_is_put_right_with_one_press(desk: Desk) -> None:
    """What was typed goes, what was meant comes; the message says so."""
    await publish(desk.store, "Nordkorea lenkt ein")
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorae")
    assert answer.text.split("\n")[1:] == ["Kein Artikel in den letzten 30 Tagen. War Nordkorea gemeint?"]
    assert answer.buttons == (("Stattdessen Nordkorea",), *CHOICES)

    await anna.press("Stattdessen Nordkorea").answered()

    assert answer.text.startswith(DONE.format("Nordkorea", 2))
    (there,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    assert there.query.normal == "Nordkorea"


async def test_of_several_wishes_each_has_its_number(desk: Desk) -> None:
    """In its own line; a slip is named there too."""
    await publish(desk.store, "Nordkorea lenkt ein", "Nordkorea lenkt nicht ein")
    answer = await desk.server.person().ask("/sub Nordkorea, Klima, Nordkorae")
    assert answer.text.split("\n") == [
        "✓ Nordkorea (Nr. 1) · 2 Artikel in den letzten 7 Tagen",
        "✓ Klima (Nr. 2) · 0 Artikel in den letzten 7 Tagen",
        "✓ Nordkorae (Nr. 3) · war Nordkorea gemeint?",
    ]


async def test_old_buttons_of_a_wish_are_answered_kindly(desk: Desk) -> None:
    """And change nothing."""
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea")
    for data in ("instead:x", "instead:1", "also:99", "also:x"):
        press = desk.server.world.open_press(answer, anna.profile, data)
        assert (await press.answered()).text
    assert len(await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)) == 1


async def test_a_query_can_be_tried_without_subscribing(desk: Desk) -> None:
    """What it would have found, by the form found, each with its newest headline, and a button to subscribe."""
    await publish(desk.store, "Nordkorea lenkt ein", "Nordkoreas Führung", "Mehr aus Nordkorea")
    await publish(desk.store, "Nordkorea vor langem", days=20)
    anna = desk.server.person()

    answer = await anna.ask("/test Nordkorea")

    assert answer.text.split("\n") == [
        "Nordkorea hätte in den letzten 30 Tagen 4 Artikel gefunden.",
        "3 davon in den letzten 7 Tagen.",
        "• Nordkorea (3): Nordkorea lenkt ein",
        "• Nordkoreas (1): Nordkoreas Führung",
    ]
    assert await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN) == ()
    await anna.press("Nordkorea abonnieren").answered()
    assert len(await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)) == 1


async def test_trying_what_cannot_be_tried(desk: Desk) -> None:
    """Nothing typed, nothing stored, a mistake, nothing found, a slip, only a source."""
    anna = desk.server.person()
    assert (await anna.ask("/test")).text == "Was soll ich ausprobieren? Zum Beispiel /test Nordkorea"
    assert (await anna.ask("/test Klima")).text.startswith("Es sind noch keine Artikel gespeichert")
    await publish(desk.store, "Nordkorea lenkt ein")
    assert (await anna.ask('/test "Kim')).text.startswith("Hier beginnt ein Anführungszeichen")
    assert (await anna.ask("/test Klima")).text == "Klima hätte in den letzten 30 Tagen nichts gefunden."
    assert (await anna.ask("/test Nordkorae")).text.endswith("nichts gefunden.\nWar Nordkorea gemeint?")
    assert (await anna.ask("/test source:srf")).text.split("\n")[-1] == "• Nordkorea lenkt ein"
    assert (await anna.ask(f"/test {'Klima OR ' * 7}Nordkorea")).buttons == (("Klima OR Nordkorea abonnieren",),)


async def test_why_explains_an_alert(desk: Desk) -> None:
    """As a reply to it: which form, where, by which rule, for each keyword that finds it."""
    anna = desk.server.person()
    alert = await anna.ask("/sub Atomwaffen")
    (wish,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    (article,) = await publish(desk.store, "Ein Atomwaffenprogramm", body="Die Atomwaffen wachsen.", url=LINK)
    await announce(desk.store, article, wish)
    async with desk.store._database.write() as connection:
        await connection.execute(update(deliveries).values(message_id=alert.message_id))

    said = anna.say("/why", reply_to=alert)
    answer = await anna.chat.answer_to(said)

    assert answer.text == ("Atomwaffen (Nr. 1) · Atomwaffenprogramm: beginnt mit Atomwaffen (im Titel) · SRF")
    for typed in ("/why foo", "/why bitte"):
        again = anna.say(typed, reply_to=alert)
        assert (await anna.chat.answer_to(again)).text == answer.text
    other = anna.say("/warum", reply_to=answer)
    assert (await anna.chat.answer_to(other)).text.startswith("Das ist keine Meldung")


async def test_why_explains_a_miss(desk: Desk) -> None:
    """Not seen, no keyword in it, paused, another language, too old."""
    anna = desk.server.person()
    assert (await anna.ask("/why")).text.startswith("/why als Antwort auf eine Meldung")
    assert (await anna.ask("/why foo")).text == "Das ist keine Webadresse."
    assert (await anna.ask(f"/why {LINK}")).text.startswith("Diesen Artikel kenne ich nicht")
    await publish(desk.store, "Der Kim", key=link_key(LINK), url=LINK, language="fr", days=3)
    assert (await anna.ask(f"/why {LINK}?utm_source=x")).text.split("\n") == [
        "Der Kim",
        "Hier gibt es keine Stichwörter.",
        "Artikel in dieser Sprache werden hier nicht gemeldet.",
    ]
    await anna.ask("/sub Klima")
    assert (await anna.ask(f"/why {LINK}")).text.split("\n")[1] == "Keines der Stichwörter kommt darin vor."
    await anna.ask("/sub Kim")
    there = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    await change(desk.store, there[1].id, paused=True)
    await set_chat(desk.store, anna.id, paused_until=NOW + timedelta(hours=1))
    assert (await anna.ask(f"/why {LINK}")).text.split("\n")[1:] == [
        "Dazu ist hier keine Meldung verzeichnet.",
        "Kim (Nr. 2): ausgeschaltet",
        "• Kim: das Wort selbst (im Titel)",
        "Artikel in dieser Sprache werden hier nicht gemeldet.",
        "Der Artikel war schon zu alt, als er hier zum ersten Mal auftauchte.",
        "Hier sind alle Meldungen pausiert.",
    ]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("sent", None),
        ("folded", "Die Meldung kam zusammen mit anderen in einer Nachricht."),
        ("held", "Die Meldung wird zurückgehalten und kommt später."),
        ("queued", "Die Meldung ist unterwegs."),
        ("dead", "Der Artikel wurde hier nicht gemeldet."),
    ],
)
async def test_why_says_first_what_became_of_an_article(desk: Desk, state: str, said: str | None) -> None:
    """Nothing where it was told; else before the keywords in it, which are no hits then."""
    anna = desk.server.person()
    await anna.ask("/sub Kim")
    (wish,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    (article,) = await publish(desk.store, "Der Kim", key=link_key(LINK), url=LINK)
    await announce(desk.store, article, wish)
    async with desk.store._database.write() as connection:
        await connection.execute(update(deliveries).values(state=state))
    lines = (await anna.ask(f"/why {LINK}")).text.split("\n")
    assert lines == ["Der Kim", *filter(None, [said]), "Kim (Nr. 1)", "• Kim: das Wort selbst (im Titel)"]


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("quiet", "Die Meldung kommt um 14:00 Uhr, wenn die Ruhezeit endet."),
        ("pause", "Die Meldung kommt um 13:30 Uhr, wenn die Pause endet."),
        ("digest", "Der Artikel kommt um 18:00 Uhr in der Sammelmeldung."),
        ("burst", "Zu diesem Stichwort gab es zu viele Meldungen auf einmal."),
    ],
)
async def test_why_says_for_what_an_article_waits(desk: Desk, reason: str, said: str) -> None:
    """And until when, by the reader's clock."""
    anna, chat = await hit(desk)
    wishes: dict[str, dict[str, Any]] = {
        "quiet": {"quiet_from": 12 * 60, "quiet_to": 14 * 60},
        "pause": {"paused_until": NOW + timedelta(minutes=30)},
    }
    await set_chat(desk.store, chat, timezone="Europe/Zurich", **wishes.get(reason, {}))
    if reason == "digest":
        evening = datetime(2026, 1, 5, 17, tzinfo=UTC)
        await desk.store.digests.set_digest(ChatId(chat), MAIN, "18:00", evening)
    await mark(desk, state="held", reason=reason)
    assert (await anna.ask(f"/why {LINK}")).text.split("\n")[1] == said


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (
            "sent",
            [
                "Die Meldung musste das Ende der Ruhezeit abwarten.",
                "Die Meldung kam zusammen mit anderen in einer Nachricht (12:02).",
            ],
        ),
        (
            "queued",
            [
                "Die Meldung musste das Ende der Ruhezeit abwarten.",
                "Die Meldung ist unterwegs, zusammen mit anderen in einer Nachricht.",
            ],
        ),
        ("held", ["Die Meldung kommt um 13:30 Uhr, wenn die Pause endet."]),
        ("dead", ["Nicht gesendet: Telegram nahm die Nachricht nicht an."]),
    ],
)
async def test_why_names_the_message_that_told_it_with_others(desk: Desk, state: str, said: list[str]) -> None:
    """Or says what became of that message."""
    anna, chat = await hit(desk)
    await set_chat(desk.store, chat, timezone="Europe/Zurich")
    (article,) = await desk.store.archive.load([ArticleId(1)])
    await desk.store.outbox.enqueue_notice(ChatId(chat), MAIN, "roundup", "{}", NOW)
    sent_at = NOW - timedelta(minutes=58)
    is_parent = deliveries.c.key == "roundup"
    why = {"held": "pause", "dead": "bad-request"}.get(state)
    parent = {"state": state, "reason": why, "finished_at": sent_at, "kind": "roundup"}
    async with desk.store._database.write() as connection:
        await connection.execute(update(deliveries).where(is_parent).values(parent))
        parent_id = await connection.scalar(select(deliveries.c.id).where(is_parent))
        folded = {"state": "folded", "reason": "quiet", "parent": parent_id}
        await connection.execute(update(deliveries).where(deliveries.c.article_id == article.id).values(folded))
    if state == "held":
        await set_chat(desk.store, chat, paused_until=NOW + timedelta(minutes=30))
    lines = (await anna.ask(f"/why {LINK}")).text.split("\n")
    assert lines[1 : 1 + len(said)] == said


async def test_why_says_of_an_alert_that_it_had_to_wait(desk: Desk) -> None:
    """As a reply to it, with the time at which it came."""
    anna, _ = await hit(desk)
    alert = anna.chat.messages[-1]
    await mark(desk, state="sent", reason="pause", message_id=alert.message_id, finished_at=NOW)
    answer = await anna.chat.answer_to(anna.say("/why", reply_to=alert))
    assert answer.text.split("\n")[1:3] == [
        "Die Meldung musste das Ende der Pause abwarten.",
        f"Gesendet: {NOW.astimezone(ZoneInfo('Europe/Zurich')):%H:%M}",
    ]


async def test_why_with_a_link_says_when_the_alert_was_delivered(desk: Desk) -> None:
    """By the reader's clock; to who replies to the alert it says so itself."""
    anna, chat = await hit(desk)
    await set_chat(desk.store, chat, timezone="Europe/Zurich")
    alert = anna.chat.messages[-1]
    await mark(desk, state="sent", message_id=alert.message_id, finished_at=NOW)
    assert (await anna.ask(f"/why {LINK}")).text.split("\n")[1] == "Gesendet: 13:00"
    assert "Gesendet" not in (await anna.chat.answer_to(anna.say("/why", reply_to=alert))).text


async def test_why_says_what_would_have_matched(desk: Desk) -> None:
    """Of a keyword that is nearly in it, what is missing, excludes it or is too strict; and words that are in it."""
    anna = desk.server.person()
    await anna.ask("/sub Kim Putin, Kim -Atomwaffen, =Atomwaffe, Wetter")
    await publish(desk.store, "Kim über Atomwaffen", key=link_key(LINK), url=LINK, body="Die Konferenz in Bern endet.")
    form = "Atomwaffen: eine Form von Atomwaffe (im Titel)"
    assert (await anna.ask(f"/why {LINK}")).text.split("\n") == [
        "Kim über Atomwaffen",
        "Keines der Stichwörter kommt darin vor.",
        "Kim Putin (Nr. 1) würde den Artikel finden, wenn auch Putin darin vorkäme.",
        "Kim -Atomwaffen (Nr. 2) schliesst den Artikel wegen -Atomwaffen aus.",
        f"=Atomwaffe (Nr. 3) würde den Artikel mit einer weniger strengen Einstellung finden: {form}",
        "Diese Stichwörter würden den Artikel finden: Atomwaffe, Konferenz, Bern",
    ]


async def test_why_remembers_that_a_keyword_was_muted(desk: Desk) -> None:
    """When the article came, though it is not muted any more."""
    anna, chat = await hit(desk)
    (wish,) = await desk.store.subscriptions.list_all_of(ChatId(chat))
    before = SubscriptionBefore(
        id=wish.subscription.id, number=wish.subscription.number, wish=SubscriptionWish(query=wish.subscription.query)
    )
    muted = NewAlertAction(
        chat_id=ChatId(chat),
        thread_id=MAIN,
        delivery_id=DeliveryId(99),
        article_id=ArticleId(99),
        kind=ActionKind.MUTED,
        subscriptions=(before,),
        until=NOW + timedelta(minutes=1),
    )
    await desk.store.alert_actions.add(muted, NOW - timedelta(days=2))
    async with desk.store._database.write() as connection:
        await connection.execute(delete(deliveries))
    said = (await anna.ask(f"/why {LINK}")).text.split("\n")
    assert said[-1] == "Nicht gesendet: Als der Artikel an der Reihe war, war sein Stichwort stumm."


async def test_why_says_of_a_changed_keyword_that_it_was_changed(desk: Desk) -> None:
    """An alert had a reason, though no keyword of today finds it."""
    anna, _ = await hit(desk)
    alert = anna.chat.messages[-1]
    await mark(desk, state="sent", message_id=alert.message_id, finished_at=NOW)
    await anna.ask("/unsub 1")
    answer = await anna.chat.answer_to(anna.say("/why", reply_to=alert))
    assert answer.text == "Das Stichwort dieser Meldung wurde seither geändert oder entfernt."


async def test_exact_says_anew_what_would_have_been_found(desk: Desk) -> None:
    """The forms go that are not found any more, and come back; the buttons stay."""
    await publish(desk.store, "Nordkorea lenkt ein", "Der nordkoreanische Weg", "Nordkoreas Weg")
    anna = desk.server.person()
    answer = await anna.ask("/sub Nordkorea")
    said, found = answer.text, "Auch gefunden: nordkoreanisch"
    assert said.split("\n")[-1] == found
    await anna.press("Genau", answer).answered()
    assert answer.text.split("\n")[1:] == ["Ein Artikel in den letzten 7 Tagen: Nordkorea lenkt ein"]
    assert answer.buttons[-2:] == (CHOICES[0], ("✓ Genau", *CHOICES[1][1:]))
    await anna.press("✓ Genau", answer).answered()
    assert (answer.text, answer.buttons[-2:]) == (said, CHOICES)


async def test_why_says_what_never_reached_the_queue(desk: Desk) -> None:
    """A source that is switched off, a keyword that came later, readers that are still sought."""
    anna = desk.server.person()
    await anna.ask("/sub Kim")
    (wish,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    (article,) = await publish(desk.store, "Der Kim", key=link_key(LINK), url=LINK, days=0)
    assert (await anna.ask(f"/why {LINK}")).text.split("\n")[
        -1
    ] == "Der Artikel ist eben eingetroffen und wird gerade mit den Stichwörtern verglichen."

    await desk.store.sources.choose(ChatId(anna.id), [article.feed_id], followed=False)
    assert await announce(desk.store, article, wish) == 0
    await change(desk.store, wish.id, created_at=NOW + timedelta(minutes=1))
    assert (await anna.ask(f"/why {LINK}")).text.split("\n")[-2:] == [
        "Die Quelle des Artikels ist hier ausgeschaltet.",
        "Der Artikel kam, bevor es das Stichwort hier gab.",
    ]

    async with desk.store._database.write() as connection:
        await connection.execute(update(feeds).values(first_success_at=NOW))
    assert (
        "Der Artikel war schon da, als seine Quelle zum ersten Mal gelesen wurde."
        in (await anna.ask(f"/why {LINK}")).text
    )


async def hit(desk: Desk) -> tuple[SimulatedPerson, int]:
    """Queue an alert of somebody."""
    anna = desk.server.person()
    await anna.ask("/sub Kim")
    (wish,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    (article,) = await publish(desk.store, "Der Kim", key=link_key(LINK), url=LINK)
    await announce(desk.store, article, wish)
    return anna, anna.id


async def mark(desk: Desk, **values: Any) -> None:
    """Change what is noted of all deliveries."""
    async with desk.store._database.write() as connection:
        await connection.execute(update(deliveries).values(values))


async def test_why_names_the_story_that_was_told_already(desk: Desk) -> None:
    """Linked; the keywords in what was held back are named after it."""
    anna = desk.server.person()
    await anna.ask("/sub Kim")
    (wish,) = await desk.store.subscriptions.list_for(ChatId(anna.id), MAIN)
    (first,) = await publish(desk.store, "Kim trifft Putin in Wladiwostok", url=f"{LINK}/1")
    other = await add_feed(desk.store, "nzz")
    draft = make_draft(other, "again", title="Kim trifft Putin in Wladiwostok heute", key=link_key(LINK), url=LINK)
    (second,) = await poll(desk.store, other, draft)
    await WordIndexing(archive=desk.store.archive, analyser=ANALYSER)()
    story = StoryPlacement(story_id=StoryId(first.id))
    for article in (first, second):
        await desk.store.stories.assign(article, after=0, since=NOW - timedelta(days=3), place=lambda _: story)
        await announce(desk.store, article, wish)
    async with desk.store._database.write() as connection:
        is_first = deliveries.c.article_id == first.id
        await connection.execute(update(deliveries).where(is_first).values(state="sent", message_id=9))
        await connection.execute(
            update(deliveries).where(~is_first).values(state="dead", reason=UnsentReason.SAME_STORY)
        )

    answer = await anna.ask(f"/why {LINK}")

    assert answer.text.split("\n")[:2] == [
        "Kim trifft Putin in Wladiwostok heute",
        "Nicht gemeldet: dieselbe Geschichte wie Kim trifft Putin in Wladiwostok",
    ]
    assert answer.links == (LINK, f"{LINK}/1")


async def test_the_answer_comes_though_the_past_cannot_be_asked(desk: Desk) -> None:
    """A fault of the store costs the reader a line and no more."""
    await publish(desk.store, "Nordkorea lenkt ein")
    async with desk.store._database.write() as connection:
        await connection.execute(text("DROP TABLE word_keys"))
    assert (await desk.server.person().ask("/sub Nordkorea")).text == DONE.format("Nordkorea", 1)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (FormRule.EXACT, "Formen: das Wort selbst"),
        (FormRule.SPELLING, "Formen: andere Schreibweise von Wort"),
        (FormRule.INFLECTION, "Formen: eine Form von Wort"),
        (FormRule.DERIVATION, "Formen: abgeleitet von Wort"),
        (FormRule.COMPOUND_FIRST, "Formen: beginnt mit Wort"),
        (FormRule.OPEN_END, "Formen: beginnt mit Wort"),
        (FormRule.COMPOUND_LAST, "Formen: endet mit Wort"),
        (FormRule.OPEN_START, "Formen: endet mit Wort"),
        (FormRule.PHRASE, "Formen: die Wörter von Wort nebeneinander"),
    ],
)
def test_every_rule_has_its_words(rule: FormRule, said: str) -> None:
    """In the reader's language; places too."""
    translation = Catalog.load().speak("de")
    evidence = Evidence(term="Wort", form="Formen", place=TextField.LEAD, rule=rule, start=0, end=6)
    assert markup.plain(alert_text.reason(evidence, translation)) == said
    assert [alert_text.place(each, translation) for each in TextField] == [
        "im Titel",
        "im Vorspann",
        "im Text",
    ]


def test_a_past_that_was_cut_short_says_so() -> None:
    """In the answer to a wish and when a query is tried; an address that is none is not linked."""
    translation = Catalog.load().speak("en")
    article = make_article(url="javascript:x")
    past = BacktestResult(week=80, month=80, checked_since=NOW, is_week_whole=False, newest=(article,))
    assert backtest.lines(past, "er", translation) == (
        f"More than 80 articles in the last 7 days, e.g. {article.title}",
    )
    assert "only the newest ones were looked at" in backtest.trial(past, "er", translation)
    assert backtest.headline(make_article(url="https://[x/")) == article.title
    assert backtest.short(BacktestResult(week=0, month=0, is_empty=True), translation) is None


def test_an_article_without_a_title_is_named_by_its_first_sentence() -> None:
    """In an answer or a digest there is always something to tap."""
    untitled = make_article(title="\u200b", lead="Ein Beitrag aus Pjöngjang. Er geht weiter.")
    assert ">Ein Beitrag aus Pjöngjang.</a>" in backtest.headline(untitled)
    assert len(markup.plain(backtest.headline(make_article(title="Wort " * 60)))) <= 90
