"""The kernel: a Flask application made of modules, each a folder in `modules/`."""

from .access import Permission, access
from .application import init_app
from .database import Model, db
from .errors import ModularError
from .forms import Form
from .loading import Part
from .module import Module
from .registry import MenuItem, Registry, current_identity, current_registry, has, may
from .settings import Mount
from .texts import gettext, lazy_gettext, ngettext
from .version import __version__

__all__ = [
    "Form",
    "MenuItem",
    "Model",
    "ModularError",
    "Module",
    "Mount",
    "Part",
    "Permission",
    "Registry",
    "__version__",
    "access",
    "current_identity",
    "current_registry",
    "db",
    "gettext",
    "has",
    "init_app",
    "lazy_gettext",
    "may",
    "ngettext",
]
