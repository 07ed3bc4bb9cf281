"""What a Mini App says of its reader counts only as Telegram signed it for this bot, and for an hour."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import pytest

from bot.core import init_data
from bot.core.ids import UserId
from bot.core.init_data import InitData, InitDataProblem

TOKEN = "7000000001:AAF4ke-token-of-a-bot-that-is-not-there"
KEY = init_data.derive_key(TOKEN)
SIGNED_AT = datetime(2026, 3, 2, 11, 0, 0, tzinfo=UTC)
USER = {"id": 4_711, "first_name": "Anna & Söhne", "language_code": "de-CH"}
FIELDS = {
    "query_id": "AAHdF6IQAAAAAN0XohDhrOrc",
    "user": json.dumps(USER, ensure_ascii=False),
    "auth_date": str(int(SIGNED_AT.timestamp())),
    "signature": "c2lnbmF0dXJlIG9mIGFub3RoZXIga2luZA",
}


def write(fields: dict[str, str], token: str = TOKEN, **others: str) -> str:
    """Write fields as Telegram does, signed with a token; `others` are added without being signed."""
    key = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    lines = "\n".join(sorted(f"{name}={value}" for name, value in fields.items()))
    signature = hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()
    return urlencode({**fields, "hash": signature, **others}, quote_via=quote)


def judge(text: str, *, after: timedelta = timedelta(minutes=5)) -> InitData | InitDataProblem:
    """Read it some time after it was signed."""
    return init_data.read(text, KEY, SIGNED_AT + after)


def test_what_telegram_signed_names_the_reader() -> None:
    """With whatever fields there are; only the signature itself is not signed."""
    known = InitData(user_id=UserId(4_711), language="de-CH")
    assert judge(write(FIELDS)) == known
    assert judge(write({**FIELDS, "start_param": "list", "a_field_of_next_year": ""})) == known


def test_a_published_vector_counts() -> None:
    """The key and the signature are those of Telegram's description, computed by hand with another program."""
    text = (
        "query_id=AAE&user=%7B%22id%22%3A1%7D&auth_date=1700000000"
        "&hash=" + "d0b04b54fb340e3947e82461c3caf33119d37552f84fdefe7c4a324bdc9d9458"
    )
    key = init_data.derive_key("123456:ABC")
    assert init_data.read(text, key, datetime.fromtimestamp(1_700_000_000, UTC)) == InitData(
        user_id=UserId(1), language=None
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "",
        lambda text: "hash",
        lambda text: text.partition("&hash=")[0],
        lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"),
        lambda text: text[:-1],
        lambda text: text.replace("4711", "4712"),
        lambda text: text + "&user=" + quote('{"id":1}'),
        lambda text: "user=" + quote('{"id":1}') + "&" + text,
        lambda text: f"{text}&auth_date={FIELDS['auth_date']}",
        lambda text: text + "&hash=" + "0" * 64,
        lambda text: "hash=" + "0" * 64 + "&" + text,
        lambda text: text + "&admin=1",
        lambda text: text + "&=1",
        lambda text: text + "&",
        lambda text: text.replace("hash=", "HASH="),
        lambda text: text.replace("&hash", ";hash"),
        lambda text: text + "&x=%FF",
        lambda text: text + "&x=" + "y" * init_data.LONGEST,
        lambda text: text + "&x=1" * 40,
        lambda text: text[: -len("0" * 64)] + text[-64:].upper(),
        lambda text: text[:-64] + "ä" * 64,
        lambda text: text.replace("&", "\n"),
    ],
)
def test_what_was_changed_after_it_was_signed_proves_nothing(change: Callable[[str], str]) -> None:
    """No signature, another one, a field changed, added or doubled, or what is no list of fields at all."""
    text = write(FIELDS)
    assert judge(text) == InitData(user_id=UserId(4_711), language="de-CH")
    assert change(text) != text
    assert judge(change(text)) is InitDataProblem.UNSIGNED


def test_what_another_bot_opened_proves_nothing() -> None:
    """Else whoever runs a bot could be anybody here."""
    assert judge(write(FIELDS, token="7000000002:AA-of-another")) is InitDataProblem.UNSIGNED


def test_a_signature_over_joined_fields_proves_nothing() -> None:
    """The signed text has a line per field: a line break in a value would make two fields out of one."""
    assert judge(write({**FIELDS, "start_param": "x"})) == InitData(user_id=UserId(4_711), language="de-CH")
    assert judge(write({**FIELDS, "start_param": 'x\nuser={"id":1}'})) is InitDataProblem.UNSIGNED


@pytest.mark.parametrize(
    ("after", "counts"),
    [
        (timedelta(0), True),
        (timedelta(hours=1), True),
        (timedelta(hours=1, seconds=1), False),
        (timedelta(days=400), False),
        (timedelta(minutes=-1), True),
        (timedelta(minutes=-1, seconds=-1), False),
    ],
)
def test_it_counts_for_an_hour(after: timedelta, counts: bool) -> None:
    """Sent again later it proves nothing any more, nor does one from the future."""
    assert (judge(write(FIELDS), after=after) is not InitDataProblem.EXPIRED) is counts


@pytest.mark.parametrize(
    "fields",
    [
        {"auth_date": ""},
        {"auth_date": "-1"},
        {"auth_date": "1e9"},
        {"auth_date": "١٧٠٠٠٠٠٠٠٠"},
        {"user": ""},
        {"user": "[]"},
        {"user": "{" * 2_000},
        {"user": '{"id":"4711"}'},
        {"user": '{"id":true}'},
        {"user": '{"id":-100}'},
        {"user": '{"id":1e3}'},
        {"user": f'{{"id":{2**60}}}'},
    ],
)
def test_signed_nonsense_names_nobody(fields: dict[str, str]) -> None:
    """Not every Mini App is opened by a person; what Telegram never sends is not guessed at."""
    assert judge(write({**FIELDS, **fields})) is InitDataProblem.UNSIGNED
