import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from sira.notifications import writing
from sira.notifications.models import OutgoingMail
from sira.people.models import Organisation
from sira.plumbing.refusals import NotAllowed
from sira.portal import branding, colours
from sira.portal.models import Branding

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
GIVEN = {"name": "Halden Help", "accent": "#1A6B54", "greeting_en": "How can we help Halden?", "notice_en": "Call 112."}


@pytest.fixture
def ada(desk, client):
    client.force_login(desk.ada)
    return client


def edit(client, key, **given):
    return client.post(reverse("portal:branding", args=[key]), given)


def home(client, person):
    client.force_login(person)
    return client.get(reverse("portal:home")).content.decode()


@pytest.mark.parametrize(
    "given", ["#000000", "#ffffff", "#ffff00", "#e30613", "#00616e", "#7f7f7f", "#123456", "#ff8800"]
)
def test_every_colour_is_made_readable_in_both_themes(given):
    for accent, paper in ((colours.light(given), colours.LIGHT_PAPER), (colours.dark(given), colours.DARK_PAPER)):
        for ground in (paper, accent.soft):
            assert colours.contrast(accent.accent, ground) >= colours.NEEDED
        assert colours.contrast(accent.accent, accent.on) >= colours.NEEDED
        assert colours.contrast(accent.hover, accent.on) >= colours.NEEDED


def test_a_colour_that_can_be_read_stays_as_it_was_given():
    assert not colours.was_changed("#00616e")
    assert colours.was_changed("#ffcc00")
    assert round(colours.contrast("#000000", "#ffffff"), 1) == 21


def test_an_organisation_and_what_lies_below_it_sees_its_own_portal(desk, ada):
    ward = Organisation.objects.create(name="Ward 4", parent=desk.halden)
    edit(ada, desk.halden.pk, **GIVEN, logo=SimpleUploadedFile("logo.png", PNG))
    row = Branding.objects.get()
    desk.tom.organisation = ward
    desk.tom.save()
    for person in (desk.hannah, desk.tom):
        page = home(ada, person)
        assert "Halden Help" in page and "How can we help Halden?" in page and "Call 112." in page
        style = reverse("portal:brand_style", args=[row.pk, branding.Brand(row).mark])
        assert style in page
    css = ada.get(style).content.decode()
    assert "--accent: light-dark(#1a6b54," in css
    logo = ada.get(reverse("portal:brand_logo", args=[row.pk, branding.Brand(row).mark]))
    assert (logo["Content-Type"], logo.content) == ("image/png", PNG)
    assert "immutable" in logo["Cache-Control"]


def test_others_see_the_desks_own(desk, ada):
    edit(ada, desk.halden.pk, **GIVEN)
    assert "Halden Help" not in home(ada, desk.tom)
    ada.force_login(desk.ada)
    edit(ada, "desk", name="Meridian Help")
    assert "Meridian Help" in home(ada, desk.tom)
    ada.logout()
    assert "Meridian Help" in ada.get("/").content.decode()


def test_no_colour_and_no_picture_is_refused_and_the_rest_stays_typed(desk, ada):
    answer = edit(ada, desk.halden.pk, **GIVEN | {"accent": "green"})
    assert answer.status_code == 422
    assert "Write the colour as #1a6b54." in answer.content.decode() and "Halden Help" in answer.content.decode()
    for content in (b"<svg onload=alert(1)>", PNG + b"0" * branding.LARGEST_LOGO):
        answer = edit(ada, desk.halden.pk, **GIVEN, logo=SimpleUploadedFile("logo.png", content))
        assert answer.status_code == 422
    assert not Branding.objects.exists()


def test_the_logo_can_be_taken_away(desk, ada):
    edit(ada, desk.halden.pk, **GIVEN, logo=SimpleUploadedFile("logo.png", PNG))
    edit(ada, desk.halden.pk, **GIVEN, without_logo="on")
    row = Branding.objects.get()
    assert not row.logo_type
    assert ada.get(reverse("portal:brand_logo", args=[row.pk, "x"])).status_code == 404


def test_only_administrators_say_how_it_looks(desk, client):
    client.force_login(desk.ayse)
    assert edit(client, "desk", **GIVEN).status_code == 404
    with pytest.raises(NotAllowed):
        branding.keep(None, name="x", accent="", greetings={}, notices={}, by=desk.ayse, at=now())


def test_the_form_of_address_is_chosen_for_the_desk_and_heard_on_its_pages_and_in_mails(desk, ada):
    spoken = {"addressing_tr_portal": "sen", "addressing_tr_workspace": "siz"}
    for person in (desk.hannah, desk.ayse):
        person.language = "tr"
        person.save()
    assert "ihtiyacınız" in home(ada, desk.hannah) and "INC-1 artık sizde" in mailed()
    assert "Profilin<" in profile(ada, desk.ayse)
    ada.force_login(desk.ada)
    page = ada.get(reverse("portal:branding", args=["desk"])).content.decode()
    assert "siz: Kapandı. Yinelenirse buraya yazın." in page and "sen: Sıra sende" in page
    assert edit(ada, "desk", name="Halden", **spoken).status_code == 302
    assert Branding.objects.get().addressing == {"tr": {"portal": "sen", "workspace": "siz"}}
    assert "ihtiyacın var" in home(ada, desk.hannah) and "INC-1 artık sende" in mailed()
    assert "Profiliniz<" in profile(ada, desk.ayse)
    branding.take_away(Branding.objects.get(), by=desk.ada)
    assert "ihtiyacınız" in home(ada, desk.hannah) and "Profilin<" in profile(ada, desk.ayse)


def test_an_organisation_has_no_form_of_address_of_its_own(desk, ada):
    assert "addressing_tr" not in ada.get(reverse("portal:branding", args=[desk.halden.pk])).content.decode()
    words = {"name": "x", "accent": "", "greetings": {}, "notices": {}, "by": desk.ada, "at": now()}
    for organisation, chosen in (
        (desk.halden, {"tr": {"portal": "sen"}}),
        (None, {"tr": {"portal": "thou"}}),
        (None, {"fa": {"portal": "siz"}}),
        (None, {"tr": {"studio": "siz"}}),
    ):
        with pytest.raises(branding.NoSuchForm):
            branding.keep(organisation, **words, addressing=chosen)


def mailed():
    """What a mail to an agent says of a ticket that was given to them."""
    facts = {"number": "INC-1", "requester": "Tom", "subject": "Printer"}
    return writing.texts(OutgoingMail(kind="assigned", language="tr", placeholders=facts), None)[1]


def profile(client, person):
    client.force_login(person)
    return client.get(reverse("people:profile")).content.decode()
