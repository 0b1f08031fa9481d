"""The boards of agents, leads and managers."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from sira.boards import exporting
from sira.boards.views import figures, mine, owed, today, why


class FileKind(StringConverter):
    regex = "|".join(exporting.KINDS)


register_converter(FileKind, "board_file")

app_name = "boards"
urlpatterns = [
    path("boards/", today.today, name="today"),
    path("boards/below/", today.below, name="below"),
    path("boards/mine/", mine.mine, name="mine"),
    path("boards/mine/letter/", mine.letter, name="letter"),
    path("boards/figures/", figures.figures, name="figures"),
    path("boards/figures/wall/", figures.wall, name="wall"),
    path("boards/figures/arrange/", figures.arrange, name="arrange"),
    path("boards/figures.<board_file:kind>", figures.export, name="export"),
    path("tickets/<str:number>/owed/", owed.owed, name="owed"),
    path("tickets/<str:number>/why/", why.why, name="why"),
]
