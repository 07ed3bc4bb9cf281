from __future__ import annotations

import base64

import pytest

from bot.core import article, redirectors

TARGET = "https://uferbote.example/pegel?seite=2"
ESCAPED = "https%3A%2F%2Fuferbote.example%2Fpegel%3Fseite%3D2"
ESCAPED_TWICE = ESCAPED.replace("%", "%25")


def news_id(*addresses: str, head: bytes = b"\x08\x13") -> str:
    """Write an article id as Google News did: a number, the address, the address for phones."""
    fields = [
        bytes((tag,)) + bytes((len(each),)) + each.encode() for tag, each in zip(b"\x22\x2a", addresses, strict=False)
    ]
    return base64.urlsafe_b64encode(head + b"".join(fields) + b"\xd2\x01\x00").decode().rstrip("=")


@pytest.mark.parametrize(
    "url",
    [
        f"https://www.google.com/url?rct=j&sa=t&url={ESCAPED}&ct=ga&cd=C&usg=A",
        f"https://www.google.co.uk/url?q={ESCAPED}&sa=U",
        f"https://news.google.com/news/url?sa=t&fd=R&url={ESCAPED}",
        f"https://news.google.com/rss/articles/{news_id(TARGET)}?oc=5",
        f"https://news.google.com/__i/rss/rd/articles/{news_id(TARGET, 'https://uferbote.example/amp/pegel')}?oc=5",
        f"https://news.google.com/articles/{news_id(TARGET, head=bytes((8, 2)))}",
        f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&tid=6&url={ESCAPED}&c=1&mkt=de-de",
        f"https://www.bing.com/ck/a?!&&p=1&u=a1{base64.urlsafe_b64encode(TARGET.encode()).decode().rstrip('=')}&ntb=1",
        f"https://r.search.yahoo.com/_ylt=A/RV=2/RE=1/RO=10/RU={ESCAPED}/RK=2/RS=x",
        f"http://us.rd.yahoo.com/news/rss/*{ESCAPED}",
        f"https://l.facebook.com/l.php?u={ESCAPED}&h=A",
        f"https://duckduckgo.com/l/?uddg={ESCAPED}&rut=1",
        f"https://out.reddit.com/t3_1abc?url={ESCAPED}&token=x",
        f"https://l.instagram.com/?u={ESCAPED}&e=x",
        f"https://www.youtube.com/redirect?event=channel&q={ESCAPED}",
        f"https://t.umblr.com/redirect?z={ESCAPED}&t=x",
        f"https://www.linkedin.com/redir/redirect?url={ESCAPED}",
        f"https://slack-redir.net/link?url={ESCAPED}",
        f"https://vk.com/away.php?to={ESCAPED}",
        f"https://eur01.safelinks.protection.outlook.com/?url={ESCAPED}&data=x",
        f"https://www.google.com/url?url=https%3A%2F%2Fwww.bing.com%2Fnews%2Fapiclick.aspx%3Furl%3D{ESCAPED_TWICE}",
    ],
)
def test_target_is_read_out_of_the_address(url: str) -> None:
    """A redirector's link is known as the article it leads to, without a request."""
    assert redirectors.unwrap(url) == TARGET
    assert article.canonical_link(url) == article.canonical_link(TARGET)


@pytest.mark.parametrize(
    "url",
    [
        TARGET,
        f"https://uferbote.example/url?url={ESCAPED}",
        f"https://blog.google.example/url?url={ESCAPED}",
        f"https://www.google.com/search?q={ESCAPED}",
        f"https://www.bing.com/search?q={ESCAPED}",
        f"https://www.reddit.com/r/bodensee/comments/1?url={ESCAPED}",
        f"https://www.youtube.com/watch?v=1&q={ESCAPED}",
        f"https://vk.com/wall?to={ESCAPED}",
        "https://www.google.com/url?url=javascript:alert(1)",
        "https://www.google.com/url?q=pegel",
        "https://news.google.com/rss/articles/CBMiXkFVX3lxTE1fYkNkRWZnSGlKa0xtTm9QcVJzVHVWd1h5WjAxMjM0NTY3ODk?oc=5",
        "https://news.google.com/rss/articles/CBMi____________________________",
        "https://news.google.com/rss/articles/pegelundnocheinmalpegel",
        "http://feedproxy.google.com/~r/uferbote/~3/Ab9/pegel.html",
        "https://www.bing.com/ck/a?u=a1%FF%FF",
        "https://[::1",
    ],
)
def test_address_without_a_target_stays(url: str) -> None:
    """What leads nowhere that can be read, and what is no redirector, is left as it is."""
    assert redirectors.unwrap(url) == url


@pytest.mark.parametrize("name", ["ref", "source", "via"])
@pytest.mark.parametrize(
    "value",
    ["uferbote.example", "www.uferbote.example", "https%3A%2F%2Fwww.uferbote.example%2F", "blog.uferbote.example"],
)
def test_own_host_behind_a_link_is_no_other_article(name: str, value: str) -> None:
    """Some publishing systems write where the reader came from behind every link, the site itself too."""
    link = f"https://www.uferbote.example/pegel?{name}={value}"
    assert article.canonical_link(link) == article.canonical_link("https://uferbote.example/pegel")


@pytest.mark.parametrize("name", ["ref", "via"])
@pytest.mark.parametrize("value", ["uferbote", "Uferbote", "uferbote-newsletter", "der-uferbote-newsletter"])
def test_a_site_may_call_itself_by_its_short_name(name: str, value: str) -> None:
    """Or by its newsletter, from which a reader came."""
    link = f"https://www.uferbote.example/pegel?{name}={value}"
    assert article.canonical_link(link) == article.canonical_link("https://uferbote.example/pegel")


@pytest.mark.parametrize("value", ["anderswo.example", "example", "ufer", "bote.example", "12"])
def test_another_host_behind_a_link_may_be_part_of_it(value: str) -> None:
    """Only the link's own host tells nothing."""
    link = f"https://uferbote.example/pegel?ref={value}"
    assert article.canonical_link(link) != article.canonical_link("https://uferbote.example/pegel")
