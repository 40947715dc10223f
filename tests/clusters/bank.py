"""Callers who ask for credits while nodes and servers under them die; what was answered is there, once, within the limits.

    bank.py EVENTS TOKEN ADDRESS...    the file gets a line for each thing that is done to a node or a server, and `enough` at the end;
                                       the token is an admin's; who calls takes any of the addresses
"""
import json
import random
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid

CALLERS = 16
ACCOUNTS = 40
LIMIT = 2_000_000
# A call that a node lets down is made again elsewhere, by the same key, for so long.
PATIENCE = 90


class Bank:
    def __init__(self, admin, addresses):
        self.servers = [f"http://{address}" for address in addresses]
        self.admin, self.enough = admin, threading.Event()
        self.answered, self.refused, self.troubles, self.unanswered = {}, {}, {}, []
        # When somebody was answered; when what happened.
        self.times, self.events = [], []
        self.slowest_refusal = 0.0
        self.lock = threading.Lock()

    def call(self, server, token, method, path, body=None, key=None):
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        if key:
            headers["idempotency-key"] = key
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(server + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=35) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            # What a proxy says by itself is no JSON.
            return error.code, None if error.code >= 500 else json.loads(error.read() or b"null")

    def ready(self):
        for server in self.servers:
            for _ in range(300):
                try:
                    if self.call(server, self.admin, "GET", "/readyz")[0] == 200:
                        break
                except (urllib.error.URLError, OSError):
                    pass
                time.sleep(0.2)
            else:
                sys.exit(f"bank: {server} is not ready")

    def made(self, path, draft):
        key = str(uuid.uuid4())
        for _ in range(120):
            status, answer = self.call(self.servers[0], self.admin, "POST", path, draft, key)
            if status != 503:
                break
            time.sleep(0.5)
        assert status == 201, (status, answer)
        return answer

    def prepare(self):
        person = {"name": "Caisse", "email": "caisse@example.test", "role": "operation"}
        made = self.made("/api/personnes", person)
        self.token = self.made(f"/api/personnes/{made['id']}/jetons", {})["token"]
        self.accounts = []
        for number in range(ACCOUNTS):
            draft = {"name": f"Agence {number}", "limit": str(LIMIT)}
            self.accounts.append(self.made("/api/accounts", draft)["id"])

    def trouble(self, what, took):
        with self.lock:
            self.troubles[what] = self.troubles.get(what, 0) + 1
            if what == 503:
                self.slowest_refusal = max(self.slowest_refusal, took)

    def caller(self, seed):
        chance = random.Random(seed)
        while not self.enough.is_set():
            hot = chance.random() < 0.4
            account = self.accounts[0] if hot else chance.choice(self.accounts)
            body = {"category": "credit", "account_id": account, "amount": chance.randrange(1_000, 30_000)}
            key, began = str(uuid.uuid4()), time.monotonic()
            while True:
                sent = time.monotonic()
                try:
                    status, answer = self.call(chance.choice(self.servers), self.token, "POST", "/api/requetes-financieres", body, key)
                except (urllib.error.URLError, OSError, json.JSONDecodeError) as error:
                    status, answer = type(error).__name__, None
                if status == 201:
                    with self.lock:
                        self.answered[key] = (answer["id"], account, body["amount"])
                        self.times.append(time.monotonic())
                    break
                if status in (403, 404, 409, 422):
                    with self.lock:
                        self.refused[key] = (status, answer)
                    break
                self.trouble(status, time.monotonic() - sent)
                if time.monotonic() - began > PATIENCE:
                    with self.lock:
                        self.unanswered.append(key)
                    break
                time.sleep(0.05)

    def follow(self, path):
        """Notes what happens, when it does, and tells when somebody was answered after it; the last line is the end."""
        known, told = 0, 0
        while not self.enough.wait(0.05):
            if told < len(self.events) and self.times and max(self.times[-CALLERS:]) > self.events[-1][0]:
                told = len(self.events)
                print(f"answered after: {self.events[-1][1]}", flush=True)
            with open(path, encoding="utf-8") as file:
                lines = file.read().split("\n")[:-1]
            for line in lines[known:]:
                self.events.append((time.monotonic(), line))
                if line == "enough":
                    self.enough.set()
            known = len(lines)

    def phases(self):
        """For each thing that happened: how many were answered until the next one, and the longest time in which nobody was."""
        times = sorted(self.times)
        for (begin, what), (end, _) in zip(self.events, self.events[1:]):
            within = [begin, *(time for time in times if begin <= time < end), end]
            silence = max(after - before for before, after in zip(within, within[1:]))
            yield what, len(within) - 2, end - begin, silence

    def requests(self):
        found, cursor = {}, ""
        while True:
            _, page = self.call(self.servers[0], self.token, "GET", f"/api/requetes-financieres?limit=200{cursor}")
            for row in page["items"]:
                found[row["id"]] = row
            if not page.get("next_cursor"):
                return found
            cursor = "&cursor=" + page["next_cursor"]

    def settled(self):
        for _ in range(600):
            rows = self.requests()
            if all(row["status"] in ("closed", "waiting", "cancelled") for row in rows.values()):
                return rows
            time.sleep(0.5)
        return rows


def main(events, admin, *addresses):
    bank, failed = Bank(admin, addresses), 0

    def check(what, holds, more=""):
        nonlocal failed
        failed += not holds
        print(f"{'ok' if holds else 'not ok'} {what}" + ("" if holds else f": {more}"), flush=True)

    bank.ready()
    bank.prepare()
    print("callers begin", flush=True)
    bank.events.append((time.monotonic(), "nothing happens yet"))
    callers = [threading.Thread(target=bank.caller, args=(seed,)) for seed in range(CALLERS)]
    for caller in callers:
        caller.start()
    bank.follow(events)
    for caller in callers:
        caller.join()
    rows = bank.settled()
    statuses = {}
    for row in rows.values():
        statuses[row["status"]] = statuses.get(row["status"], 0) + 1
    print(f"figures: {len(bank.answered)} answered, {statuses}, calls made again {bank.troubles}, "
          f"slowest 503 {bank.slowest_refusal:.1f} s")
    phases = list(bank.phases())
    for what, answered, took, silence in phases:
        print(f"figures: {what}: {answered} answered in {took:.0f} s, nobody for {silence:.1f} s at most")
    mute = [what for what, answered, _, _ in phases if not answered and not what.startswith("no quorum")]
    check("whatever happens, callers are answered before the next thing does", not mute, mute)
    check("nobody is refused", not bank.refused, list(bank.refused.values())[:3])
    lost = [key for key, (id, account, amount) in bank.answered.items()
            if rows.get(id, {}).get("amount") != str(amount) or rows[id]["account_id"] != account]
    check("nothing that was answered is lost", not lost, lost)
    extra = len(rows) - len(bank.answered)
    check("nothing is there twice", 0 <= extra <= len(bank.unanswered), f"{extra} more than answered, {len(bank.unanswered)} open")
    check("everything ends", set(statuses) <= {"closed", "waiting"}, statuses)
    beyond = []
    for account in bank.accounts:
        _, figures = bank.call(bank.servers[0], admin, "GET", f"/api/accounts/{account}")
        granted = sum(int(row["amount"]) for row in rows.values() if row["account_id"] == account and row["status"] == "closed")
        if int(figures["active_credit"]) != granted or granted >= LIMIT:
            beyond.append((account, figures["active_credit"], granted))
    check("no account is beyond its limit, and each holds what was granted", not beyond, beyond)
    check("no call was given up", not bank.unanswered, len(bank.unanswered))
    return failed


sys.exit(1 if main(*sys.argv[1:]) else 0)
