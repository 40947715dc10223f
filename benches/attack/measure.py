"""One honest person beside attackers: how many calls are answered, how soon, and what the server holds meanwhile.

    measure.py ADDRESS PID DIRECTORY SECONDS [ATTACK...]     the server's address, process and directory; the attacks, all when left out
"""
import http.client
import json
import math
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from attackers import ATTACKS

# Who is honest calls so often a second, each time on a new connection.
CALLS = 5
# A call that takes longer was not answered; it is waited for a while more, to tell how long it takes.
ANSWERED_WITHIN, PATIENCE = 5, 20
# MiB that the server may hold more than before the first attack, at any moment.
AT_MOST = 256
CLIENTS, SERVICES, MOVEMENTS = 60, 6, 4_000


class Server:
    def __init__(self, address, pid):
        self.address, self.pid = address, int(pid)

    def call(self, method, path, token=None, body=None, patience=60):
        """The status of an answer, and what it says; the time it may take is that of its whole."""
        end = time.monotonic() + patience
        connection = http.client.HTTPConnection(self.address, timeout=patience)
        try:
            headers = {"content-type": "application/json"}
            if token:
                headers["authorization"] = f"Bearer {token}"
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            connection.sock and connection.sock.settimeout(max(0.1, end - time.monotonic()))
            return answer.status, answer.read()
        finally:
            connection.close()

    def made(self, path, draft, token):
        status, answer = self.call("POST", path, token, draft)
        assert status in (200, 201), (path, status, answer)
        return json.loads(answer)

    def memory(self):
        """MiB of it that are in memory."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0

    def worked(self):
        """Seconds that it had a processor."""
        user, system = Path(f"/proc/{self.pid}/stat").read_text().rpartition(") ")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def files(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def is_ready(self):
        for _ in range(20):
            try:
                if self.call("GET", "/readyz", patience=5)[0] == 200:
                    return True
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.5)
        return False

    def metrics(self):
        return len(self.call("GET", "/metrics")[1])


def prepare(server, directory):
    """People, an account with a history for the attackers, and one for who is honest."""
    tokens = json.loads((directory / "data/tokens.json").read_text())["tokens"]
    admin = tokens["admin"]

    def token(draft):
        person = server.made("/api/personnes", draft, admin)["id"]
        return server.made(f"/api/personnes/{person}/jetons", {}, admin)["token"]

    def client(what, account):
        return token({"name": what, "email": f"{what}@example.test", "role": "client", "account_id": account, "kind": "agent"})

    theirs, own = (server.made("/api/accounts", {"name": name, "limit": "900000000"}, admin)["id"] for name in ("Plateau", "Vridi"))
    clients = [client(f"agent{number}", theirs) for number in range(CLIENTS)]
    services = [token({"name": f"service{number}", "email": f"service{number}@example.test", "role": "service"})
                for number in range(SERVICES)]

    def post(first, count):
        movements = [{"source": "wave", "type": "payment", "amount": "1000", "account_id": theirs, "reference": f"TX-{number}"}
                     for number in range(first, first + count)]
        server.made("/api/mouvements", {"mouvements": movements}, services[0])

    listening = []
    for each in clients:
        connection = http.client.HTTPConnection(server.address, timeout=30)
        connection.request("GET", "/api/events", headers={"authorization": f"Bearer {each}"})
        listening.append((connection, connection.getresponse()))
    post(0, 1)
    ids = []
    for connection, stream in listening:
        line = b""
        while not line.startswith(b"id:"):
            line = stream.readline()
        ids.append(line[3:].strip().decode())
        connection.close()
    for first in range(1, MOVEMENTS, 500):
        post(first, 500)
    known = {"address": server.address, "clients": clients, "services": services, "event_ids": ids, "account": theirs}
    (directory / "known").write_text(json.dumps(known))
    (directory / "known").chmod(0o600)
    return client("honnete", own), own


def others_worked(server):
    """Seconds that a processor worked for others than the server, attackers that have ended and this program."""
    times = [int(time) for time in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    idle, ours = times[3] + times[4], os.times()
    return (sum(times) - idle) / os.sysconf("SC_CLK_TCK") - server.worked() - sum(ours[:4])


class Honest:
    """Asks for a list, an account, a credit in turn, whether the calls before were answered or not."""

    def __init__(self, server, token, account):
        self.server, self.token, self.account = server, token, account
        self.took, self.broken, self.lock = [], [], threading.Lock()

    def call(self, number):
        draft = {"category": "credit", "amount": 1}
        call = [("GET", "/api/requetes-financieres", None, 200), ("GET", f"/api/accounts/{self.account}", None, 200),
                ("POST", "/api/requetes-financieres", draft, 201)][number % 3]
        method, path, body, expected = call
        began = time.monotonic()
        try:
            status = self.server.call(method, path, self.token, body, PATIENCE)[0]
        except (OSError, http.client.HTTPException) as error:
            status = type(error).__name__
        took = time.monotonic() - began
        with self.lock:
            self.took.append(took)
            if status != expected or took > ANSWERED_WITHIN:
                self.broken.append(f"{method} {path}: {status} after {took:.1f} s")

    def calls(self, seconds):
        threads, began = [], time.monotonic()
        for number in range(seconds * CALLS):
            time.sleep(max(0, began + number / CALLS - time.monotonic()))
            threads.append(threading.Thread(target=self.call, args=(number,)))
            threads[-1].start()
        for thread in threads:
            thread.join()

    def within(self, share):
        took = sorted(self.took)
        return took[math.ceil(share * len(took)) - 1] * 1_000


class Watch(threading.Thread):
    """The most that the server holds until it is told to stop."""

    def __init__(self, server):
        super().__init__()
        self.server, self.over, self.memory, self.files = server, threading.Event(), 0, 0

    def run(self):
        while not self.over.wait(0.05):
            try:
                self.memory = max(self.memory, self.server.memory())
                self.files = max(self.files, self.server.files())
            except OSError:
                return


def attacked(server, attack, seconds, directory, person, first):
    """One attack: its line of the table, and what broke."""
    honest, watch, before = Honest(server, *person), Watch(server), server.memory()
    began, worked, others = time.monotonic(), server.worked(), others_worked(server)
    watch.start()
    command = [sys.executable, Path(__file__).with_name("attackers.py"), attack, str(seconds + 2), directory / "known"]
    attackers = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    time.sleep(1)
    honest.calls(seconds)
    said, _ = attackers.communicate(timeout=120)
    busy = "-"
    if Path(f"/proc/{server.pid}").exists():
        passed = time.monotonic() - began
        busy = f"{(server.worked() - worked) / passed:.1f}, {(others_worked(server) - others) / passed:.1f}"
    broken = list(honest.broken)
    if not server.is_ready():
        broken.append("readyz does not answer 200 afterwards")
    time.sleep(2)
    watch.over.set()
    watch.join()
    try:
        after = server.memory()
    except OSError:
        return f"| {ATTACKS[attack][1]} | the server ended |", ["the server ended"]
    if attackers.returncode:
        broken.append("the attackers ended too early")
    if watch.memory > first + AT_MOST:
        broken.append(f"memory: {first:.0f} MiB before the first attack, {watch.memory:.0f} at most, {after:.0f} after")
    answers = json.loads(said or "{}")
    told = ", ".join(f"{status}: {count:,}" for status, count in sorted(answers.items(), key=lambda each: -each[1])[:3])
    answered = len(honest.took) - len(honest.broken)
    times = " | ".join(f"{honest.within(share):.0f}" for share in (0.5, 0.99, 1))
    memory = f"{before:.0f}, {watch.memory:.0f}, {after:.0f}"
    shares = f"{answered} of {len(honest.took)} | {times} | {memory} | {watch.files} | {busy}"
    return f"| {ATTACKS[attack][1]} | {told or '-'} | {shares} |", broken


def main(address, pid, directory, seconds, *attacks):
    unknown = set(attacks) - set(ATTACKS)
    if unknown:
        sys.exit(f"attack: not known: {', '.join(unknown)}; known are {', '.join(ATTACKS)}")
    server, directory = Server(address, pid), Path(directory)
    person = prepare(server, directory)
    first, metrics, failed = server.memory(), server.metrics(), []
    # Processors: how many worked for the server on average, and for others than it, attackers and this program.
    print("| attack | answers to it | honest answered | p50, ms | p99 | slowest | MiB before, most, after | files | processors |")
    print("|" + " --- |" * 9, flush=True)
    for attack in attacks or ATTACKS:
        line, broken = attacked(server, attack, int(seconds), directory, person, first)
        print(line, flush=True)
        failed += [f"{attack}: {what}" for what in broken]
        if not Path(f"/proc/{pid}").exists():
            break
    else:
        print(f"\n`/metrics`: {metrics:,} bytes before, {server.metrics():,} after all of it. Load {os.getloadavg()[0]:.1f}.")
    for what in failed[:50]:
        print(f"attack: BROKE: {what}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
