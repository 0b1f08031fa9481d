"""Reading mail: raw bytes in, a `Letter` out. Pure; imports no Django, so it may run in a bounded child process."""

from .letter import Address, Attachment, Bounce, Letter, digest
from .reader import read

__all__ = ["Address", "Attachment", "Bounce", "Letter", "digest", "read"]
