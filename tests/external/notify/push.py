"""Pushes, decrypted by http-ece and their tokens verified by py-vapid; then a whole exchange with web-push-testing; then
shown by Angular's service worker in a browser (worker.js)."""

import base64
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

sys.path.append(str(Path(__file__).resolve().parent.parent))
from report import Report

DAY = 24 * 3600
PUSHED = 16  # lines of the notification matrix that are pushed


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public_of(key):
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def new_key():
    return ec.generate_private_key(ec.SECP256R1())


def private_of(key):
    return encode(key.private_numbers().private_value.to_bytes(32, "big"))


class Service(BaseHTTPRequestHandler):
    """A push service that takes everything."""

    got = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Service.got.append((dict((name.lower(), value) for name, value in self.headers.items()), body))
        self.send_response(201)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def listen():
    for port in range(20_000 + os.getpid() % 12_000, 32_000):
        try:
            return ThreadingHTTPServer(("127.0.0.1", port), Service)
        except OSError:
            continue
    raise OSError("no port is free")


def send(samples, key, endpoint, p256dh, auth):
    *sent, device = json.loads(subprocess.check_output([samples, "push", private_of(key), endpoint, p256dh, auth]))
    return sent, device["device_kept"]


def decryption(report, samples, scratch):
    server = listen()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    key, device, secret = new_key(), new_key(), os.urandom(16)
    sent, kept = send(samples, key, f"{origin}/device", encode(public_of(device)), encode(secret))
    server.shutdown()
    report.check(f"{PUSHED} notices are pushed", len(Service.got) == len(sent) == PUSHED and kept, sent)
    for one, (headers, body) in zip(sent, Service.got):
        notice = one["notice"]
        plain = http_ece.decrypt(body, private_key=device, auth_secret=secret, version="aes128gcm")
        report.check(f"push {notice} is decrypted by http-ece", json.loads(plain) == one["payload"], plain)
        notification = one["payload"]["notification"]
        default = notification["data"]["onActionClick"]["default"]
        shown = notification["title"] and notification["body"] and default["operation"] == "navigateLastFocusedOrOpen"
        report.check(f"push {notice} has what the service worker shows", bool(shown), notification)
        token, public = headers["authorization"].removeprefix("vapid ").split(",")
        claims = json.loads(decode(token.split(".")[1]))
        soon = 0 < claims["exp"] - time.time() <= DAY
        claimed = claims["aud"] == origin and claims["sub"] == "mailto:support@example.test" and soon
        verified = verifies(headers["authorization"]) and decode(public.strip()[2:]) == public_of(key)
        report.check(f"push {notice} is signed, says py-vapid", verified and claimed, (headers["authorization"], claims))
        form = headers["content-encoding"] == "aes128gcm" and int(headers["ttl"]) <= DAY and "topic" in headers
        report.check(f"push {notice} has its headers", form and headers["urgency"] in ("low", "normal", "high"), headers)
    Path(scratch, "pushes.json").write_text(json.dumps(sent))
    forged = Service.got[0][0]["authorization"]
    at = forged.index(".") + 5
    forged = forged[:at] + ("A" if forged[at] != "A" else "B") + forged[at + 1:]
    report.check("py-vapid refuses a forged token", not verifies(forged))


def verifies(header):
    # py-vapid reads no blank between the two parameters, which RFC 8292 itself writes.
    return Vapid02.verify(header.replace(", ", ","))


NODE = """
const [Server, Model] = ["server", "PushApiModel"].map((name) => require(`web-push-testing/src/${name}.js`));
const PushApiModel = Model.PushApiModel || Model;
new Server(new PushApiModel(), Number(process.argv[1])).startServer();
"""


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
        return json.loads(text) if text.startswith(b"{") else text


def exchange(report, samples):
    port = 20_000 + (os.getpid() * 7) % 12_000
    origin = f"http://localhost:{port}"
    service = subprocess.Popen(["node", "-e", NODE, str(port)], stdout=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                post(f"{origin}/status", {})
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        key, other = new_key(), new_key()
        options = {"userVisibleOnly": "true", "applicationServerKey": encode(public_of(key))}
        device = post(f"{origin}/subscribe", options)["data"]
        keys, client = device["keys"], device["clientHash"]
        sent, _ = send(samples, key, device["endpoint"], keys["p256dh"], keys["auth"])
        report.check("web-push-testing takes each push (201)", {one["http_status"] for one in sent} == {201}, sent)
        got = post(f"{origin}/get-notifications", {"clientHash": client})["data"]["messages"]
        report.check("and reads what was meant", [json.loads(one) for one in got] == [one["payload"] for one in sent], got)
        sent, kept = send(samples, other, device["endpoint"], keys["p256dh"], keys["auth"])
        refused = {(one["http_status"], one["outcome"]) for one in sent} == {(400, "permanent")}
        report.check("another key is refused (400), and the device kept", refused and kept, sent)
        post(f"{origin}/expire-subscription/{client}", {})
        sent, kept = send(samples, key, device["endpoint"], keys["p256dh"], keys["auth"])
        report.check("a device that is gone (410) is forgotten", sent[0]["http_status"] == 410 and not kept, sent)
        report.check("and not called again", all(one["http_status"] is None for one in sent[1:]), sent)
    finally:
        service.terminate()
        service.wait()


def shown(scratch):
    worker = Path(__file__).with_name("worker.js")
    return subprocess.run(["node", worker, Path(scratch, "pushes.json")], check=False).returncode


def main(samples, scratch):
    report = Report()
    decryption(report, samples, scratch)
    exchange(report, samples)
    return shown(scratch) | report.end()


sys.exit(main(*sys.argv[1:3]))
