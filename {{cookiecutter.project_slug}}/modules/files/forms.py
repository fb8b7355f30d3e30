from flask_wtf.file import FileRequired

from flask_modular import Form, lazy_gettext

from .contents import IMAGES
from .fields import UploadField
from .services import PICTURE_SIZES


class PictureForm(Form):
    picture = UploadField(
        lazy_gettext("Picture"),
        [FileRequired(lazy_gettext("Choose a file."))],
        kind=IMAGES,
        sizes=PICTURE_SIZES,
    )
