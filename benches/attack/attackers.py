"""Those who attack: each of ATTACKS is one way to do it, and goes on until it is stopped.

    attackers.py ATTACK SECONDS FILE     the file has what attackers know: the address, tokens, ids of events

The last line is what they were answered: a JSON object of statuses, each with how often.
"""
import asyncio
import gzip
import json
import random
import resource
import sys
from collections import Counter

answers = Counter()


class Known:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            known = json.load(file)
        self.host, self.port = known["address"].split(":")
        self.clients, self.services, self.event_ids = known["clients"], known["services"], known["event_ids"]
        self.account = known["account"]


def name():
    return "".join(random.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=12))


def request(method, path, token=None, body=None, announced=None, **headers):
    headers.setdefault("host", "127.0.0.1")
    lines = [f"{method} {path} HTTP/1.1"]
    if token:
        lines.append(f"authorization: Bearer {token}")
    if body is not None:
        lines.append(f"content-length: {announced or len(body)}")
        headers.setdefault("content_type", "application/json")
    lines += [f"{header.replace('_', '-')}: {value}" for header, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (body or b"")


async def head(reader):
    """The status of an answer, and its headers."""
    text = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    lines = text.split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    return int(lines[0].split(" ")[1]), headers


async def pour_away(reader, headers):
    """Reads the body of an answer to its end."""
    if "transfer-encoding" not in headers:
        await reader.readexactly(int(headers.get("content-length", 0)))
        return
    while size := int((await reader.readuntil(b"\r\n")).strip() or b"0", 16):
        await reader.readexactly(size + 2)
    await reader.readuntil(b"\r\n")


async def again(known, work, address=lambda: None):
    """Connects, does this work, and begins again when the connection ends, without end."""
    while True:
        writer, ends = None, "not connected"
        try:
            local = address()
            reader, writer = await asyncio.open_connection(known.host, known.port, local_addr=local and (local, 0))
            ends = "closed"
            await work(reader, writer)
        except (OSError, asyncio.IncompleteReadError, EOFError):
            answers[ends] += 1
            # Whoever is not let in at all tries again a little later.
            await asyncio.sleep(0.1 if ends == "not connected" else 0)
        finally:
            if writer:
                writer.transport.abort()


async def many(count, known, work, address=lambda: None):
    await asyncio.gather(*(again(known, lambda reader, writer, number=number: work(number, reader, writer), address)
                           for number in range(count)))


async def flood(count, known, made, address=lambda: None):
    """So many connections, each of which asks again as soon as it is answered."""
    async def work(number, reader, writer):
        while True:
            writer.write(made(number))
            status, headers = await head(reader)
            await pour_away(reader, headers)
            answers[status] += 1
    await many(count, known, work, address)


def anywhere():
    """One of many addresses of this machine, or the one that everybody has."""
    return None if random.random() < 0.5 else f"127.{random.randrange(1, 255)}.{random.randrange(256)}.{random.randrange(1, 255)}"


async def nobody(known):
    await asyncio.Event().wait()


async def idle(known):
    """A third says nothing, a third half a head, a third asks once and stays."""
    async def work(number, reader, writer):
        if number % 3 == 1:
            writer.write(b"GET /api/accounts HTTP/1.1\r\nhost: 127.0.0.1\r\n")
        if number % 3 == 2:
            writer.write(request("GET", "/healthz"))
            status, headers = await head(reader)
            await pour_away(reader, headers)
            answers[status] += 1
        while await reader.read(4096):
            pass
        raise EOFError
    await many(1_100, known, work)


async def follow(reader):
    """Takes what a stream says, to its end."""
    while taken := await reader.read(65536):
        answers["bytes"] += len(taken)
    raise EOFError


async def streams(known):
    """Of one client; whoever is refused asks again after a second."""
    async def work(_, reader, writer):
        while True:
            writer.write(request("GET", "/api/events", known.clients[0]))
            status, headers = await head(reader)
            answers[status] += 1
            if status == 200:
                await follow(reader)
            await pour_away(reader, headers)
            await asyncio.sleep(1)
    await many(986, known, work)


async def slow(known):
    """A byte a second: half of a head, half of a body."""
    async def work(number, reader, writer):
        async def trickle():
            while True:
                writer.write(b"a" if number % 2 else b" ")
                await asyncio.sleep(1)
        if number % 2:
            writer.write(b"GET /api/accounts HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ")
        else:
            token = known.clients[number % len(known.clients)]
            writer.write(request("POST", "/api/requetes-financieres", token, b"", announced=9_000))
        trickling = asyncio.create_task(trickle())
        try:
            status, headers = await head(reader)
            answers[status] += 1
        finally:
            trickling.cancel()
    await many(800, known, work)


async def methods(known):
    await flood(32, known, lambda number: request(name(), "/api/accounts/1", known.clients[number]))


async def paths(known):
    def made(number):
        path = random.choice([f"/{name()}", f"/api/{name()}/{name()}", f"/api/accounts/{name()}?{name()}={name()}"])
        return request(random.choice(["GET", "POST", name()]), path, random.choice([None, known.clients[number]]))
    await flood(32, known, made)


async def deep(known):
    """A batch whose one movement has a payload that makes the body 500 KB, nested 31 deep; every other one has no amount."""
    payload = b'{"a":' * 26 + b"[" + b",".join([b'{"b":1}'] * 62_000) + b"]" + b"}" * 26

    def made(number):
        amount = random.choice([b"1", b"null"])
        movement = (b'{"source":"wave","type":"payment","account_id":%d,"reference":"%s","amount":%s,"payload":%s}'
                    % (known.account, name().encode(), amount, payload))
        body = b'{"mouvements":[' + movement + b"]}"
        return request("POST", "/api/mouvements", known.services[number % len(known.services)], body)
    await flood(8, known, made)


async def bodies(known):
    """64 KB: names that do not exist, or a description that is too long."""
    unknown = ("{" + ",".join(f'"f{number}":{number}' for number in range(4_900)) + "}").encode()
    long = json.dumps({"category": "credit", "amount": 1, "description": "é" * 10_500}).encode()
    assert all(60_000 < len(body) <= 65_536 for body in [unknown, long]), (len(unknown), len(long))
    await flood(64, known, lambda number: request("POST", "/api/requetes-financieres", known.clients[number % len(known.clients)],
                                                  random.choice([unknown, long])))


async def downloads(known):
    path = f"/api/accounts/{known.account}/mouvements"
    await flood(300, known, lambda _: request("GET", path, known.clients[0], accept="text/csv"))


async def old_ids(known):
    """Eight streams of each client, which are cut after what was missed, and asked for again."""
    async def work(number, reader, writer):
        client = number % len(known.clients)
        last = random.choice(["0", known.event_ids[client]])
        writer.write(request("GET", "/api/events", known.clients[client], last_event_id=last))
        status, _ = await head(reader)
        answers[status] += 1
        try:
            await asyncio.wait_for(follow(reader), 2)
        except asyncio.TimeoutError:
            pass
    await many(8 * len(known.clients), known, work)


async def sign_ins(known):
    host = f"127.0.0.1:{known.port}"
    form = {"host": host, "origin": f"http://{host}", "content_type": "application/x-www-form-urlencoded"}
    await flood(64, known, lambda _: request("POST", "/console/sign-in", body=f"token={name()}".encode(), **form), anywhere)


async def wrong_tokens(known):
    body = json.dumps({"domain": "helpdesk", "type": "helpdesk.movement", "payload": {"n": 1}}).encode()
    await flood(64, known, lambda _: request("POST", "/messager/api/messages", name(), body), anywhere)


async def gzipped(known):
    """64 KB that would be 60 MB."""
    bomb = gzip.compress(b" " * 62_000_000)
    assert 50_000 < len(bomb) <= 65_536, len(bomb)
    await flood(32, known, lambda number: request("POST", "/api/requetes-financieres", known.clients[number], bomb,
                                                  content_encoding="gzip"))


async def unread(known):
    """Asks 150 times at once for a long answer, compressed, without a token, and takes nothing of it."""
    async def work(_, reader, writer):
        writer.transport.pause_reading()
        writer.write(request("GET", "/api/openapi.json", accept_encoding="gzip") * 150)
        await asyncio.sleep(90)
    await many(800, known, work)


# What each is called in the table.
ATTACKS = {
    "nobody": (nobody, "nobody attacks"),
    "idle": (idle, "1,100 connections, silent, half a head or idle"),
    "streams": (streams, "986 streams of one client"),
    "slow": (slow, "800 heads and bodies, a byte a second"),
    "methods": (methods, "random method names"),
    "paths": (paths, "random methods and paths"),
    "deep": (deep, "bodies of 500 KB, nested 31 deep"),
    "bodies": (bodies, "bodies of 64 KB by 64 at once"),
    "downloads": (downloads, "300 CSV downloads of one client"),
    "old_ids": (old_ids, "old `Last-Event-ID`s, by many"),
    "sign_ins": (sign_ins, "sign-in attempts without end"),
    "wrong_tokens": (wrong_tokens, "Messager's API with wrong tokens"),
    "gzipped": (gzipped, "gzip bodies"),
    "unread": (unread, "long answers that nobody takes"),
}


async def main(attack, seconds, path):
    try:
        await asyncio.wait_for(ATTACKS[attack][0](Known(path)), float(seconds))
    except asyncio.TimeoutError:
        pass


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8_192) if most > 0 else 8_192, most))
    asyncio.run(main(*sys.argv[1:]))
    print(json.dumps(answers))
