"""Asks every panel of the dashboard of a Prometheus that scrapes a server at work: dashboard.py SERVER DASHBOARD SCRATCH.

A few credits, one refused, one movement that cannot be written, so that no panel is empty because nothing happened.
"""

import json
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

BOUND = 60.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, find):
    end = time.monotonic() + BOUND
    while time.monotonic() < end:
        found = find()
        if found:
            return found
        time.sleep(0.2)
    raise SystemExit(f"not ok {what} did not come in {BOUND:.0f} s")


def call(url, token=None, body=None, method=None):
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read() or "null")
    except (urllib.error.URLError, ConnectionError) as error:
        return json.loads(error.read()) if isinstance(error, urllib.error.HTTPError) else None


def work(url, data):
    tokens = json.loads((data / "tokens.json").read_text())
    client = tokens["clients"][0]["token"]
    requests = f"{url}/api/requetes-financieres"
    credit = {"category": "daily_credit", "amount": "1000"}
    granted(requests, client, credit)
    book = sqlite3.connect(data / "estair.db", timeout=10, isolation_level=None)
    book.execute("CREATE TRIGGER no_room BEFORE INSERT ON mouvements BEGIN SELECT RAISE(ABORT, 'no room'); END")
    call(requests, client, {"category": "load", "amount": "5"})
    call(requests, client, credit)
    stats = f"{url}/messager/api/stats"
    until("a failed message", lambda: call(stats, tokens["tokens"]["admin"])["failed"])
    book.execute("DROP TRIGGER no_room")
    # What grew between two scrapes has a rate: the same again, seen after the first.
    for _ in range(3):
        call(requests, client, {"category": "load", "amount": "5"})
        granted(requests, client, credit)
        time.sleep(1.5)


def granted(requests, client, credit):
    made = call(requests, client, credit)
    until("a credit", lambda: call(f"{requests}/{made['id']}", client)["status"] == "closed")


def panels(dashboard):
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            expression = target["expr"].replace("$job", "estair").replace("$instance", ".*")
            yield f"{panel['title']}: {target['legendFormat'] or 'value'}", re.sub(r"\[\d+m\]", "[20s]", expression)


def main():
    server, dashboard, scratch = sys.argv[1], json.loads(pathlib.Path(sys.argv[2]).read_text()), pathlib.Path(sys.argv[3])
    data = scratch / "data"
    port, scraper = free_port(), free_port()
    url, asked = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{scraper}"
    config = {
        "global": {"scrape_interval": "1s"},
        "scrape_configs": [{"job_name": "estair", "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}],
    }
    (scratch / "prometheus.yml").write_text(json.dumps(config))
    environment = {"PATH": "/usr/bin:/bin", "ESTAIR_CREDIT_CUTOFF": "24:00", "MESSAGER_RETRY_SCHEDULE": "100ms,100ms,100ms"}
    log = (scratch / "log").open("w")
    children = [
        subprocess.Popen([server, "--listen", f"127.0.0.1:{port}", "--data-dir", str(data)], env=environment, stdout=log, stderr=log),
        subprocess.Popen(
            ["prometheus", f"--config.file={scratch / 'prometheus.yml'}", f"--storage.tsdb.path={scratch / 'tsdb'}",
             f"--web.listen-address=127.0.0.1:{scraper}"], stdout=log, stderr=log),
    ]
    try:
        until("the server", lambda: (data / "tokens.json").exists() and call(f"{url}/healthz"))
        until("the first figures", lambda: ask(asked, "estair_queue_jobs"))
        work(url, data)
        failed = 0
        for name, expression in panels(dashboard):
            if not settles(asked, expression):
                failed += 1
                print(f"not ok panel {name}: no data for {expression}")
        if not failed:
            print(f"ok every panel of the dashboard gives data ({sum(1 for _ in panels(dashboard))} queries)")
    finally:
        for child in children:
            child.send_signal(signal.SIGTERM)
        for child in children:
            child.wait(30)


def ask(asked, expression):
    answer = call(f"{asked}/api/v1/query?{urllib.parse.urlencode({'query': expression})}")
    if answer is None:
        return []
    if answer["status"] != "success":
        raise SystemExit(f"not ok {expression}: {answer.get('error')}")
    return [it for it in answer["data"]["result"] if it["value"][1] != "NaN"]


def settles(asked, expression):
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if ask(asked, expression):
            return True
        time.sleep(0.5)
    return False


if __name__ == "__main__":
    main()
