"""Addresses of pages: the same parameters as the API's, read from a form and written in links."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar, get_origin
from urllib.parse import urlencode

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

Shape = TypeVar("Shape", bound=BaseModel)

_LATER_WINS: Final = frozenset(("since", "until"))
"""A form sends the age it was at, and after it the date that somebody chose instead."""


@dataclass(frozen=True, slots=True)
class Address:
    """The parameters of a page, in order. Whatever is left empty in a form is not there."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, request: Request) -> "Address":
        """The parameters this page was asked for with."""
        given = [(n, v) for n, v in request.query_params.multi_items() if v.strip()]
        last = {name: index for index, (name, _) in enumerate(given)}
        kept = (
            (name, value)
            for index, (name, value) in enumerate(given)
            if name not in _LATER_WINS or last[name] == index
        )
        return cls(tuple(kept))

    def all(self, name: str) -> list[str]:
        """Every value of a parameter."""
        return [value for other, value in self.pairs if other == name]

    def one(self, name: str) -> str:
        """The first value of a parameter; empty if there is none."""
        return next(iter(self.all(name)), "")

    def having(self, name: str, *values: object) -> "Address":
        """The same with these values of a parameter in place of those it has."""
        return Address((*self.without(name).pairs, *((name, str(v)) for v in values)))

    def without(self, *names: str) -> "Address":
        """The same without some parameters."""
        return Address(tuple(pair for pair in self.pairs if pair[0] not in names))

    def less(self, name: str, value: str) -> "Address":
        """The same without one value of a parameter."""
        return Address(tuple(pair for pair in self.pairs if pair != (name, value)))

    def only(self, names: Iterable[str]) -> "Address":
        """The same with these parameters alone."""
        wanted = frozenset(names)
        return Address(tuple(pair for pair in self.pairs if pair[0] in wanted))

    def at(self, path: str, fragment: str = "") -> str:
        """A link to a page of ours with these parameters."""
        query = f"?{urlencode(self.pairs)}" if self.pairs else ""
        return f"{path}{query}{'#' if fragment else ''}{fragment}"


def read(shape: type[Shape], address: Address) -> Shape:
    """The parameters as the API would read them.

    Raises:
        RequestValidationError: one is unknown, repeated or wrong.
    """
    several = {n for n, f in shape.model_fields.items() if get_origin(f.annotation) is tuple}
    given = Counter(name for name, _ in address.pairs)
    repeated = [name for name, times in given.items() if times > 1 and name not in several]
    if repeated:
        raise _refused(repeated, "is given more than once, and takes one value")
    values = {n: address.all(n) if n in several else address.one(n) for n in given}
    try:
        return shape.model_validate(values)
    except ValidationError as error:
        wrong = [{**e, "loc": ("query", *e["loc"])} for e in error.errors(include_url=False)]
        raise RequestValidationError(wrong) from error


def _refused(names: Iterable[str], problem: str) -> RequestValidationError:
    return RequestValidationError(
        [{"type": "refused", "loc": ("query", name), "msg": problem} for name in names]
    )
