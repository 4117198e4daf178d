"""Webhooks over the wire and through it: signed, retried, durable, owned, and never sent to where they must not go."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from receiver import Got, Receiver, say
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from test_streaming import Caller, until, with_callers

from conftest import Serve, craft

pytestmark = pytest.mark.anyio
DNS = '''
"""Answers for the tests' names: a stand-in for DNS."""
from collections import Counter
from ..runtime import Module

class Dns(Module):
    def setup(self, app):
        asked = Counter()
        async def resolve(host, port):
            asked[host] += 1
            answers = self.options["names"].get(host)
            if answers is None:
                raise OSError("no such name")
            if host.startswith("rebind"):
                return [answers[min(asked[host], len(answers)) - 1]]
            return answers
        app.modules["webhooks"].guard.resolve = resolve

MODULE = Dns
'''


def form(port: int, **options: Any) -> dict[str, Any]:
    given = {"allow_http": True, "allow_networks": ["127.0.0.1/32"], "ports": [port], "timeout_seconds": 15, "retry_seconds": [0.2, 0.2, 0.2]}
    return {"capabilities": ["tools", "webhooks"], "options": {"webhooks": given | options}}


def with_names(project: Path, **names: list[str]) -> Path:
    """The project, with a stand-in for DNS."""
    (project / "src" / "modules" / "dns.py").write_text(DNS, encoding="utf-8")
    path = project / "src" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["modules"].append({"name": "dns", "options": {"names": {k.replace("_", "."): v for k, v in names.items()}}})
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return project


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    it = Receiver()
    yield it
    it.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> dict[str, str]:
    return {"DATABASE_URL": request.getfixturevalue("postgres_url")} if request.param == "postgresql" else {}


async def settled(caller: Caller, count: int = 1, seconds: float = 60) -> list[dict[str, Any]]:
    """The history, once nothing is pending."""
    end = time.monotonic() + seconds
    while True:
        found = (await caller.ask("webhook_history", limit=100))["deliveries"]
        if len(found) >= count and all(d["status"] != "pending" for d in found):
            return list(found)
        assert time.monotonic() < end, found
        await asyncio.sleep(0.1)


async def test_registered_delivered_verified(tmp_path: Path, serve: Serve, receiver: Receiver, database: dict[str, str]) -> None:
    server = serve(craft(tmp_path, form(receiver.port)), **database)
    url = f"http://127.0.0.1:{receiver.port}/hook?a=1"
    async with Caller(server.url, "ann") as ann:
        hook = await ann.ask("webhook_register", url=url, events=["order.*", "ping"])
        twins = [await ann.ask("webhook_register", url=url + f"&twin={n}", events=["twin"]) for n in range(5)]
        other = await ann.ask("webhook_register", url=url + "&other", events=["invoice.sent"])
        sent = await ann.ask("webhook_trigger", event="order.paid", data={"text": "für 5 €", "n": [1, None]})
        nobody = await ann.ask("webhook_trigger", event="other", data=1)
        await until(lambda: receiver.got, "delivery")
        listed = await ann.ask("webhook_list")
        history = await settled(ann)
        direct = await ann.ask("webhook_trigger", event="anything", data=1, webhook=other["webhook"])
        await ann.ask("webhook_trigger", event="twin", data=1)
        everything = await settled(ann, 6)
        paged, cursor = [], {}
        while True:  # five deliveries of one moment
            page = await ann.ask("webhook_history", limit=2, **cursor)
            paged += [d["delivery"] for d in page["deliveries"]]
            if "next_cursor" not in page:
                break
            cursor = {"cursor": page["next_cursor"]}
        bad = await ann.ask("webhook_history", cursor="!")
        for twin in twins:
            await ann.ask("webhook_delete", webhook=twin["webhook"])
        deleted = await ann.ask("webhook_delete", webhook=hook["webhook"])
        gone = await ann.ask("webhook_trigger", event="ping", data=1)
    assert paged == [d["delivery"] for d in everything]
    assert bad == "invalid_arguments"
    (got,) = receiver.got[:1]
    payload = Webhook(hook["secret"]).verify(got.body, got.headers)
    assert payload["type"] == "order.paid"
    assert payload["data"] == {"text": "für 5 €", "n": [1, None]}
    with pytest.raises(WebhookVerificationError):
        Webhook(other["secret"]).verify(got.body, got.headers)
    assert got.path == "/hook?a=1"
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["webhook-id"] == sent["message"]
    assert len(sent["deliveries"]) == 1
    assert nobody["deliveries"] == []
    assert direct["deliveries"] == [], "the endpoint did not ask for that event"
    assert (deleted["deleted"], gone["deliveries"]) == (True, [])
    assert [(d["status"], [a["status"] for a in d["attempts"]]) for d in history] == [("delivered", [204])]
    for secret in (hook["secret"], other["secret"]):
        assert len(secret) > 38
        assert secret not in json.dumps([listed, history]) + server.said()


async def test_failing_then_succeeding(tmp_path: Path, serve: Serve, receiver: Receiver) -> None:
    statuses = iter([500, 302, 200])
    receiver.answer = lambda handler, _got: say(handler, next(statuses), location=f"http://127.0.0.1:{receiver.port}/elsewhere")
    server = serve(craft(tmp_path, form(receiver.port)))
    async with Caller(server.url, "ann") as ann:
        hook = await ann.ask("webhook_register", url=f"http://127.0.0.1:{receiver.port}/")
        await ann.ask("webhook_trigger", event="ping", data={})
        history = await settled(ann)
    assert [a["status"] for a in history[0]["attempts"]] == [500, 302, 200]
    assert [a.get("error") for a in history[0]["attempts"]] == ["status 500", "status 302", None]
    assert [g.path for g in receiver.got] == ["/", "/", "/"], "a redirect is never followed"
    assert len({g.headers["webhook-id"] for g in receiver.got}) == 1
    for got in receiver.got:
        Webhook(hook["secret"]).verify(got.body, got.headers)


async def test_dead_letters_and_replay(tmp_path: Path, serve: Serve, receiver: Receiver) -> None:
    receiver.answer = lambda handler, _got: say(handler, 503)
    server = serve(craft(tmp_path, form(receiver.port, retry_seconds=[0.1])))
    async with Caller(server.url, "ann") as ann:
        hook = (await ann.ask("webhook_register", url=f"http://127.0.0.1:{receiver.port}/"))["webhook"]
        for n in range(3):
            await ann.ask("webhook_trigger", event="ping", data=n)
        dead = await settled(ann, 3)
        receiver.answer = lambda handler, _got: say(handler, 200)
        one = await ann.ask("webhook_replay", delivery=dead[0]["delivery"])
        await settled(ann, 3)
        rest = await ann.ask("webhook_replay", webhook=hook)
        alive = await settled(ann, 3)
        wrong = [await ann.ask("webhook_replay"), await ann.ask("webhook_replay", delivery="dl_no")]
        first = await ann.ask("webhook_history", limit=2)
        second = await ann.ask("webhook_history", limit=2, cursor=first["next_cursor"])
        receiver.answer = lambda handler, _got: say(handler, 410)
        await ann.ask("webhook_trigger", event="ping", data=9)
        gone = await settled(ann, 4)
        listed = await ann.ask("webhook_list")
        nothing = await ann.ask("webhook_trigger", event="ping", data=10)
    assert [d["status"] for d in dead] == ["dead"] * 3
    assert [len(d["attempts"]) for d in dead] == [2] * 3
    assert one["replayed"] == [dead[0]["delivery"]]
    assert sorted(rest["replayed"]) == sorted(d["delivery"] for d in dead[1:])
    assert [d["status"] for d in alive] == ["delivered"] * 3
    assert {d["message"] for d in dead} == {d["message"] for d in alive}
    assert wrong == ["invalid_arguments", "not_found"]
    assert [d["delivery"] for d in (*first["deliveries"], *second["deliveries"])] == [d["delivery"] for d in alive]
    assert (gone[0]["status"], len(gone[0]["attempts"])) == ("dead", 1)
    assert "410" in listed["webhooks"][0]["disabled"]
    assert nothing["deliveries"] == []


async def test_a_killed_server_delivers_after_its_restart(tmp_path: Path, serve: Serve, receiver: Receiver, database: dict[str, str]) -> None:
    receiver.answer = lambda _handler, _got: time.sleep(30)
    project = craft(tmp_path, form(receiver.port, timeout_seconds=2))
    server = serve(project, **database)
    async with Caller(server.url, "ann") as ann:
        hook = await ann.ask("webhook_register", url=f"http://127.0.0.1:{receiver.port}/")
        for n in range(8):  # more than are sent at once to one endpoint: some are claimed, some still wait
            await ann.ask("webhook_trigger", event="ping", data=n)
        await until(lambda: receiver.got, "the first attempt")
        server.process.kill()
        server.process.wait()
    asked = [g.headers["webhook-id"] for g in receiver.got]
    receiver.answer = lambda handler, _got: say(handler, 200)
    again = serve(project, **database)
    async with Caller(again.url, "ann") as ann:
        history = await settled(ann, 8)
    delivered = receiver.got[len(asked):]
    assert [d["status"] for d in history] == ["delivered"] * 8
    assert {json.loads(g.body)["data"] for g in delivered} == set(range(8)), "at least once"
    assert set(asked) <= {g.headers["webhook-id"] for g in delivered}
    for got in delivered:
        Webhook(hook["secret"]).verify(got.body, got.headers)


async def test_two_processes_send_everything_once(tmp_path: Path, serve: Serve, receiver: Receiver, database: dict[str, str]) -> None:
    receiver.answer = lambda handler, _got: (time.sleep(0.02), say(handler, 200))[1]
    project = craft(tmp_path, form(receiver.port))
    one, two = serve(project, **database), serve(project, **database)
    async with Caller(one.url, "ann") as here, Caller(two.url, "ann") as there:
        await here.ask("webhook_register", url=f"http://127.0.0.1:{receiver.port}/")
        sent = []
        for n in range(40):
            sent.append((await (here, there)[n % 2].ask("webhook_trigger", event="ping", data=n))["message"])
        history = await settled(there, 40)
    counted = Counter(g.headers["webhook-id"] for g in receiver.got)
    assert counted == dict.fromkeys(sent, 1)
    assert all(len(d["attempts"]) == 1 for d in history)


async def test_workers_behind_one_address_share_the_outbox(tmp_path: Path, serve: Serve, receiver: Receiver, database: dict[str, str]) -> None:
    server = serve(craft(tmp_path, form(receiver.port)), MCP_WORKERS="2", **database)
    async with Caller(server.url, "ann", "2026-07-28") as ann:
        await ann.ask("webhook_register", url=f"http://127.0.0.1:{receiver.port}/")
    sent = []
    for n in range(12):
        async with Caller(server.url, "ann", "2026-07-28") as ann:
            sent.append((await ann.ask("webhook_trigger", event="ping", data=n))["message"])
            history = await settled(ann, n + 1)
    assert Counter(g.headers["webhook-id"] for g in receiver.got) == dict.fromkeys(sent, 1)
    assert len(history) == 12


async def test_webhooks_of_others_are_not_there(tmp_path: Path, serve: Serve, receiver: Receiver) -> None:
    server = serve(with_callers(craft(tmp_path, form(receiver.port, max_webhooks=2))))
    url = f"http://127.0.0.1:{receiver.port}/"
    async with Caller(server.url, "ann") as ann, Caller(server.url, "bob") as bob:
        hook = (await ann.ask("webhook_register", url=url))["webhook"]
        sent = await ann.ask("webhook_trigger", event="ping", data=1)
        await settled(ann)
        tried = [
            await bob.ask("webhook_trigger", event="ping", data=1, webhook=hook), await bob.ask("webhook_delete", webhook=hook),
            await bob.ask("webhook_rotate_secret", webhook=hook), await bob.ask("webhook_history", webhook=hook),
            await bob.ask("webhook_replay", webhook=hook), await bob.ask("webhook_replay", delivery=sent["deliveries"][0])]
        his = [await bob.ask("webhook_list"), await bob.ask("webhook_history"), await bob.ask("webhook_trigger", event="ping", data=1)]
        many = [await bob.ask("webhook_register", url=url) for _ in range(3)]
        still = await ann.ask("webhook_list")
    assert tried == ["not_found"] * 6
    assert his[0] == {"webhooks": []}
    assert his[1] == {"deliveries": []}
    assert his[2]["deliveries"] == []
    assert many[2] == "too_many_webhooks"
    assert [h["webhook"] for h in still["webhooks"]] == [hook]
    assert len(receiver.got) == 1


async def test_secrets_are_rotated_with_an_overlap(tmp_path: Path, serve: Serve, receiver: Receiver) -> None:
    server = serve(craft(tmp_path, form(receiver.port)))
    async with Caller(server.url, "ann") as ann:
        hook = await ann.ask("webhook_register", url=f"http://127.0.0.1:{receiver.port}/")
        second = await ann.ask("webhook_rotate_secret", webhook=hook["webhook"])
        await ann.ask("webhook_trigger", event="ping", data=1)
        await settled(ann)
        third = await ann.ask("webhook_rotate_secret", webhook=hook["webhook"], overlap_hours=0)
        await ann.ask("webhook_trigger", event="ping", data=2)
        await settled(ann, 2)
    assert len({hook["secret"], second["secret"], third["secret"]}) == 3
    assert third["old_secret_valid_until"] is None
    during, after = receiver.got
    for secret in (hook["secret"], second["secret"]):
        Webhook(secret).verify(during.body, during.headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(after.body, after.headers)
    Webhook(third["secret"]).verify(after.body, after.headers)


CLOSED_4 = (
    "127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.255", "0.0.0.0", "0.0.0.1", "0.255.255.255", "10.0.0.1", "10.255.255.255", "172.16.0.1",
    "172.20.10.5", "172.31.255.255", "192.168.0.1", "192.168.255.255", "169.254.0.1", "169.254.169.254", "169.254.170.2", "169.254.169.123",
    "100.64.0.1", "100.100.100.200", "100.127.255.255", "168.63.129.16", "192.0.0.1", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.19.255.255",
    "198.51.100.7", "203.0.113.9", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255")
CLOSED_6 = (
    "::", "::1", "::2", "fe80::1", "fe80::a9fe:a9fe", "febf::1", "fec0::1", "fc00::1", "fd00::1", "fd00:ec2::254", "ff02::1", "ff0e::1",
    "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1",
    "2002:7f00:1::", "2002:a9fe:a9fe::", "2002:0a00:1::1", "3fff::1", "5f00::1", "::ffff:0:127.0.0.1", "2600::5efe:127.0.0.1",
    "2600::200:5efe:10.0.0.1", "2620:4f:8000::1", "4000::1")
SPELLINGS = (
    "2130706433", "0x7f000001", "0x7F.1", "0177.0.0.1", "0177.1", "127.1", "127.0.1", "0", "017700000001", "0x7f.0.0.1", "127.0.0.0x1",
    "127.0.0.01", "127.0.0.1.", "①②⑦.⓪.⓪.①", "127。0。0。1", "127.0.0.1%00", "127.0.0.1%2f.example.com", "169.254.43518", "0xa9fea9fe",
    "2852039166", "0251.0376.0251.0376", "425.510.425.510", "1.1", "3232235521", "256.256.256.256", "1.2.3.4.5", "1.2.3.0x4", "0x", "999999999999")
NAMES = (
    "localhost", "LOCALHOST", "localhost.", "foo.localhost", "metadata", "metadata.google.internal", "instance-data", "db", "printer.local",
    "intranet", "x.internal", "router.lan", "app.corp", "nas.home", "1.0.0.127.in-addr.arpa", "abc.onion", "loop.example.com", "mixed.example.com",
    "meta.example.com", "six.example.com", "mapped.example.com", "empty.example.com", "unknown.example.com", "-a.example.com", "a..example.com",
    ".example.com", "exa mple.com", "exämple.com", "ex%61mple.com", "a" * 64 + ".com", "kubernetes.default.svc.cluster.local")
SHAPES = (
    "http://good.example.com/", "HTTP://good.example.com/", "ftp://good.example.com/", "file:///etc/passwd", "gopher://good.example.com/", "dict://good.example.com:443/",
    "data:text/plain,x", "javascript:alert(1)", "//good.example.com/", "good.example.com", "https:/good.example.com/", "https:good.example.com", "https:///good.example.com",
    "https://", "https://?", "https://#", "https://:443/", "https://user@good.example.com/", "https://user:pw@good.example.com/", "https://@good.example.com/",
    "https://good.example.com@127.0.0.1/", "https://127.0.0.1\\@good.example.com/", "https://good.example.com\\.evil/", "https://good.example.com#@127.0.0.1/",
    "https://good.example.com/#f", "https://good.example.com:22/", "https://good.example.com:80/", "https://good.example.com:0/", "https://good.example.com:65536/",
    "https://good.example.com:-1/", "https://good.example.com:443x/", "https://good.example.com:8443/", "https://good.example.com/\r\nHost: x", "https://good.example.com/\t",
    "https://good.example.com/ x", " https://good.example.com/", "https://good.example.com/é", "https://[::1", "https://::1]/", "https://[good.example.com]/",
    "https://[::1%25lo]/", "https://[fe80::1%25eth0]/", "https://[2606:4700::1%25eth0]/", "https://[v1.x]/", "https://good.example.com/" + "a" * 2000)
REFUSED = (
    *(f"https://{a}/" for a in CLOSED_4), *(f"https://[{a}]/" for a in CLOSED_6), *(f"https://[::ffff:{a}]/" for a in CLOSED_4),
    *(f"https://[::{a}]/" for a in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "8.8.8.8")), *(f"https://[64:ff9b::{a}]/" for a in CLOSED_4),
    *(f"https://{a}/" for a in SPELLINGS), *(f"https://{a}/" for a in NAMES), *SHAPES)
ALLOWED = (
    "https://good.example.com/", "https://good.example.com", "https://good.example.com:443/a/b?c=d%20e&f[]=g", "HTTPS://good.example.com/".replace("HTTPS", "https"),
    "https://GOOD.example.com/hook", "https://xn--exmple-cua.example.com/", "https://8.8.8.8/", "https://[2606:4700:4700::1111]/", "https://dual.example.com/",
    "https://[64:ff9b::8.8.8.8]/", "https://under_score.example.com/?x", "https://100.128.0.1/", "https://172.32.0.1/", "https://11.0.0.1/")


async def test_internal_targets_are_refused_and_others_accepted(tmp_path: Path, serve: Serve) -> None:
    assert len(set(REFUSED)) >= 150
    project = with_names(
        craft(tmp_path, {"capabilities": ["tools", "webhooks"]}),
        good_example_com=["93.184.216.34"], loop_example_com=["127.0.0.1"], mixed_example_com=["93.184.216.34", "10.0.0.1"],
        meta_example_com=["169.254.169.254"], six_example_com=["::1"], mapped_example_com=["::ffff:127.0.0.1"], empty_example_com=[],
        dual_example_com=["93.184.216.34", "2606:2800:220:1::1"], localhost=["93.184.216.34"], metadata=["93.184.216.34"], db=["93.184.216.34"],
        **{"x_internal": ["93.184.216.34"], "metadata_google_internal": ["93.184.216.34"], "printer_local": ["93.184.216.34"], "intranet": ["93.184.216.34"]})
    path = project / "src" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["modules"][-1]["options"]["names"] |= {"xn--exmple-cua.example.com": ["93.184.216.34"], "under_score.example.com": ["93.184.216.34"]}
    path.write_text(json.dumps(manifest), "utf-8")
    server = serve(project)
    async with Caller(server.url, "ann") as ann:
        passed = [url for url in REFUSED if await ann.ask("webhook_register", url=url) != "invalid_arguments"]
        accepted = [await ann.ask("webhook_register", url=url) for url in ALLOWED]
        listed = await ann.ask("webhook_list")
    assert passed == []
    assert [a if isinstance(a, str) else "" for a in accepted] == [""] * len(ALLOWED)
    assert len(listed["webhooks"]) == len(ALLOWED)


async def test_a_name_that_changes_its_address_is_refused(tmp_path: Path, serve: Serve, receiver: Receiver) -> None:
    """The first answers are fine, later ones lead to another address of this machine, where somebody listens too."""
    internal = Receiver("127.0.0.2", receiver.port)
    project = with_names(craft(tmp_path, form(receiver.port)), rebind_example_com=["127.0.0.1", "127.0.0.1", "127.0.0.2"])
    server = serve(project)
    async with Caller(server.url, "ann") as ann:
        await ann.ask("webhook_register", url=f"http://rebind.example.com:{receiver.port}/")
        await ann.ask("webhook_trigger", event="ping", data=1)
        first = await settled(ann)
        await ann.ask("webhook_trigger", event="ping", data=2)
        second = await settled(ann, 2)
    internal.close()
    assert first[0]["status"] == "delivered"
    assert second[0]["status"] == "dead"
    assert all("not public" in a["error"] for a in second[0]["attempts"])
    assert [g.headers["host"] for g in receiver.got] == [f"rebind.example.com:{receiver.port}"]
    assert internal.got == []


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A server's certificate for a name, and the file of the authority that signed it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(key, hashes.SHA256()))
    file = folder / f"{name}.pem"
    pem = made.public_bytes(serialization.Encoding.PEM)
    file.write_bytes(pem + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    authority = folder / f"{name}-ca.pem"
    authority.write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context, authority


async def test_tls_is_checked_against_the_name(tmp_path: Path, serve: Serve) -> None:
    context, authority = certificate(tmp_path, "hooks.example.com")
    secure = Receiver(context=context)
    options = {"allow_networks": ["127.0.0.1/32"], "ports": [secure.port], "timeout_seconds": 2, "retry_seconds": []}
    project = with_names(
        craft(tmp_path, {"capabilities": ["tools", "webhooks"], "options": {"webhooks": options}}),
        hooks_example_com=["127.0.0.1"], wrong_example_com=["127.0.0.1"])
    server = serve(project, SSL_CERT_FILE=str(authority))
    async with Caller(server.url, "ann") as ann:
        good = await ann.ask("webhook_register", url=f"https://hooks.example.com:{secure.port}/x", events=["good"])
        await ann.ask("webhook_register", url=f"https://wrong.example.com:{secure.port}/x", events=["wrong"])
        await ann.ask("webhook_trigger", event="good", data=1)
        await ann.ask("webhook_trigger", event="wrong", data=1)
        wrong, right = await settled(ann, 2)
    secure.close()
    assert [(d["event"], d["status"]) for d in (right, wrong)] == [("good", "delivered"), ("wrong", "dead")]
    assert "certificate" in wrong["attempts"][0]["error"]
    assert set(secure.names) == {"hooks.example.com", "wrong.example.com"}, "TLS gets the name, not the address"
    (got,) = secure.got
    assert got.headers["host"] == f"hooks.example.com:{secure.port}"
    Webhook(good["secret"]).verify(got.body, got.headers)


async def test_receivers_cannot_hold_the_server(tmp_path: Path, serve: Serve, receiver: Receiver) -> None:
    """Answers that drip, never end or are no HTTP cost a bounded time, and others are served meanwhile."""

    def answer(handler: Any, got: Got) -> None:
        if got.path == "/drip":
            for _ in range(100):
                handler.wfile.write(b"H")
                time.sleep(0.1)
        elif got.path == "/endless":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
            for _ in range(10_000):
                handler.wfile.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        elif got.path == "/headers":
            for n in range(10_000):
                handler.wfile.write(b"HTTP/1.1 200 OK\r\n" if n == 0 else b"x: " + b"y" * 1000 + b"\r\n")
        elif got.path == "/nonsense":
            handler.wfile.write(b"220 smtp.example.com ESMTP\r\n")
        elif got.path == "/silent":
            time.sleep(20)
        else:
            say(handler, 200)

    def guarded(handler: Any, got: Got) -> None:
        try:
            answer(handler, got)
        except OSError:
            pass

    receiver.answer = guarded
    server = serve(craft(tmp_path, form(receiver.port, timeout_seconds=1, retry_seconds=[])))
    paths = ("drip", "endless", "headers", "nonsense", "silent", "fine")
    async with Caller(server.url, "ann") as ann:
        for path in paths:
            await ann.ask("webhook_register", url=f"http://127.0.0.1:{receiver.port}/{path}", events=[path])
        for path in paths:
            await ann.ask("webhook_trigger", event=path, data=1)
        history = {d["event"]: d for d in await settled(ann, len(paths))}
    assert {event: d["status"] for event, d in history.items()} == {
        "drip": "dead", "endless": "delivered", "headers": "dead", "nonsense": "dead", "silent": "dead", "fine": "delivered"}
    assert all(d["attempts"][0]["seconds"] < 5 for d in history.values())


async def test_a_message_of_an_undone_transaction_is_not_sent(tmp_path: Path, serve: Serve, receiver: Receiver) -> None:
    body = """
from ..modules.persistence import Persistence
from ..modules.webhooks import Webhooks
async with Persistence.of(ctx.app).transaction() as session:
    await Webhooks.of(ctx.app).send(ctx.principal, "order.paid", kwargs["fail"], session=session)
    if kwargs["fail"]:
        raise ValueError("undone")
return "done"
"""
    tool = {"name": "order", "description": "Orders", "parameters": {"fail": {"type": "boolean"}}, "implementation": body, "probe": False}
    server = serve(craft(tmp_path, form(receiver.port) | {"custom_tools": [tool]}))
    async with Caller(server.url, "ann") as ann:
        await ann.ask("webhook_register", url=f"http://127.0.0.1:{receiver.port}/")
        undone = await ann.ask("order", fail=True)
        await ann.ask("order", fail=False)
        history = await settled(ann)
    assert undone == "exception"
    assert len(history) == 1
    assert [json.loads(g.body)["data"] for g in receiver.got] == [False]


