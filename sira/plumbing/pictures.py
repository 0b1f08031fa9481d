"""A picture from elsewhere painted anew: only its points are kept, so nothing hidden in the file reaches a browser."""

import io
import warnings

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")  # raster alone; SVG may run things
MOST_POINTS = 24_000_000


def painted_anew(content: bytes) -> tuple[str, bytes]:
    """Its type and bytes; empty for what is no picture, or has too many points to be opened safely.

    Photographs stay JPEG, everything else becomes PNG; of a moving picture the first is kept.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - a start need not wait for it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_POINTS:
                    return "", b""
                photograph = picture.format == "JPEG"
                points = picture.convert("RGB" if photograph else "RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombWarning):
        return "", b""
    target = io.BytesIO()
    points.info.clear()  # no place, no comment, no profile
    points.save(target, "JPEG" if photograph else "PNG", **({"quality": 88} if photograph else {"compress_level": 3}))
    return ("image/jpeg" if photograph else "image/png"), target.getvalue()
