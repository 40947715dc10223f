"""Callers who ask for credits, some a second, and a look at what became of them.

    callers.py STATE SERVER TOKEN prepare          accounts, and a person who asks
    callers.py STATE SERVER TOKEN ask SECONDS      asks that long
    callers.py STATE SERVER TOKEN pause | resume   Messager's deliveries
    callers.py STATE SERVER TOKEN settled [WHAT]   waits until nothing is under way, and says what holds
"""
import json
import os
import sys
import time
import urllib.error
import urllib.request
import uuid

ACCOUNTS = 5
A_SECOND = 10


class Server:
    def __init__(self, server, token):
        self.server, self.token = server, token

    def call(self, method, path, body=None, token=None):
        headers = {"authorization": f"Bearer {token or self.token}", "content-type": "application/json"}
        headers["idempotency-key"] = str(uuid.uuid4())
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.server + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=35) as answer:
            return json.loads(answer.read() or b"null")

    def ready(self):
        for _ in range(600):
            try:
                return self.call("GET", "/readyz")
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        sys.exit("callers: the server is not ready")

    def all(self, path):
        found, cursor = [], ""
        while True:
            page = self.call("GET", f"{path}limit=200{cursor}")
            found += page["items"]
            if not page.get("next_cursor"):
                return found
            cursor = "&cursor=" + page["next_cursor"]

    def settled(self):
        for _ in range(600):
            requests = self.all("/api/requetes-financieres?")
            if all(request["status"] == "closed" for request in requests):
                break
            time.sleep(0.2)
        return requests


def looked(server, what, requests):
    """A request has one movement, and an account what its requests were granted."""
    under_way = [request["id"] for request in requests if request["status"] != "closed"]
    problems = [f"under way: {under_way}"] if under_way else []
    for account in {request["account_id"] for request in requests}:
        amounts = sorted(int(request["amount"]) for request in requests if request["account_id"] == account)
        movements = server.all(f"/api/accounts/{account}/mouvements?")
        written = sorted(abs(int(movement["total_operation"])) for movement in movements)
        active = int(server.call("GET", f"/api/accounts/{account}")["active_credit"])
        if written != amounts or active != sum(amounts):
            problems.append(f"account {account}: {len(amounts)} requests, {len(written)} movements, {active} of {sum(amounts)}")
    print(f"{'not ok' if problems else 'ok'} {what}: {len(requests)} requests, each once {'; '.join(problems)}".rstrip(), flush=True)


def main(path, address, token, action, *more):
    server = Server(address, token)
    server.ready()
    if action == "prepare":
        person = server.call("POST", "/api/personnes", {"name": "Caisse", "email": "caisse@example.test", "role": "operation"})
        state = {"token": server.call("POST", f"/api/personnes/{person['id']}/jetons", {})["token"]}
        drafts = [{"name": f"Agence {number}", "limit": "100000000"} for number in range(ACCOUNTS)]
        state["accounts"] = [server.call("POST", "/api/accounts", draft)["id"] for draft in drafts]
        with open(path, "w", encoding="utf-8") as file:
            json.dump(state, file)
        return
    if action in ("pause", "resume"):
        server.call("POST", f"/messager/api/deliveries/{action}", {"reason": "a backup is tried"})
    elif action == "ask":
        with open(path, encoding="utf-8") as file:
            state = json.load(file)
        end, number = time.monotonic() + float(more[0]), os.getpid()
        while time.monotonic() < end:
            number += 1
            body = {"category": "credit", "account_id": state["accounts"][number % ACCOUNTS], "amount": 1_000 + number % 9_000}
            server.call("POST", "/api/requetes-financieres", body, state["token"])
            time.sleep(1 / A_SECOND)
    else:
        requests = server.settled()
        if more:
            looked(server, more[0], requests)


main(*sys.argv[1:])
