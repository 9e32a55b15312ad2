"""Close's rich text is shown with its formatting, and does nothing."""

import pytest

from indexer.markup import sanitised


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        (None, None),
        ("", ""),
        ("<body><p></p></body>", "<p></p>"),
        ("<body><p>Hi</p></body>", "<p>Hi</p>"),
        ("<html><head><title>x</title></head><body class=a><p>Hi</p></body></html>", "<p>Hi</p>"),
        ("a &lt; b &amp; c", "a &lt; b &amp; c"),
        (
            "<ul><li><strong>one</strong><br>two</li></ul>",
            "<ul><li><strong>one</strong><br>two</li></ul>",
        ),
        ("שלום 👍", "שלום 👍"),
        ("one<script>alert(1)</script>two", "onetwo"),
        ("<SCRIPT src='https://evil.example/x.js'></SCRIPT>hi", "hi"),
        ("<style>p{}</style>hi", "hi"),
        ("<p style='position:fixed' class='x' id='y' onclick='z()'>hi</p>", "<p>hi</p>"),
        ("hi<img src=x onerror=alert(1)>", "hi"),
        ("<svg><script>alert(1)</script></svg>hi", "hi"),
        ("<iframe src='https://evil.example'></iframe>hi", "hi"),
        ("<form action=x><input name=y><button>go</button></form>", "go"),
        ("<mention data-id='1'>@Maren</mention>", "@Maren"),
        ("<!-- c -->hi", "hi"),
        ("<p>unclosed <b>bold", "<p>unclosed <b>bold</b></p>"),
    ],
)
def test_only_formatting_is_left(html: str | None, safe: str | None) -> None:
    assert sanitised(html) == safe


@pytest.mark.parametrize(
    "address", ["https://example.com/a?b=c", "http://example.com", "mailto:a@example.com"]
)
def test_plain_links_stay_and_give_nothing_away(address: str) -> None:
    rel = "noopener noreferrer nofollow"
    given = f"<a href='{address}' target='_blank' onmouseover='x()'>link</a>"
    assert sanitised(given) == f'<a href="{address}" rel="{rel}">link</a>'


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", " javascript:alert(1)",
        "&#106;avascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "/v1/calls",
        "//evil.example", "tel:+1", "",
    ],
)  # fmt: skip
def test_other_links_lead_nowhere(address: str) -> None:
    safe = sanitised(f"<a href='{address}'>link</a>")
    assert safe is not None
    assert "href" not in safe
    assert ">link</a>" in safe
