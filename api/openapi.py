"""The OpenAPI document: FastAPI's, with what it cannot say itself."""

from typing import Any

from fastapi import FastAPI

from api.examples import EXAMPLES
from api.problems import ProblemResponse


class DocumentedApp(FastAPI):
    """FastAPI whose document has whole examples, and problems by their own media type."""

    def openapi(self) -> dict[str, Any]:
        """The document, made when first asked for."""
        if self.openapi_schema is None:
            document = super().openapi()
            for operations in document["paths"].values():
                for operation in operations.values():
                    _name_problems(operation["responses"])
            # Given on the shapes themselves, they would lose every null on the way.
            for shape, example in EXAMPLES.items():
                document["components"]["schemas"][shape]["examples"] = [example]
        return super().openapi()


def _name_problems(responses: dict[str, Any]) -> None:
    for response in responses.values():
        shape = response.get("content", {}).get("application/json", {}).get("schema", {})
        if shape.get("$ref", "").endswith("/Problem"):
            response["content"] = {ProblemResponse.media_type: {"schema": shape}}
