"""How a typed query is read, shown back, separated and refused."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.errors import Refusal
from bot.core.query.parser import MAX_LENGTH, MAX_TERMS, exclude, is_respelled, parse, split, stored

NORMAL = [
    ("Nordkorea", "Nordkorea"),
    ("  nordKorea ", "nordKorea"),
    ("Kim Jong Un", "Kim Jong Un"),
    ('"Kim Jong Un"', '"Kim Jong Un"'),
    ("„Kim Jong Un“", '"Kim Jong Un"'),
    ("“Kim Jong Un”", '"Kim Jong Un"'),
    ("«Kim  Jong\tUn»", '"Kim Jong Un"'),
    ("»Kim Jong Un«", '"Kim Jong Un"'),
    ("‹Kim›", '"Kim"'),
    ("«der „Spiegel“ lügt»", '"der Spiegel lügt"'),
    ("Putin OR Trump", "Putin OR Trump"),
    ("Putin|Trump", "Putin OR Trump"),
    ("Putin ODER Trump", "Putin OR Trump"),
    ("Poutine OU Trump", "Poutine OR Trump"),
    ("Putin O Trump", "Putin OR Trump"),
    ("Putin or Trump", "Putin or Trump"),
    ("Putin OR Trump Krieg", "Putin OR Trump Krieg"),
    ("(Putin OR Trump) Krieg", "(Putin OR Trump) Krieg"),
    ("((Putin))", "Putin"),
    ("Putin UND Trump", "Putin Trump"),
    ("Putin NICHT Trump", "Putin -Trump"),
    ("Nordkorea -Fussball", "Nordkorea -Fussball"),
    ("Nordkorea –Fussball !Sport", "Nordkorea -Fussball -Sport"),
    ("Nordkorea -(Fussball Sport)", "Nordkorea -(Fussball Sport)"),
    ("Keller-Sutter", "Keller-Sutter"),
    ("=Bahn", "=Bahn"),
    ('="Neue Zürcher"', '="Neue Zürcher"'),
    ("=„Neue Zürcher“", '="Neue Zürcher"'),
    ("Atom*", "Atom*"),
    ("*verbot", "*verbot"),
    ("title:Nordkorea", "title:Nordkorea"),
    ("Titel: Nordkorea", "title:Nordkorea"),
    ("title:(a1 OR b2)", "title:a1 OR title:b2"),
    ("-title:=Bahn Zug", "-title:=Bahn Zug"),
    ("source:srf Bahn", "source:srf Bahn"),
    ('source:"SRF News"', 'source:"SRF News"'),
    ("lang:DE Bahn", "lang:de Bahn"),
    ("Nordkorea: Raketen!", "Nordkorea Raketen"),
    ("Ernst & Young", "Ernst Young"),
    ("Kim kim Kim", "Kim kim"),
    ("Nord\u200bkorea\u202e", "Nordkorea"),
    ("WHO", "WHO"),
    ("12:30 Uhr", "12:30 Uhr"),
    ("U.S.", "U.S"),
    ("<b>fett</b>", "b>fett</b"),
    ("x'; DROP TABLE feeds", "x DROP TABLE feeds"),
]


@pytest.mark.parametrize(("text", "normal"), NORMAL)
def test_a_query_is_shown_back_in_its_normal_form(text: str, normal: str) -> None:
    """The normal form keeps the reader's spelling, and reads as itself."""
    assert parse(text).normal == normal
    assert parse(normal).normal == normal


REFUSED = [
    ("", "query.empty", 0),
    ("   ", "query.empty", 0),
    ('"Kim', "query.unclosed_quote", 0),
    ("Kim „Jong", "query.unclosed_quote", 4),
    ("(Kim", "query.unclosed_bracket", 0),
    ("Putin (Kim OR Un", "query.unclosed_bracket", 6),
    ("Kim)", "query.unopened_bracket", 3),
    (")Kim", "query.unopened_bracket", 0),
    ("Kim (", "query.unclosed_bracket", 4),
    ("OR", "query.lone_operator", 0),
    ("AND", "query.lone_operator", 0),
    ("-:", "query.lone_operator", 0),
    ("Kim OR", "query.lone_operator", 4),
    ("OR Kim", "query.lone_operator", 0),
    ("Kim OR OR Un", "query.lone_operator", 4),
    ("Kim | | Un", "query.lone_operator", 4),
    ("-", "query.lone_operator", 0),
    ("Kim - Un", "query.lone_operator", 4),
    ("Kim = Un", "query.lone_operator", 4),
    ("Kim -", "query.lone_operator", 4),
    ("--Kim", "query.lone_operator", 0),
    ("title:", "query.lone_operator", 0),
    ("Kim * Un", "query.lone_operator", 4),
    ("Kim ()", "query.lone_operator", 5),
    ("-Kim", "query.only_exclusions", 1),
    ("-Kim -Un", "query.only_exclusions", 1),
    ("Kim OR -Un", "query.only_exclusions", 8),
    ("die", "query.only_stop_words", 0),
    ("die und der", "query.only_stop_words", 0),
    ("the", "query.only_stop_words", 0),
    ('"der die"', "query.only_stop_words", 0),
    ("Kim OR und", "query.only_stop_words", 7),
    ("!!!", "query.no_letter", 0),
    ("😀", "query.no_letter", 0),
    ('Kim "…"', "query.no_letter", 4),
    ("/sponsor/i", "query.regular_expression", 0),
    ("/Kim|Un/", "query.regular_expression", 0),
    ("lang:xx Kim", "query.unknown_language", 5),
    ("Kim foo:bar", "query.unknown_field", 4),
    ("https://srf.ch", "query.unknown_field", 0),
    ("x" * (MAX_LENGTH + 1), "query.too_long", MAX_LENGTH),
    ("x" * 10_000, "query.too_long", MAX_LENGTH),
    (" ".join(f"w{n}" for n in range(MAX_TERMS + 1)), "query.too_many_terms", 70),
    ("(" * 200 + "x", "query.too_many_terms", 20),
    ("a* Kim", "query.too_short", 0),
    ("At*m", "query.star_inside", 2),
]


@pytest.mark.parametrize("typed", ["C++", "C#", ".NET", "AT&T", "C++ -C#", "Kim/Un", "/start"])
def test_signs_of_a_name_stay_in_its_query(typed: str) -> None:
    """What is stored is what was typed; a stroke alone makes no regular expression."""
    assert parse(typed).normal == typed.lstrip("/")


@pytest.mark.parametrize(("text", "reason", "at"), REFUSED)
def test_a_broken_query_is_refused_at_its_place(text: str, reason: str, at: int) -> None:
    """The refusal says what is wrong and where, counted in what was typed."""
    with pytest.raises(Refusal) as caught:
        parse(text)
    assert (caught.value.reason, caught.value.facts["at"]) == (reason, at)


def test_twenty_terms_and_256_letters_are_accepted() -> None:
    """The limits themselves are within bounds."""
    assert len(parse(" ".join(f"w{n}" for n in range(MAX_TERMS))).normal.split()) == MAX_TERMS
    assert parse("x" * MAX_LENGTH).normal == "x" * MAX_LENGTH


@pytest.mark.parametrize("word", ["Waren", "Allen", "Will", "WHO", "IT", "war", "man", "Ton"])
def test_a_word_that_is_only_like_a_stop_word_is_accepted(word: str) -> None:
    """Nouns, names and abbreviations that coincide with small words of some language can be asked for."""
    assert parse(word).normal == word


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("Nordkorea", ("Nordkorea",)),
        ("Kim, Putin", ("Kim", "Putin")),
        ("Kim\nPutin\r\n\nTrump", ("Kim", "Putin", "Trump")),
        ('"Kim, Jong", Putin', ('"Kim, Jong"', "Putin")),
        ("«Kim, Jong», Putin", ("«Kim, Jong»", "Putin")),
        ("„Kim, Jong“ -a,Putin", ("„Kim, Jong“ -a", "Putin")),
        (",, ,", ()),
        ('"Kim, Putin', ('"Kim, Putin',)),
    ],
)
def test_several_queries_are_told_apart(text: str, queries: tuple[str, ...]) -> None:
    """One per line, or by commas outside quotes."""
    assert split(text) == queries


@pytest.mark.parametrize(
    ("nested", "flat"),
    [("(Kim Xi) Putin", "Kim Xi Putin"), ("Kim OR (Xi OR Putin)", "Kim OR Xi OR Putin"), ("((Kim))", "Kim")],
)
def test_brackets_that_change_nothing_leave_no_trace(nested: str, flat: str) -> None:
    """Both are one query, also for the index."""
    assert parse(nested).root == parse(flat).root


SIGNS = "\"„“”«»‹›'’-–!=*|():.,;\u200b\u00ad\u202e\u202d<>&%_ \t\n"


@settings(max_examples=500)
@given(st.text(st.one_of(st.characters(), st.sampled_from(SIGNS), st.sampled_from("abÄßxOR")), max_size=40))
def test_any_text_parses_or_is_refused_at_a_place_in_it(text: str) -> None:
    """Nothing but a refusal is raised, its place is in the text, and what parses has a stable normal form."""
    split(text)
    try:
        query = parse(text)
    except Refusal as refusal:
        at = refusal.facts["at"]
        assert isinstance(at, int)
        assert 0 <= at <= len(text)
    else:
        assert parse(query.normal).normal == query.normal


def test_twenty_thousand_random_queries_raise_nothing_else() -> None:
    """Letters and signs thrown together never reach anything but the parser's own error."""
    source = random.Random(20)
    letters = [chr(code) for code in (*range(32, 0x250), *range(0x300, 0x370), *range(0x2000, 0x2070), 0x1F600)]
    letters += list(SIGNS) * 20 + ["title:", "source:", "lang:", " OR ", "die ", "Bahn", "Ä"] * 20
    for _ in range(20_000):
        text = "".join(source.choices(letters, k=source.randint(0, 16)))
        try:
            parse(text)
        except Refusal:
            continue


def test_a_stored_query_is_parsed_once_and_never_fails() -> None:
    """What another version stored in a grammar of its own is kept as it is, and finds nothing."""
    known, foreign = stored("Kim OR Xi"), stored("((")

    assert known == parse("Kim OR Xi")
    assert stored("Kim OR Xi") is known
    assert known.is_readable
    assert foreign.normal == "(("
    assert not foreign.is_readable


@pytest.mark.parametrize(
    ("query", "words", "normal"),
    [
        ("Preise", "Filmpreis", "Preise -Filmpreis"),
        ("Preise -Filmpreis", "Filmpreis", "Preise -Filmpreis"),
        ("Preise OR Kosten", "Filmpreis", "(Preise OR Kosten) -Filmpreis"),
        ("Preise", '"ab und zu"', 'Preise -"ab und zu"'),
    ],
)
def test_a_query_excludes_something_more(query: str, words: str, normal: str) -> None:
    """Once, and from the whole query; what comes out is a query in its normal form."""
    assert exclude(parse(query), words) == stored(normal)
    assert exclude(parse(query), words).normal == normal


def test_a_query_that_is_full_excludes_nothing_more() -> None:
    """The refusal is that of a query typed so."""
    with pytest.raises(Refusal) as refused:
        exclude(parse(" ".join(f"wort{at}" for at in range(MAX_TERMS))), "Filmpreis")
    assert refused.value.reason == "query.too_many_terms"


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("putin", "Putin"),
        ("nordkorea", "Nordkorea"),
        ("Zuerich", "Zürich"),
        ("Zürich", "Zuerich"),
        ("Zurich", "Zürich"),
        ("geneve", "Genève"),
        ("etats-unis", "États-Unis"),
        ("Nato", "NATO"),
        ("angst", "Angst"),
        ('"kim jong un"', '"Kim Jong Un"'),
        ("putin OR trump", "Putin OR Trump"),
        ("title:öl -fussball", "title:Öl -Fussball"),
    ],
)
def test_a_keyword_in_other_letters_is_the_same(typed: str, known: str) -> None:
    """Capitals, umlauts spelled out, and accents left out."""
    assert is_respelled(parse(typed).normal, parse(known).normal)


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("Genève", "Geneve"),
        ("pêche", "péché"),
        ("AIDS", "aids"),
        ("Putins", "Putin"),
        ('"Putin Trump"', "Putin Trump"),
        ("=Putin", "Putin"),
        ("Putin Trump", "Putin OR Trump"),
        ("Putin Or Trump", "Putin OR Trump"),
    ],
)
def test_a_keyword_that_finds_others_is_another(typed: str, known: str) -> None:
    """Accents that are added, capitals of an abbreviation that is a word, and everything but letters."""
    assert not is_respelled(parse(typed).normal, parse(known).normal)


@settings(max_examples=500)
@given(st.text(st.characters(categories=["L", "M", "Zs"]), min_size=1, max_size=30), st.booleans())
def test_a_plain_stored_query_is_what_the_grammar_makes_of_it(text: str, quoted: bool) -> None:
    """Words of every script, and stop words and operators, are read the short way only where it is the same."""
    try:
        whole = parse(f'"{text}"' if quoted else text)
    except Refusal:
        return
    again = stored(whole.normal)

    assert (again.normal, again.root) == (parse(whole.normal).normal, whole.root)


@pytest.mark.parametrize("normal", ["und", "ODER", "NICHT", "the", '"die der"', '"a"', "x*", '""', '"'])
def test_what_the_grammar_refuses_or_reads_otherwise_is_not_plain(normal: str) -> None:
    """A stored form that says nothing finds nothing, as before."""
    try:
        root = parse(normal).root
    except Refusal:
        assert not stored(normal).is_readable
    else:
        assert stored(normal).root == root
