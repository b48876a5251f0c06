"""Sending documents that were made elsewhere: to be saved, or as a picture to look at; nothing in them can run in our pages."""

from django.http import FileResponse, HttpResponse
from django.utils.http import content_disposition_header

from onewindow.modules.cases.selectors.documents import Document
from onewindow.plumbing import files

TABLE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
POLICY = "default-src 'none'; img-src 'self'; sandbox; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"


def pdf(content: bytes, *, name: str) -> HttpResponse:
    """Send a document of our own making as a download."""
    response = HttpResponse(content, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "private, no-store"
    return response


def pages(document: Document) -> HttpResponse:
    """Send the pages of a PDF as one picture to look at. Raises: PagesNotDrawn."""
    with document.content as file:
        drawn = files.picture_of(file.read())
    response = HttpResponse(drawn, content_type="image/jpeg")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def send(document: Document, *, show_pictures: bool = False) -> FileResponse:
    """Send a document as a download; a picture, which was drawn anew when it came, may be shown where the page asks for it."""
    shown = show_pictures and document.media_type in PICTURES
    kind = document.media_type if document.media_type in PICTURES | {"application/pdf", TABLE} else "application/octet-stream"
    response = FileResponse(document.content, as_attachment=not shown, filename=document.name, content_type=kind)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response
