"""What an article says in each language, by program: read and written by who works here, let out by who may publish."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from sira.api.articles import Language, TextGiven, TextShown, found, text
from sira.api.auth import caller
from sira.api.describing import AS_READ_IF_THERE
from sira.api.house import for_working
from sira.api.matching import answered, must_be_as_read, must_name_nothing
from sira.api.paging import Key
from sira.api.problems import Problem
from sira.api.refusing import answers
from sira.knowledge import writing
from sira.knowledge.models import Article
from sira.knowledge.writing import Wording

router = Router(tags=["knowledge"])


@router.get("/articles/{key}/texts/{language}", summary="Read the newest text", response=answers(TextShown))
@for_working
def read_text(request: HttpRequest, key: Key, language: Language) -> HttpResponse:
    """Its draft, where there is one."""
    row = writing.standing(found(request, key), language)
    if row is None:
        raise Problem(404, "not_found", "It is not told in this language.")
    return answered(text(row))


@router.put(
    "/articles/{key}/texts/{language}", summary="Keep a draft", response=answers(TextShown),
    openapi_extra=AS_READ_IF_THERE,
)  # fmt: skip
@for_working
@transaction.atomic
def written(request: HttpRequest, key: Key, language: Language, given: TextGiven) -> HttpResponse:
    """What readers see stays until it is published. If-Match is asked for where there is a text in this language."""
    row = Article.objects.select_for_update().get(pk=found(request, key).pk)
    stands = writing.standing(row, language)
    if stands is None:
        must_name_nothing(request)
    else:
        must_be_as_read(request, text(stands))
    wording = Wording(given.title, given.text, given.keywords)
    return answered(text(writing.write(row, wording, language=language, by=caller(request), at=timezone.now())))


@router.put("/articles/{key}/texts/{language}/publication", summary="Let it out", response=answers(TextShown))
@for_working
def published(request: HttpRequest, key: Key, language: Language) -> HttpResponse:
    row = writing.publish(found(request, key), language=language, by=caller(request), at=timezone.now())
    return answered(text(row))


@router.delete(
    "/articles/{key}/texts/{language}/publication", summary="Take it back", response=answers(None, status=204)
)
@for_working
def retired(request: HttpRequest, key: Key, language: Language) -> HttpResponse:
    """The text is kept."""
    writing.retire(found(request, key), language=language, by=caller(request))
    return HttpResponse(status=204)
