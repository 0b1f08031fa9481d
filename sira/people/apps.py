from django.apps import AppConfig

from sira.shell import places


class PeopleConfig(AppConfig):
    name = "sira.people"

    def ready(self) -> None:
        places.add_way("sign_in", "account_login")
        places.add_way("sign_out", "account_logout")
        places.add_way("preferences", "people:profile")
