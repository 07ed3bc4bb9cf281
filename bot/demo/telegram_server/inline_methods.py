"""`answerInlineQuery`, with Telegram's refusals; of the kinds of result only articles with a text are known here."""

import re
from collections.abc import Mapping

from bot.demo.telegram_server import entities, mini_app, parameters
from bot.demo.telegram_server.inline_queries import InlineAnswer, InlineButton, InlineResult
from bot.demo.telegram_server.parameters import Params
from bot.demo.telegram_server.rate_limits import bad_request
from bot.demo.telegram_server.world import World

_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_ANSWERABLE_SECONDS = 10.0
_MOST_RESULTS = 50
_LONGEST_ID = 64
_LONGEST_OFFSET = 64
_CACHE_SECONDS = 300
"""How long an answer is cached that says nothing of it; https://core.telegram.org/bots/api#answerinlinequery."""
_START_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ARTICLE = frozenset(
    "type id title input_message_content reply_markup url description thumbnail_url thumbnail_width "
    "thumbnail_height".split()
)
_CONTENT = frozenset({"message_text", "parse_mode", "entities", "link_preview_options"})
_BUTTON = frozenset({"text", "start_parameter", "web_app"})


def answer_inline(world: World, params: Params) -> object:
    """Answer an inline query once."""
    query = world.inline.queries.get(params.text("inline_query_id"))
    if query is None or world.clock.ticks() - query.ticks > _ANSWERABLE_SECONDS:
        raise bad_request(_TOO_OLD, blame=False)
    if query.answer is not None:
        raise bad_request(_TOO_OLD)
    if len(params.text("next_offset").encode()) > _LONGEST_OFFSET:
        raise bad_request("NEXT_OFFSET_INVALID")
    cache_time = params.integer("cache_time", _CACHE_SECONDS)
    if cache_time < 0:
        raise bad_request("cache_time must be non-negative")
    answer = InlineAnswer(
        results=_results(params),
        cache_time=cache_time,
        is_personal=params.flag("is_personal"),
        next_offset=params.text("next_offset"),
        button=_button(params),
    )
    query.answer = answer
    world.inline.keep(query, answer)
    query.bell.ring()
    world.journal.note("inline_answer", user=query.user_id, query=query.id)
    return True


def _results(params: Params) -> tuple[InlineResult, ...]:
    if "results" not in params:
        raise bad_request("can't parse results JSON")
    shapes = params.sequence("results")
    if len(shapes) > _MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    results = tuple(_result(params, shape) for shape in shapes)
    if len({result.id for result in results}) != len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    return results


def _result(params: Params, shape: object) -> InlineResult:
    if not isinstance(shape, Mapping):
        raise bad_request("can't parse inline query result: object expected")
    if shape.get("type") != "article":
        raise bad_request("can't parse inline query result: unsupported type")
    params.remark_unknown("an inline result", shape, _ARTICLE)
    fields = Params(shape)
    result_id = fields.text("id")
    if not 1 <= len(result_id.encode()) <= _LONGEST_ID:
        raise bad_request("RESULT_ID_INVALID")
    if not fields.text("title").strip():
        raise bad_request("ARTICLE_TITLE_EMPTY")
    if "url" in fields and not parameters.is_web_address(fields.text("url")):
        raise bad_request("URL_INVALID")
    content = fields.mapping("input_message_content")
    if "message_text" not in content:
        raise bad_request("can't parse inline query result: article must have input_message_content with a text")
    params.remark_unknown("the content of an inline result", content, _CONTENT)
    words = Params(content)
    formatted = parameters.message_text(words, "message_text")
    markup = parameters.check_keyboard(fields, inline_only=True)
    mini_app.check_buttons(markup, is_private=False)
    result = InlineResult(
        id=result_id,
        title=fields.text("title"),
        description=fields.text("description"),
        url=fields.text("url"),
        text=formatted.text,
        entities=formatted.entities,
        preview=parameters.preview_options(words),
        markup=markup,
    )
    params.remarks.extend((*fields.remarks, *words.remarks))
    return result


def _button(params: Params) -> InlineButton | None:
    button = params.mapping("button")
    if not button:
        return None
    params.remark_unknown("the button of an inline answer", button, _BUTTON)
    text, start = str(button.get("text", "")), button.get("start_parameter")
    if not entities.clean(text).strip():
        raise bad_request("can't parse inline query results button: Text must be non-empty")
    if (start is None) == ("web_app" not in button):
        raise bad_request("can't parse inline query results button: exactly one of the optional fields must be used")
    if start is not None and not _START_PARAMETER.fullmatch(str(start)):
        raise bad_request("START_PARAM_INVALID" if start else "START_PARAM_EMPTY")
    return InlineButton(text=text, start_parameter=str(start or ""))
