"""A refusal of the desk as a page, or as one line for htmx."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from sira.plumbing.refusals import Refused
from sira.shell.parts import wants_part

PAGES = frozenset({400, 403, 404, 409, 413, 429, 500, 503})


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    status = refused.status
    if wants_part(request):
        body = render_to_string("shell/parts/refused.html", {"message": refused.message}, request)
        # The part that htmx was to change stays as it is; the line stands above the page, where it is read first.
        return HttpResponse(body, status=status, headers={"HX-Retarget": "#refusal", "HX-Reswap": "innerHTML"})
    page = f"shell/errors/{status if status in PAGES else 409}.html"
    return HttpResponse(render_to_string(page, {"message": refused.message, "code": status}, request), status=status)
