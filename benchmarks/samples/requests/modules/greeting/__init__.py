from flask_modular import Module

module = Module(__name__)
