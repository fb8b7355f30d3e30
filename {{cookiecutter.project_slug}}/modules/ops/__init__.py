"""Operations: health pages, request ids, logs, proxy and security headers."""

from flask_modular import Module

module = Module(__name__, url_prefix="/")
