"""The real thing: servers that are processes of their own, and share a Redis."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
import simple_websocket
from flask import Flask

from flask_modular import current_registry
from modules.live.tests.servers import POLL, Client, Servers, request

Connect = Callable[..., Client]


@pytest.fixture(scope="module")
def servers(
    app: Flask, tmp_path_factory: pytest.TempPathFactory, redis_url: str
) -> Iterator[Servers]:
    """Yield what starts processes."""
    made = Servers(app, tmp_path_factory.mktemp("live"), redis_url)
    yield made
    made.close()


@pytest.fixture(scope="module")
def hosts(servers: Servers) -> list[str]:
    """Return two servers."""
    hosts = [servers.serve(), servers.serve()]
    servers.reach(hosts)
    return hosts


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Return a function that connects somebody to a server."""
    clients: list[Client] = []

    def connect(host: str, name: str = "ada") -> Client:
        client = Client(host, name)
        clients.append(client)
        assert not name or client.read("40")["sid"]
        return client

    yield connect
    for client in clients:
        client.close()


def test_what_a_command_pushes_reaches_the_clients_of_all_servers(
    servers: Servers, hosts: list[str], connect: Connect
) -> None:
    clients = [connect(host) for host in hosts]
    servers.flask("probe", "tell", "news")
    assert [client.read("42") for client in clients] == [["probe.told", "news"]] * 2


def test_what_a_job_pushes_reaches_the_clients(
    app: Flask, servers: Servers, hosts: list[str], connect: Connect
) -> None:
    with app.app_context():
        if "tasks" not in current_registry().enabled:
            pytest.skip("There are no jobs here.")
    client = connect(hosts[0])
    servers.start("flask", "tasks", "worker")
    servers.flask("probe", "queue")
    assert client.read("42") == ["probe.told", "by a job"]


def test_members_of_a_room_meet_across_servers(hosts: list[str], connect: Connect) -> None:
    ada, eve = connect(hosts[0]), connect(hosts[1], "eve")
    for one in (ada, eve):
        assert one.emit("live.join", {"room": "probe:5"})["status"] == 200
    assert ada.emit("live.join", {"room": "probe:6"})["status"] == 403
    ada.socket.send('42["probe.say",{"text":"hello"}]')
    assert eve.read("42") == ["probe.said", {"text": "hello"}]


def test_signing_out_everywhere_ends_connections_to_all_servers(
    servers: Servers, hosts: list[str], connect: Connect
) -> None:
    phone, laptop, eve = (
        connect(host, name)
        for host, name in [(hosts[0], "ada"), (hosts[1], "ada"), (hosts[1], "eve")]
    )
    servers.flask("probe", "out", "ada")
    for one in (phone, laptop):
        with pytest.raises(simple_websocket.ConnectionClosed):
            one.read("never")
    assert eve.emit("live.join", {"room": "probe:5"})["status"] == 200


def test_a_page_of_another_site_is_refused(hosts: list[str]) -> None:
    url = POLL.replace("polling", "websocket")
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    assert request(hosts[0], "GET", url, Origin="https://evil.example", **upgrade)[0] == 403


def test_a_stranger_is_told_to_sign_in(hosts: list[str], connect: Connect) -> None:
    refusal = connect(hosts[0], name="").read("44")
    assert refusal["data"]["status"] == 401
    assert "sign in" in refusal["message"]


def test_everything_works_by_polling_alone(hosts: list[str]) -> None:
    status, opened = request(hosts[0], "GET", POLL)
    assert status == 200
    url = f"{POLL}&sid={json.loads(opened[1:])['sid']}"
    request(hosts[0], "POST", url, "40")
    assert request(hosts[0], "GET", url)[1].startswith("40{")
    request(hosts[0], "POST", url, '427["live.join",{"room":"probe:5"}]')
    assert request(hosts[0], "GET", url)[1] == '437[{"status":200,"data":null}]'


def test_a_large_message_ends_the_connection_and_nothing_else(
    hosts: list[str], connect: Connect
) -> None:
    loud, quiet = connect(hosts[0]), connect(hosts[0], "eve")
    loud.socket.send(f'42["probe.say",{{"text":"{"x" * 70_000}"}}]')
    with pytest.raises(simple_websocket.ConnectionClosed):
        loud.read("never")
    assert quiet.emit("live.join", {"room": "probe:5"})["status"] == 200
