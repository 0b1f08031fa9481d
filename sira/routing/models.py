"""What routing remembers between two tickets."""

from django.db import models

from sira.people.models import Person, SupportGroup


class Pool(models.Model):
    """The agents of a group as tickets are dealt to them; made when the group's first ticket is dealt.

    Its row is the lock under which an agent is chosen, so that two workers never count the same turn or load.
    """

    group = models.OneToOneField(SupportGroup, primary_key=True, on_delete=models.CASCADE, related_name="pool")
    last_agent = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    dealt = models.PositiveBigIntegerField(default=0, help_text="how many tickets were dealt to agents")

    def __str__(self) -> str:
        return f"pool of {self.group_id}"
