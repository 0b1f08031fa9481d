"""How large what comes from outside may be, by whatever way. Imports nothing: the pipe client reads it too."""

LARGEST = 150_000_000  # bytes of a mail, of a page's or a program's request, and so of each file in it
