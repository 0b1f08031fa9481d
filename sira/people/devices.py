"""Which browser on which system, out of what a browser says of itself; enough to know one's own devices again."""

import re

from django.utils.translation import gettext as _

# In this order: later ones call themselves by the names of earlier ones too.
BROWSERS = (
    (r"Edg", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser", "Samsung Internet"),
    (r"Firefox/|FxiOS", "Firefox"),
    (r"Chrome/|CriOS|Chromium", "Chrome"),
    (r"Safari/", "Safari"),
)
SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"CrOS", "ChromeOS"),
    (r"Linux|X11", "Linux"),
)


def in_words(said: str) -> str:
    """Chrome on Linux. What it does not know it calls so."""
    browser = next((name for sign, name in BROWSERS if re.search(sign, said)), "")
    system = next((name for sign, name in SYSTEMS if re.search(sign, said)), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A program that does not say what it is")
