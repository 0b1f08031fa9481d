"""The requester's pages. `/` is the desk's front door; `/t/…` is the link in a mail."""

from django.urls import path

from sira.portal.views import asking, deciding, filling, following, home, listing

app_name = "portal"
urlpatterns = [
    path("", home.start, name="start"),
    path("portal/", home.home, name="home"),
    path("portal/find/", home.find, name="find"),
    path("portal/ask/", asking.choose, name="choose"),
    path("portal/ask/<slug:key>/", asking.ask, name="ask"),
    path("portal/approvals/", deciding.approvals, name="approvals"),
    path("portal/approvals/<int:pk>/", deciding.approval, name="approval"),
    path("portal/tasks/<int:pk>/", filling.form, name="form"),
    path("decide/<str:token>/", deciding.by_link, name="decide"),
    path("portal/requests/", listing.tickets, name="tickets"),
    path("portal/requests/<str:number>/", following.ticket, name="ticket"),
    path("portal/requests/<str:number>/answer/", following.answer, name="answer"),
    path("portal/requests/<str:number>/confirm/", following.confirm, name="confirm"),
    path("portal/requests/<str:number>/reopen/", following.reopen, name="reopen"),
    path("portal/requests/<str:number>/withdraw/", following.withdraw, name="withdraw"),
    path("portal/requests/<str:number>/why/", following.why, name="why"),
    path("portal/requests/<str:number>/files/<int:pk>/", following.file, name="file"),
    path("ask/arrived/", asking.arrived, name="arrived"),
    path("ask/<slug:key>/", asking.ask_publicly, name="ask_publicly"),
    path("t/<str:token>/", following.link, name="link"),
    path("t/<str:token>/answer/", following.link_answer, name="link_answer"),
    path("t/<str:token>/confirm/", following.link_confirm, name="link_confirm"),
    path("t/<str:token>/reopen/", following.link_reopen, name="link_reopen"),
    path("t/<str:token>/withdraw/", following.link_withdraw, name="link_withdraw"),
    path("t/<str:token>/tasks/<int:pk>/", filling.form_by_link, name="link_form"),
    path("t/<str:token>/why/", following.link_why, name="link_why"),
    path("t/<str:token>/files/<int:pk>/", following.link_file, name="link_file"),
]
