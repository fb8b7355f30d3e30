"""The root of the API, its specification and its documentation."""

from __future__ import annotations

from flask import current_app, render_template, request, url_for
from werkzeug.wrappers import Response

from flask_modular import access

from . import documentation, module, wording
from .specification import current_specification


@module.get("/")
@access.public
def root() -> dict[str, object]:
    """Show where to go from here."""
    return {
        "title": current_app.config["API_TITLE"],
        "version": current_app.config["API_VERSION"],
        "documentation": url_for(".docs"),
        "specification": url_for(".openapi"),
        "collections": _collections(),
    }


def _collections() -> dict[str, str]:
    """Return the lists that there are, by what stands behind the API's prefix."""
    names = {name for _, name in current_specification().waiting}
    rules = [
        rule
        for rule in current_app.url_map.iter_rules()
        if rule.endpoint.rpartition(".")[0] in names
        and "GET" in (rule.methods or ())
        and not rule.arguments
    ]
    prefix = current_app.config["API_PREFIX"].rstrip("/")
    return {
        rule.rule.removeprefix(prefix).strip("/"): url_for(rule.endpoint)
        for rule in sorted(rules, key=lambda rule: rule.rule)
    }


@module.get("/openapi.json")
@access.public
def openapi() -> Response:
    """Return this specification."""
    document = current_specification().describe()
    served = {**document, "servers": [{"url": request.script_root or "/"}]}
    text = current_app.json.dumps(served, sort_keys=False)
    response = current_app.response_class(text, mimetype="application/json")
    response.add_etag()
    response.cache_control.no_cache = True
    return response.make_conditional(request)


@module.get("/docs")
@access.public
def docs() -> str:
    """Show this specification to people."""
    document = current_specification().describe()
    schemas = document["components"]["schemas"]
    return render_template(
        "api/docs.html",
        document=document,
        sections=documentation.sections(document),
        schemes=documentation.schemes(document),
        problem=documentation.values(schemas["Problem"]),
        problem_example=wording.written(PROBLEM),
    )


PROBLEM = {
    "type": "about:blank",
    "title": "Unprocessable Entity",
    "status": 422,
    "detail": "Some of what was sent cannot be used.",
    "errors": [{"detail": "Not a valid integer.", "pointer": "#/stock"}],
    "request_id": "7f3c9a1e5b2d4860",
}


module.add_app_template_filter(wording.prose, "prose")
module.add_app_template_filter(wording.breakable, "breakable")
