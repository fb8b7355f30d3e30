"""Static files that browsers may keep."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from flask import Blueprint, Flask, request, url_for
from flask.testing import FlaskClient

from flask_modular.html import parse
from modules.site import assets, events
from modules.site.services import site_asset


@pytest.fixture
def shop(tmp_path: Path) -> Flask:
    """Return an application with some static files, and nothing else."""
    app = Flask(__name__, static_folder=str(tmp_path), static_url_path="/static")
    app.url_default_functions[None] = [events.name_by_content]
    events.cache_assets(app)
    for name in ("site.css", "css/site.min.css", "LICENSE", "app.0123456789.js", "app.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"/* {name} */", encoding="utf-8")
    return app


def kept(app: Flask, url: str) -> tuple[str, bool]:
    """Return what is served, and whether browsers may keep it."""
    with app.test_client().get(url) as response:
        assert response.status_code == 200
        return response.get_data(as_text=True), "immutable" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("site.css", r"/static/site\.[0-9a-f]{10}\.css"),
        ("css/site.min.css", r"/static/css/site\.min\.[0-9a-f]{10}\.css"),
        ("LICENSE", r"/static/LICENSE\.[0-9a-f]{10}"),
        ("app.0123456789.js", r"/static/app\.0123456789\.[0-9a-f]{10}\.js"),
    ],
)
def test_files_are_named_by_their_content(shop: Flask, name: str, pattern: str) -> None:
    with shop.test_request_context():
        url = url_for("static", filename=name)
    assert re.fullmatch(pattern, url)
    assert kept(shop, url) == (f"/* {name} */", True)


def test_names_that_are_not_of_the_content_are_kept_by_nobody(shop: Flask) -> None:
    for name in ("site.css", "app.0123456789.js", "app.js"):
        assert kept(shop, f"/static/{name}") == (f"/* {name} */", False)
    # A page of another server, which has an older file or a newer one, is still shown.
    assert kept(shop, "/static/site.0000000000.css") == ("/* site.css */", False)
    for name in ("site.000.css", "none.0000000000.css", "0000000000.css", "../x.0000000000.css"):
        assert shop.test_client().get(f"/static/{name}").status_code == 404
    assert shop.test_client().get("/static/site%00.0000000000.css").status_code == 404


def test_a_view_called_static_is_no_file(shop: Flask) -> None:
    blog = Blueprint("blog", __name__)
    blog.add_url_rule("/noise", "static", lambda: "static")
    shop.register_blueprint(blog)
    events.cache_assets(shop)
    assert shop.test_client().get("/noise").text == "static"


def test_a_file_that_is_not_there_keeps_its_name(shop: Flask) -> None:
    with shop.test_request_context():
        assert url_for("static", filename="none.css") == "/static/none.css"


def test_assets_are_found_wherever_the_site_is(app: Flask) -> None:
    for root in ("/below", ""):
        with app.test_request_context("/", base_url=f"http://localhost{root}"):
            url = site_asset("css/bootstrap.min.css", "bootstrap.static")
            assert url.startswith(f"{root}/bootstrap/")


def test_assets_are_found_from_a_subdomain(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "subdomain_matching", True)
    for host in ("localhost", "news.localhost"):
        with app.test_request_context("/", base_url=f"http://{host}"):
            url = site_asset("css/bootstrap.min.css", "bootstrap.static")
            assert urljoin(request.url, url).startswith("http://localhost/bootstrap/")


@pytest.mark.parametrize("debug", [True, False])
def test_names_change_with_the_content(shop: Flask, tmp_path: Path, *, debug: bool) -> None:
    shop.debug = debug  # elsewhere a file changes with a new server
    before = assets.fingerprint(shop, "static", "site.css")
    (tmp_path / "site.css").write_text("b {}", encoding="utf-8")
    os.utime(tmp_path / "site.css", (0, 0))
    assert before is not None
    assert (assets.fingerprint(shop, "static", "site.css") != before) is debug


def test_a_page_follows_a_file_that_is_being_edited(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "debug", True)
    with app.test_request_context("/"):
        before = site_asset("site.css")
        monkeypatch.setattr("modules.site.assets._digest", lambda *_: "another")
        assert site_asset("site.css") not in {before, "/site/static/site.css"}


def test_whatever_a_page_loads_is_kept_by_browsers(visitor: FlaskClient) -> None:
    root = parse(visitor.get("/no-such-page").text)
    links = [one.attributes["href"] for one in root.select("link")]
    urls = {
        *links,
        *(one.attributes["src"] for one in root.select(None) if "src" in one.attributes),
    }
    assert len(urls) >= 6
    for url in urls:
        with visitor.get(url) as response:
            assert response.cache_control.max_age == 31_536_000, url
            assert "immutable" in response.headers["Cache-Control"], url
