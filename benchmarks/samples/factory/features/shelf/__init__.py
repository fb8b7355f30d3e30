from flask import Blueprint

blueprint = Blueprint("shelf", __name__, url_prefix="/shelf", template_folder="templates")

from . import models, views  # noqa: E402, F401
