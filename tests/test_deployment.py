"""What production starts beside the application: services and processes that manifests ask for."""

import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from redis import Redis

from tests.baking import CHOICES, TEMPLATE
from tests.conftest import Bake
from tests.projects import PATIENCE, SECRET, Project
from tests.test_chat import redis_url as redis_url
from tests.test_files import assert_valid

MODULE = """
from flask_modular import Module

module = Module(__name__)
"""
GUNICORN = "gunicorn 'app:create_app()' --bind 127.0.0.1:{port}"
JOB = """
from modules.tasks.services import job

@job
def add(first: int, second: int) -> int:
    return first + second
"""


def compose(project: Path) -> dict[str, Any]:
    """Return what a project's compose.yaml says."""
    read: dict[str, Any] = yaml.safe_load((project / "compose.yaml").read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("flavor", CHOICES["flavor"])
def test_compose_brings_what_the_modules_ask_for(bake: Bake, tmp_path: Path, flavor: str) -> None:
    project = bake(tmp_path, flavor=flavor, deployment="docker")
    assert_valid("vendor.compose-spec", project / "compose.yaml")
    services = compose(project)["services"]
    deploys = [TEMPLATE.modules[name].deploy for name in TEMPLATE.flavors[flavor].modules]
    asked = {one for deploy in deploys for one in deploy.get("services", [])}
    processes = {name for deploy in deploys for name in deploy.get("processes", {})}
    assert set(services) == {"app", "migrate"} | asked | processes
    assert all(asked < set(services[name]["depends_on"]) for name in processes)


def test_compose_asks_for_nothing_that_it_does_not_bring(bake: Bake, tmp_path: Path) -> None:
    every = " ".join(TEMPLATE.modules)
    project = compose(bake(tmp_path, deployment="docker", database="postgresql", modules=every))
    services = project["services"]
    named = {
        volume.partition(":")[0] for one in services.values() for volume in one.get("volumes", ())
    }
    assert named == set(project["volumes"])
    assert {one for service in services.values() for one in service.get("depends_on", ())} < {
        *services
    }
    awaited = [
        name
        for service in services.values()
        for name, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    ]
    assert [name for name in awaited if "test" not in services[name].get("healthcheck", {})] == []


def test_a_worker_alone_has_what_it_needs(bake: Bake, tmp_path: Path) -> None:
    modules = "tasks " + " ".join(f"-{name}" for name in TEMPLATE.flavors["minimal"].modules)
    services = compose(bake(tmp_path, deployment="docker", modules=modules))["services"]
    assert set(services) == {"app", "migrate", "redis", "worker"}


@pytest.mark.slow
def test_what_compose_starts_works_together(
    make: Callable[..., Project], redis_url: str, tmp_path: Path
) -> None:
    project = make(flavor="api-only", deployment="docker")
    services = compose(project.path)["services"]
    assert services["worker"]["environment"] == services["app"]["environment"]
    environment = dict(services["worker"]["environment"])
    for name, value in environment.items():
        environment[name] = value.replace("redis://redis:6379", redis_url.rpartition("/")[0])
    prefix = f"{uuid4().hex}-"
    project = project.having(
        **environment | {"SECRET_KEY": SECRET, "DATABASE_URL": f"sqlite:///{tmp_path / 'app.db'}"},
        FLASK_TASKS_BROKER_PREFIX=prefix,
    )
    project.write("modules/shop/__init__.py", MODULE)
    project.write("modules/shop/manifest.toml", 'requires = ["tasks"]\n')
    project.write("modules/shop/tasks.py", JOB)
    project.run(*shlex.split(services["migrate"]["command"]))
    project.run("flask", "tasks", "enqueue", "shop.add", "2", "3")
    worker = services["worker"]["command"]
    with project.serve("sh", "-c", f"{worker} & exec {GUNICORN}") as server:
        deadline = time.monotonic() + PATIENCE
        while "succeeded" not in project.run("flask", "tasks", "list", "--state", "succeeded"):
            assert time.monotonic() < deadline, server.output
            time.sleep(0.5)
        assert server.get("/readyz").status == 200
    with Redis.from_url(environment["CELERY_BROKER_URL"]) as redis:
        for key in redis.scan_iter(f"*{prefix}*"):
            redis.delete(key)
