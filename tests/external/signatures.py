"""Signatures of webhooks against another implementation, in both directions (rule G7).

A message signed here is taken by the real webhook; what the real Messager delivers is verified here. The other side of
each is a stand-in: a Messager that takes messages and delivers none, a webhook that verifies and answers.

usage: signatures.py ESTAIR_SERVER MESSAGER_EXAMPLE
"""

import datetime
import json
import os
import pathlib
import queue
import random
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

from report import Report

OLD, NEW = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WRONG = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
TOKEN = "the-token-of-the-helpdesk-domain"
CONSOLE_TOKEN = "the-token-of-the-console-of-estair"
WAIT = 20


def free_port():
    """Below those that the system gives to clients."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def stand_in(answer):
    """An HTTP server; what it gets goes to the queue, `answer` says what it gives back."""
    got = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            text = json.dumps(answer(body)).encode()
            self.send_response(201)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)
            got.put((dict(self.headers), body))

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}", got


def started(program, arguments, environment):
    """A program that says where it listens; it ends with its standard output closed."""
    known = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}
    child = subprocess.Popen([program, *arguments], env={**known, **environment}, stdout=subprocess.PIPE, text=True)
    line = child.stdout.readline().strip()
    return child, line.removeprefix("listening on ")


def call(url, body, headers):
    request = urllib.request.Request(url, data=body, headers={"content-type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def signed(secret, message, body, at=None):
    at = at or datetime.datetime.now(datetime.timezone.utc)
    signature = Webhook(secret).sign(message, at, body.decode())
    return {"webhook-id": message, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def taken_by_estair(report, server, directory):
    messages = {}

    def take(body):
        number = len(messages) + 1
        messages[number] = str(uuid.uuid4())
        return {"message_uuid": messages[number], "message_id": number}

    messager, submissions = stand_in(take)
    arguments = ["--listen", f"127.0.0.1:{free_port()}", "--data-dir", f"{directory}/data", "--credit-cutoff", "24:00"]
    environment = {
        "MESSAGER_API_URL": f"{messager}/api",
        "MESSAGER_DOMAIN_HELPDESK_TOKEN": TOKEN,
        "MESSAGER_WEBHOOK_SECRET": f"{NEW} {OLD}",
    }
    child, url = started(server, arguments, environment)
    try:
        tokens = json.loads(pathlib.Path(directory, "data", "tokens.json").read_text())
        bearer = {"authorization": f"Bearer {tokens['clients'][0]['token']}"}
        webhook = f"{url}/api/webhook/helpdesk/movement"
        for name, secret in [("the new secret", NEW), ("the old secret, during a rotation", OLD)]:
            credit = json.dumps({"category": "credit", "amount": 1000}).encode()
            status, _ = call(f"{url}/api/requetes-financieres", credit, bearer)
            report.check(f"a credit for {name} is accepted", status == 201, status)
            headers, submission = submissions.get(timeout=WAIT)
            report.check("the message carries the domain's token", headers.get("authorization") == f"Bearer {TOKEN}")
            sent = json.loads(submission)
            message = messages[len(messages)]
            body = json.dumps({"message_uuid": message, "type": sent["type"], "payload": sent["payload"]}).encode()
            past = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=301)
            ahead = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=310)
            refused = [
                ("signed by somebody else", signed(WRONG, message, body), body),
                ("signed and then changed", signed(secret, message, body), body + b" "),
                ("too old", signed(secret, message, body, past), body),
                ("from the future", signed(secret, message, body, ahead), body),
                ("signed for another id", {**signed(secret, "other", body), "webhook-id": message}, body),
                ("unsigned", {}, body),
            ]
            for what, headers, text in refused:
                status, answer = call(webhook, text, headers)
                report.check(f"a message {what} is refused", status == 401, f"{status} {answer}")
            status, answer = call(webhook, body, signed(secret, message, body))
            report.check(f"a message signed elsewhere with {name} is taken", (status, answer.get("success")) == (200, True), answer)
            again = call(webhook, body, signed(secret, message, body))
            report.check("and taken again with the same answer", again == (200, answer), again)
    finally:
        child.terminate()
        report.check("the server stops cleanly", child.wait(timeout=40) == 0)


def delivered_by_messager(report, messager, directory):
    webhook, deliveries = stand_in(lambda _: {"success": True, "mouvement_id": 1, "mouvement_uuid": str(uuid.uuid4())})
    environment = {
        "MESSAGER_LISTEN": f"127.0.0.1:{free_port()}",
        "MESSAGER_DATABASE_URL": f"sqlite://{directory}/messager.db",
        "MESSAGER_DOMAIN_HELPDESK_TOKEN": TOKEN,
        "MESSAGER_CONSOLE_TOKEN": CONSOLE_TOKEN,
        "MESSAGER_WEBHOOK_SECRET": f"{NEW} {OLD}",
        "MESSAGER_WEBHOOK_URL": f"{webhook}/hook",
    }
    child, url = started(messager, [], environment)
    try:
        payload = {"requete_id": 1, "account_id": 1, "account_name": "Agence « Élan » <b>", "amount": "1000"}
        message = {"domain": "estair-helpdesk", "type": "credit_request", "payload": payload}
        status, receipt = call(f"{url}/api/messages", json.dumps(message).encode(), {"authorization": f"Bearer {TOKEN}"})
        report.check("messager takes a message", status == 201, f"{status} {receipt}")
        headers, body = deliveries.get(timeout=WAIT)
        for name, secret in [("the new secret", NEW), ("the old secret", OLD)]:
            try:
                believed = Webhook(secret).verify(body, headers)
                report.check(f"its delivery is verified elsewhere with {name}", believed["payload"] == payload, believed)
            except WebhookVerificationError as error:
                report.check(f"its delivery is verified elsewhere with {name}", False, error)
        names = {name.lower(): value for name, value in headers.items()}
        report.check("webhook-id is the message's uuid", names["webhook-id"] == receipt["message_uuid"], names)
        for what, secret, text in [("with another secret", WRONG, body), ("once changed", NEW, body + b" ")]:
            try:
                Webhook(secret).verify(text, headers)
                report.check(f"the delivery is not believed {what}", False, "it was")
            except WebhookVerificationError:
                report.check(f"the delivery is not believed {what}", True)
    finally:
        child.terminate()
        child.wait(timeout=40)


def main(server, messager):
    report = Report()
    with tempfile.TemporaryDirectory(prefix="estair-signatures-") as directory:
        taken_by_estair(report, server, directory)
        delivered_by_messager(report, messager, directory)
    return report.end()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
