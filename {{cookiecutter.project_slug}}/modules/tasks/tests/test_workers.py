"""Workers that die: real processes, killed in the middle of a job, lose nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from celery import Celery
from flask import Flask
from redis import Redis

from modules.tasks.tests.processes import PATIENCE, Processes, eventually, free_port, kill

PREFIX = f"test-{uuid4().hex}-"  # nobody else's messages, nobody else's workers


@pytest.fixture
def processes(app: Flask, tmp_path: Path) -> Iterator[Processes]:
    """Yield processes without a broker."""
    made = Processes(app, tmp_path)
    yield made
    made.close()


@pytest.fixture
def with_redis(processes: Processes, redis_url: str) -> Iterator[Processes]:
    """Yield processes that share a Redis."""
    processes.use(redis_url, PREFIX)
    yield processes
    processes.close()
    with Redis.from_url(redis_url) as redis:
        for key in redis.scan_iter(f"{PREFIX}*"):
            redis.delete(key)


@pytest.fixture
def with_rabbitmq(processes: Processes) -> Iterator[Processes]:
    """Yield processes that share a RabbitMQ; nobody needs one, and who has it may name it."""
    if not (url := os.environ.get("TEST_AMQP_URL")):
        pytest.skip("TEST_AMQP_URL names no RabbitMQ.")
    processes.use(url, PREFIX)
    yield processes
    processes.close()
    sender = Celery(broker=url, set_as_current=False).connection_for_write()
    with sender as connection, connection.channel() as channel:
        channel.queue_delete(f"{PREFIX}celery")


def test_jobs_outlive_the_servers_that_run_them(processes: Processes) -> None:
    processes.queue("early", pauses=0)  # before anything runs that could take it up
    processes.start("run", "--port", free_port())
    eventually(lambda: processes.state("early") == "succeeded")
    processes.start("tasks", "worker")
    check_that_nothing_is_lost(processes)


@pytest.mark.parametrize("broker", ["with_redis", "with_rabbitmq"])
def test_jobs_outlive_the_workers_that_run_them(
    request: pytest.FixtureRequest, broker: str
) -> None:
    processes: Processes = request.getfixturevalue(broker)
    for _ in range(2):
        processes.start("tasks", "worker", "--concurrency", "1", "--without-mingle")
    check_that_nothing_is_lost(processes)


def check_that_nothing_is_lost(processes: Processes) -> None:
    """Kill one of two processes in the middle of a job, then stop the other in another one."""
    processes.queue("killed", pauses=1)
    victim = processes.runner("killed")
    kill(victim)
    assert processes.state("killed") == "started"
    survivor = processes.runner("killed", times=2)
    assert survivor is not victim
    eventually(lambda: processes.state("killed") == "succeeded")

    processes.queue("stopped", pauses=1)
    assert processes.runner("stopped") is survivor
    survivor.terminate()
    survivor.wait(PATIENCE)
    assert processes.state("stopped") == "queued"


def test_the_celery_command_finds_the_application(with_redis: Processes) -> None:
    command = [sys.executable, "-m", "celery", "-A", "modules.tasks", "report"]
    done = subprocess.run(  # noqa: S603 (it is the tests' own)
        command, cwd=with_redis.root, env=with_redis.environment, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert b"software -> celery" in done.stdout
