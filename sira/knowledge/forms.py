"""What is typed about an article."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sira.calendars.fields import DateField
from sira.knowledge import writing as articles
from sira.knowledge.models import Article, ArticleVersion
from sira.knowledge.writing import Wording
from sira.people.models import Organisation, Person

AUTO = {"dir": "auto"}


class WritingForm(forms.Form):
    """One text: of a new article, or the draft of one that is there."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("As people would ask it"), widget=forms.TextInput(attrs=AUTO)
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=40_000,
        help_text=_("Steps begin with 1. 2. 3., points with -, headings with #; `code` and addresses are recognised."),
        widget=forms.Textarea(attrs=AUTO | {"rows": 16}),
    )
    keywords = forms.CharField(
        label=_("Words people search for"),
        max_length=300,
        required=False,
        help_text=_("Those that do not stand in the text"),
        widget=forms.TextInput(attrs=AUTO),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=forms.HiddenInput)

    @property
    def wording(self) -> Wording:
        given = self.cleaned_data
        return Wording(given["title"], given["text"], given["keywords"])


def first_of(version: ArticleVersion | None, language: str) -> dict[str, Any]:
    if version is None:
        return {"language": language}
    told = {"title": version.title, "text": version.text, "keywords": version.keywords}
    return told | {"language": language}


class ReadersForm(forms.Form):
    audience = forms.ChoiceField(label=_("Who may read it?"), choices=Article.Audience, widget=forms.RadioSelect)
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.order_by("name"),
        label=_("Which organisations?"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    owner = forms.ModelChoiceField(Person.objects.none(), label=_("Who looks after it?"), empty_label=None)
    review_on = DateField(label=_("Read it again by"), help_text=_("Until then it counts as true"))

    def __init__(self, *args: Any, article: Article, **more: Any) -> None:
        self.article = article
        first = {
            "audience": article.audience,
            "organisations": article.organisations.all() if article.pk else [],
            "owner": article.owner_id,
            "review_on": article.review_on,
        }
        super().__init__(*args, **{**more, "initial": first})
        self.fields["owner"].queryset = Person.objects.agents().order_by("name")  # type: ignore[attr-defined]

    def carry_out(self, *, by: Person, at: datetime) -> None:
        articles.arrange(self.article, by=by, **self.cleaned_data)
