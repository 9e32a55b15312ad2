"""Why a request cannot be answered; `app` decides which status that is.

StandInError
+-- BadQuery       a query parameter cannot be used
+-- BadFields      a body has fields that cannot be stored
+-- NotFound       there is no such record
+-- GrantRefused   the OAuth token endpoint gives nothing for what it was shown
"""


class StandInError(Exception):
    """The stand-in will not answer this request as asked."""


class BadQuery(StandInError):
    """A query parameter cannot be used; the message is for the caller."""


class BadFields(StandInError):
    """Fields of a body cannot be stored."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(", ".join(sorted(problems)))
        self.problems = problems
        """What is wrong, by the name of the field."""


class NotFound(StandInError):
    """There is no record of this kind under that id."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"Empty query: {kind} matching query does not exist.")


class GrantRefused(StandInError):
    """The OAuth token endpoint gives nothing; the message is OAuth's name for why."""
