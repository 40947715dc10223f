#!/usr/bin/env python3
"""What a page or an answer takes with 10 movements on an account, and with a million: over HTTP, from the example server on SQLite.

    cargo build --release -p estair-server
    benches/reads.py target/release/estair-server DIRECTORY [MANY]

The books are filled by POST /api/mouvements; the large one stays in DIRECTORY for the next run. Each has a server of its own, and they are
asked in turn, over connections that stay open. Medians.
"""

import http.client
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
import urllib.parse

FEW = 10
BATCH = 1_000
UNCOUNTED, ROUNDS = 30, 300
ASKED = [
    ("API: an account with its balance", "/api/accounts/1"),
    ("API: the last 10 lines of the statement", "/api/accounts/1/mouvements?limit=10"),
    ("console: the account's page, 10 or 50 lines", "/console/accounts/1"),
]


class Book:
    """A server on a book of its own, and a connection to it."""

    def __init__(self, program, directory, port):
        self.directory, self.port = directory, port
        directory.parent.mkdir(parents=True, exist_ok=True)
        environment = {"PATH": os.environ["PATH"], "ESTAIR_RATE_LIMIT": "0"}
        arguments = ["--listen", f"127.0.0.1:{port}", "--data-dir", str(directory)]
        # Beside it: the book of a demonstration is made in an empty directory alone.
        self.log = directory.with_suffix(".log").open("w")
        self.server = subprocess.Popen([program, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=self.log)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.tokens = self.session = None

    def wait(self):
        for _ in range(600):
            try:
                if (self.directory / "tokens.json").exists() and self.ask("GET", "/readyz")[0] == 200:
                    self.tokens = json.loads((self.directory / "tokens.json").read_text())["tokens"]
                    return
            except OSError:
                self.connection.close()
            time.sleep(0.1)
        raise SystemExit(f"the server of {self.directory} is not ready")

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return answer.status, answer.read(), answer.headers

    def post(self, movements):
        headers = {"authorization": f"Bearer {self.tokens['service']}", "content-type": "application/json"}
        body = movements[0] if len(movements) == 1 else {"mouvements": movements}
        status, answer, _ = self.ask("POST", "/api/mouvements", json.dumps(body), headers)
        if status not in (200, 201):
            raise SystemExit(f"POST /api/mouvements: {status} {answer[:300]}")

    def fill(self, count):
        filled = self.directory.with_suffix(".filled")
        done = int(filled.read_text()) if filled.exists() else 0
        for start in range(done, count, BATCH):
            self.post([movement(number) for number in range(start, min(start + BATCH, count))])
        filled.write_text(str(max(done, count)))

    def sign_in(self):
        form = urllib.parse.urlencode({"next": "", "token": self.tokens["finance"]})
        headers = {"content-type": "application/x-www-form-urlencoded", "origin": f"http://127.0.0.1:{self.port}"}
        status, _, got = self.ask("POST", "/console/sign-in", form, headers)
        if status != 303:
            raise SystemExit(f"nobody is signed in: {status}")
        self.session = "; ".join(it.split(";")[0] for it in got.get_all("set-cookie"))

    def read(self, path):
        console = path.startswith("/console")
        headers = {"cookie": self.session} if console else {"authorization": f"Bearer {self.tokens['finance']}"}
        status, answer, _ = self.ask("GET", path, None, headers)
        if status != 200:
            raise SystemExit(f"{path}: {status} {answer[:300]}")

    def stop(self):
        self.server.terminate()
        self.server.wait()
        self.log.close()


def movement(number):
    kind, source, amount = ("payment", "wave", "500") if number % 2 == 0 else ("debit", "bsp", "-400")
    return {"source": source, "reference": f"R-{number}", "type": kind, "amount": amount, "currency": "XOF", "account_id": 1}


def medians(books, act):
    taken = {book: [] for book in books}
    for number in range(UNCOUNTED + ROUNDS):
        for book in books:
            began = time.perf_counter()
            act(book, number)
            taken[book].append((time.perf_counter() - began) * 1_000)
    return [statistics.median(taken[book][UNCOUNTED:]) for book in books]


def main(program, directory, many=1_000_000):
    directory, many = pathlib.Path(directory), int(many)
    shutil.rmtree(directory / str(FEW), ignore_errors=True)
    (directory / f"{FEW}.filled").unlink(missing_ok=True)
    books = []
    try:
        for count, port in ((FEW, 21_971), (many, 21_972)):
            books.append(Book(program, directory / str(count), port))
            books[-1].wait()
            books[-1].fill(count)
            books[-1].sign_in()
        print(f"| | {FEW} movements | {many:,} movements |\n| --- | ---: | ---: |")
        for name, path in ASKED:
            few, more = medians(books, lambda book, _, path=path: book.read(path))
            print(f"| {name} | {few:.2f} ms | {more:.2f} ms |", flush=True)
        run = time.time_ns()
        few, more = medians(books, lambda book, number: book.post([movement(2 * number) | {"reference": f"{run}-{number}"}]))
        print(f"| a movement posted | {few:.2f} ms | {more:.2f} ms |")
        print(f"\nload of the machine: {', '.join(f'{it:.1f}' for it in os.getloadavg())}")
    finally:
        for book in books:
            book.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
