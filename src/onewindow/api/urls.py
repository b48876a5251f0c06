"""Addresses below /api/v1/. What no resource answers is a problem as well, not a page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, re_path
from django.views.decorators.csrf import csrf_exempt

from onewindow.api.app import api
from onewindow.api.parsing import MEGABYTE, announced
from onewindow.api.problems import request_problem

MOST_BYTES_OF_A_REQUEST = 12 * MEGABYTE
"""A file of 10 MB with what is around it."""
MOST_BYTES_OF_AN_ANSWER = 42 * MEGABYTE
"""A notice may ask for several documents, and is answered in one call."""


def _in_problems(view: Callable[..., Any]) -> Callable[..., Any]:
    """Say in a problem that a method or a body is not taken; the view keeps its marks (csrf_exempt)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
            return request_problem("length-required")
        if announced(request) > (MOST_BYTES_OF_AN_ANSWER if request.path.endswith("/answer") else MOST_BYTES_OF_A_REQUEST):
            return request_problem("too-large", {"most": 1})
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            refused = request_problem("method-not-allowed")
            refused["Allow"] = response["Allow"]
            return refused
        return response

    return answer


@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    return request_problem("nothing-here")


app_name = "api"
_resources, _, _ = api.urls
urlpatterns = []
for _resource in _resources:
    if isinstance(_resource, URLPattern):
        _resource.callback = nothing_here if _resource.name == "api-root" else _in_problems(_resource.callback)
    urlpatterns.append(_resource)
urlpatterns.append(re_path(r"^.*$", nothing_here))
