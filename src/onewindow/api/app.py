"""The API put together."""

from typing import Any

from django.http import HttpRequest
from ninja import NinjaAPI, Router
from ninja.openapi.schema import OpenAPISchema

from onewindow import __version__
from onewindow.api import cases, catalogue, composing, drafts, evaluation, notices, parts, people, problems, rechecks
from onewindow.api.auth import OptionalToken, Token
from onewindow.api.parsing import StrictParser
from onewindow.api.shapes import ProblemCode


class Api(NinjaAPI):
    """Describes its errors as the problem details that they are."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        for path in schema["paths"].values():
            for operation in path.values():
                _describe(operation)
        schema["components"].get("securitySchemes", {}).pop(OptionalToken.__name__, None)
        return schema


def _describe(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if int(status) >= 400 and "application/json" in response.get("content", {}):
            response["content"] = {problems.CONTENT_TYPE: response["content"].pop("application/json")}
    if {OptionalToken.__name__: []} in operation.get("security", []):
        operation["security"] = [{Token.__name__: []}, {}]  # nothing at all will do as well


api = Api(
    title="OneWindow",
    version=__version__,
    description="Departments describe their services once; the platform derives the one form, the one process and the one bill.",
    urls_namespace="api",
    parser=StrictParser(),
)
problems.install(api)
about = Router(tags=["about"])


@about.get("/problems", response={200: list[ProblemCode]}, summary="Every code that an error may carry, and what it means")
def list_problems(request: HttpRequest) -> Any:
    return problems.listed()


for router in (
    catalogue.router,
    composing.router,
    drafts.router,
    parts.router,
    cases.public,
    cases.router,
    notices.router,
    cases.desk,
    rechecks.router,
    evaluation.router,
    evaluation.public,
    people.router,
    about,
):
    api.add_router("", router)
