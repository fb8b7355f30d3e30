"""The Dockerfile's commands, in order, in an empty folder: as near to an image as it gets here.

Every stage is a folder. Absolute paths are moved into it, but for /venv, which all stages share,
as an environment does not stand being moved. What needs root (the user `app`) is left out.
"""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.conftest import Bake

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the image is Linux"),
]
ROOT_ONLY = re.compile(r"^useradd .*| --owner=\w+")


def instructions(dockerfile: Path) -> Iterator[tuple[str, str]]:
    for line in dockerfile.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest


@dataclass
class Image:
    """What building a Dockerfile comes to."""

    context: Path
    folder: Path
    port: int
    stages: dict[str, Path] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)

    def build(self) -> "Image":
        for word, rest in instructions(self.context / "Dockerfile"):
            getattr(self, f"do_{word.lower()}")(rest)
        return self

    def place(self, text: str) -> str:
        """Move the absolute paths in a text into the stage."""
        moved = re.sub(r"(?<![\w.])/venv\b", str(self.folder / "venv"), text)
        return re.sub(r"(?<![\w.])/app\b", str(self.stage / "app"), moved)

    @property
    def stage(self) -> Path:
        return list(self.stages.values())[-1]

    @property
    def here(self) -> Path:
        return Path(self.place(self.workdir))

    def do_from(self, rest: str) -> None:
        name = rest.partition(" AS ")[2] or "last"
        self.stages[name] = self.folder / name
        self.environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}

    def do_workdir(self, rest: str) -> None:
        self.workdir = rest
        self.here.mkdir(parents=True, exist_ok=True)

    def do_env(self, rest: str) -> None:
        for assignment in shlex.split(rest):
            name, _, value = assignment.partition("=")
            value = value.replace("$PATH", self.environment["PATH"])
            self.environment[name] = self.place(value)

    def do_run(self, rest: str) -> None:
        done = self.execute(["sh", "-e", "-c", ROOT_ONLY.sub("", self.place(rest))])
        assert done.returncode == 0, done.stderr

    def do_copy(self, rest: str) -> None:
        *options, source, target = rest.split()
        if options and source == "/venv":
            return
        name = "".join(one.removeprefix("--from=") for one in options)
        origin = self.stages[name] / source[1:] if name else self.context / source
        destination = self.here / self.place(target)
        if origin.is_dir():
            ignored = shutil.ignore_patterns() if name else self.ignore
            shutil.copytree(origin, destination, ignore=ignored, dirs_exist_ok=True)
        else:
            destination.mkdir(parents=True, exist_ok=True)
            shutil.copy(origin, destination)

    def ignore(self, folder: str, names: list[str]) -> list[str]:
        patterns = (self.context / ".dockerignore").read_text(encoding="utf-8").split()
        inside = Path(folder).relative_to(self.context)
        return [
            name
            for name in names
            for pattern in patterns
            if fnmatch((inside / name).as_posix(), pattern) or f"**/{name}" == pattern
        ]

    def do_user(self, rest: str) -> None:
        assert rest == "app"

    def do_expose(self, rest: str) -> None:
        assert rest == "8000"

    def do_healthcheck(self, rest: str) -> None:
        self.healthcheck = self.served(rest.partition(" CMD ")[2])

    def do_cmd(self, rest: str) -> None:
        self.command = self.served(rest)

    def served(self, words: str) -> list[str]:
        command: list[str] = json.loads(words.replace(":8000", f":{self.port}"))
        program = shutil.which(command[0], path=self.environment["PATH"])
        assert program, command[0]
        return [program, *command[1:]]

    def execute(self, command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
        kept = {key: value for key, value in os.environ.items() if "CERT" in key or "PIP" in key}
        return subprocess.run(
            command,
            cwd=self.here,
            env={**kept, **self.environment, **more},
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )


@pytest.fixture
def image(bake: Bake, tmp_path: Path) -> Image:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return Image(bake(tmp_path, deployment="docker"), tmp_path / "image", port).build()


def test_the_image_serves_and_is_healthy(image: Image) -> None:
    production = {"SECRET_KEY": "c5f1a2-not-known-to-anyone"}
    environment = {**image.environment, **production}
    migrated = image.execute([str(image.folder / "venv/bin/flask"), "db", "upgrade"], **production)
    assert migrated.returncode == 0, migrated.stderr
    with subprocess.Popen(image.command, cwd=image.here, env=environment) as server:
        try:
            assert is_healthy(image)
        finally:
            server.terminate()
    assert server.returncode == 0
    assert list(image.here.glob("flask_modular/__pycache__/*.pyc"))
    assert not list(image.here.rglob("tests"))


def is_healthy(image: Image) -> bool:
    for _ in range(40):
        if image.execute(image.healthcheck).returncode == 0:
            return True
        time.sleep(0.5)
    return False


def test_the_image_does_not_start_without_a_secret(image: Image) -> None:
    done = image.execute(image.command)
    assert done.returncode != 0
    assert "Production needs a SECRET_KEY" in done.stderr
