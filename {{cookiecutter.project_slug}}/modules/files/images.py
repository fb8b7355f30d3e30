"""Images: opened, bounded, turned upright and encoded anew, so that nothing else comes along."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from flask import current_app
from PIL import Image, ImageOps
from werkzeug.exceptions import RequestEntityTooLarge, UnprocessableEntity

from flask_modular import gettext as _

# What each format becomes: of animations, the first picture.
FORMATS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP"}
QUALITY = 85


def remake(data: bytes, sizes: Sequence[int] = ()) -> tuple[str, bytes, dict[int, bytes]]:
    """Return the media type of an image, the image encoded anew, and its smaller versions.

    What was attached to it is gone: where it was taken, a thumbnail of what was cut off, a
    program that pretends to be an image. Which way up it is, is applied.

    :param sizes: the longest sides in pixels; the largest takes the place of the image.
    :raises RequestEntityTooLarge: for more pixels than the setting allows.
    :raises UnprocessableEntity: for what Pillow cannot read.
    """
    image, format_ = _open(data)
    largest, *smaller = sorted(sizes, reverse=True) or [max(image.size)]
    content = _encode(image, format_, largest)
    versions = {size: _encode(image, format_, size) for size in smaller}
    return Image.MIME[format_], content, versions


def _open(data: bytes) -> tuple[Image.Image, str]:
    try:
        image: Image.Image = Image.open(BytesIO(data), formats=("JPEG", "PNG", "GIF", "WEBP"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception:
        raise _unreadable() from None
    # All that was read so far is the header.
    if image.width * image.height > current_app.config["FILES_MAX_PIXELS"]:
        raise _too_many_pixels()
    format_ = FORMATS[image.format or ""]
    try:
        upright = ImageOps.exif_transpose(image)
        return upright.convert(_mode(upright, format_)), format_
    # Decoders answer what is broken, or made to break them, with errors of any kind.
    except Exception:
        raise _unreadable() from None


def _mode(image: Image.Image, format_: str) -> str:
    return "RGBA" if format_ != "JPEG" and image.has_transparency_data else "RGB"


def _encode(image: Image.Image, format_: str, longest: int) -> bytes:
    version = image.copy()
    version.info.clear()  # some encoders write comments and profiles that they find there
    version.thumbnail((longest, longest))
    stream = BytesIO()
    version.save(stream, format_, quality=QUALITY)
    return stream.getvalue()


def _too_many_pixels() -> RequestEntityTooLarge:
    most = current_app.config["FILES_MAX_PIXELS"] / 1_000_000
    return RequestEntityTooLarge(
        _("The image has too many pixels; it may have %(number)s million.", number=f"{most:.3g}")
    )


def _unreadable() -> UnprocessableEntity:
    return UnprocessableEntity(_("The image cannot be read; it may be damaged."))
