"""How many requests a client may send."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from flask_modular import ModularError
from flask_modular.registry import registry_of
from modules.api.limits import limit_requests
from modules.api.problems import take_errors
from modules.api.tests.probing import is_problem


class Limited:
    """A small application with a limit, and a client of it; that of the tests has none."""

    def __init__(self, app: Flask, limit: str = "3 per minute", **config: Any) -> None:
        self.app = Flask("small")
        self.app.config.update(API_PREFIX="/api", API_RATE_LIMIT=limit, **config)
        self.registry = replace(registry_of(app), identities={})
        self.app.extensions["flask_modular"] = self.registry
        self.written = 0
        for path in ("/api/products", "/api/categories", "/about"):
            self.app.add_url_rule(path, path, lambda: {"items": []})
        self.app.add_url_rule("/api/products", "write", self.write, methods=["POST"])
        limit_requests(self.app)
        take_errors(self.app)
        self.client = self.app.test_client()

    def write(self) -> dict[str, int]:
        """Write something."""
        self.written += 1
        return {"id": self.written}

    def be(self, name: str) -> None:
        """Have requests come from somebody."""
        self.registry.identities["test"] = [lambda: name]

    def statuses(self, times: int, path: str = "/api/products", **options: Any) -> list[int]:
        """Send requests and return how they were answered."""
        return [self.client.get(path, **options).status_code for _ in range(times)]


def test_each_answer_tells_what_is_left(app: Flask) -> None:
    client = Limited(app).client
    for left in ("2", "1", "0"):
        response = client.get("/api/products")
        assert response.status_code == 200
        assert response.headers["RateLimit-Limit"] == "3"
        assert response.headers["RateLimit-Remaining"] == left
        assert 0 <= int(response.headers["RateLimit-Reset"]) <= 60
        assert response.headers["RateLimit-Policy"] == "3;w=60"


def test_too_many_requests_are_a_problem_that_says_when_to_go_on(app: Flask) -> None:
    limited = Limited(app)
    limited.statuses(3)
    refused = limited.client.get("/api/products")
    assert is_problem(refused, 429)
    assert 0 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Remaining"] == "0"


def test_a_request_that_is_one_too_many_changes_nothing(app: Flask) -> None:
    limited = Limited(app, "1 per minute")
    found = [limited.client.post("/api/products").status_code for _ in range(2)]
    assert (found, limited.written) == ([200, 429], 1)


def test_all_addresses_of_the_api_count_together_and_no_others(app: Flask) -> None:
    limited = Limited(app)
    assert limited.statuses(2, "/api/categories") == [200, 200]
    assert limited.statuses(2, "/api/products") == [200, 429]
    assert limited.statuses(4, "/about") == [200] * 4


def test_addresses_count_by_themselves(app: Flask) -> None:
    limited = Limited(app, "1 per minute")
    for address in ("198.51.100.1", "198.51.100.2"):
        given = {"REMOTE_ADDR": address}
        assert limited.statuses(2, environ_overrides=given) == [200, 429]


def test_addresses_of_one_network_count_together(app: Flask) -> None:
    limited = Limited(app, "1 per minute")
    for address, status in (("2001:db8::1", 200), ("2001:db8::2", 429), ("2001:db8:0:1::1", 200)):
        assert limited.statuses(1, environ_overrides={"REMOTE_ADDR": address}) == [status]


def test_nobody_gets_more_by_naming_another_address(app: Flask) -> None:
    limited = Limited(app, "1 per minute")
    named = [{"X-Forwarded-For": f"198.51.100.{number}"} for number in range(2)]
    assert [*limited.statuses(1, headers=named[0]), *limited.statuses(1, headers=named[1])] == [
        200,
        429,
    ]


def test_somebody_who_is_known_counts_wherever_they_are(app: Flask) -> None:
    limited = Limited(app, "1 per minute")
    limited.be("user:1")
    assert limited.statuses(1, environ_overrides={"REMOTE_ADDR": "198.51.100.1"}) == [200]
    assert limited.statuses(1, environ_overrides={"REMOTE_ADDR": "198.51.100.2"}) == [429]
    limited.be("user:2")
    assert limited.statuses(1) == [200]


def test_questions_of_browsers_are_free(app: Flask) -> None:
    limited = Limited(app, "1 per minute")
    found = [limited.client.options("/api/products").status_code for _ in range(3)]
    assert found == [200] * 3


def test_the_shorter_of_two_limits_holds_first(app: Flask) -> None:
    limited = Limited(app, "2/minute; 1000/hour")
    assert limited.statuses(3) == [200, 200, 429]
    assert limited.client.get("/api/products").headers["RateLimit-Policy"] == "2;w=60"


def test_no_limit_is_no_limit(app: Flask) -> None:
    limited = Limited(app, "")
    assert limited.statuses(5) == [200] * 5
    assert "RateLimit-Limit" not in limited.client.get("/api/products").headers


def test_a_limit_that_cannot_be_read_is_named(app: Flask) -> None:
    with pytest.raises(ModularError, match='FLASK_API_RATE_LIMIT is "often"'):
        Limited(app, "often")


def test_processes_that_share_a_redis_count_together(app: Flask, redis_url: str) -> None:
    name = f"user:{uuid4()}"  # nobody else's requests
    for expected in ([200, 200], [200, 429]):
        limited = Limited(app, REDIS_URL=redis_url)
        limited.be(name)
        assert limited.statuses(2) == expected


def test_a_redis_that_is_away_refuses_nobody(app: Flask) -> None:
    limited = Limited(app, REDIS_URL="redis://127.0.0.1:1/0")
    assert limited.statuses(4) == [200, 200, 200, 429]
