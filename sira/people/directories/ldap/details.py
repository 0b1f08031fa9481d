"""What only a directory has that speaks LDAP."""

from dataclasses import asdict, dataclass, field
from typing import Any

from sira.people.directories.models import Directory

NAME = "{name}"  # in the template of a name


@dataclass(frozen=True)
class Details:
    """base: below it people are looked for.  logins: attributes that hold what somebody may type as their name.
    only: attribute and value that they must have.  template: where no account looks people up, the name they sign in
    by, with NAME for what they typed.  identity: the attribute that never changes.  mail, name, language: those that
    have them.  authorities: certificates (PEM) to trust beside the machine's.  nested: whether groups count that the
    groups of somebody are in.
    """

    base: str = ""
    logins: list[str] = field(default_factory=list)
    only: list[list[str]] = field(default_factory=list)
    template: str = ""
    identity: str = "entryUUID"
    mail: str = "mail"
    name: str = "cn"
    language: str = ""
    authorities: str = ""
    nested: bool = False

    def kept(self) -> dict[str, Any]:
        return asdict(self)


def details_of(directory: Directory) -> Details:
    return Details(**directory.details)
