"""What the desk has been given by its packs."""

from typing import ClassVar

from django.db import models


class LoadedPart(models.Model):
    """A file of a pack as it was last loaded, so that what people changed since is not undone by the next start."""

    pack = models.CharField(max_length=80)
    path = models.CharField(max_length=200, help_text="inside the pack's folder")
    digest = models.CharField(max_length=64, db_collation="C", help_text="SHA-256 of the file, hex")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="part_of_a_pack_is_known_once", fields=["pack", "path"]),
        ]

    def __str__(self) -> str:
        return f"{self.pack}/{self.path}"
