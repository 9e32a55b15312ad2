"""Close's rich text made safe to show: nothing in it is trusted."""

from typing import Final

import nh3

_TAGS: Final = frozenset(
    "a b blockquote br code del div em h1 h2 h3 h4 h5 h6 hr i li ol p pre s span strong sub sup u"
    " ul table tbody td th thead tr".split()
)
# Other tags go and their words stay; of these the words are no text either.
_DROPPED_WHOLE: Final = frozenset(
    "embed iframe math noscript object script style svg template textarea title".split()
)
_SCHEMES: Final = frozenset(("http", "https", "mailto"))


def sanitised(html: str | None) -> str | None:
    """The same text with formatting tags and plain links only, as a fragment without `<body>`.

    Scripts, styles, images, handlers and links to anything but http, https and
    mailto are gone; None stays None.
    """
    if html is None:
        return None
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
    )
