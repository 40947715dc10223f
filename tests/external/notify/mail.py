"""Mails of the real channel at aiosmtpd, over STARTTLS and with AUTH, read by Python's own email package."""

import datetime
import email
import email.policy
import ipaddress
import json
import os
import ssl
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

sys.path.append(str(Path(__file__).resolve().parent.parent))
from report import Report

MAILED = 20  # lines of the notification matrix that are mailed
MAX_BYTES = 100 * 1024
USER, PASSWORD, ADDRESS = b"estair", b"s3cret!", "agence@example.test"


def certificates(scratch):
    """An authority, and the server's certificate by it."""

    def certificate(name, key, by, by_key, extension, authority):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(by).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
        builder = builder.not_valid_after(now + datetime.timedelta(days=1)).add_extension(extension, False)
        builder = builder.add_extension(x509.BasicConstraints(authority, None), True)
        return builder.sign(by_key, hashes.SHA256()).public_bytes(Encoding.PEM)

    def named(name):
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])

    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    root, server = scratch / "root.pem", scratch / "server.pem"
    root.write_bytes(certificate(named("Test"), root_key, named("Test"), root_key, usage, True))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    server.write_bytes(certificate(named("localhost"), key, named("Test"), root_key, names, False) + private)
    return root, server


class Inbox:
    def __init__(self):
        self.got = []

    async def handle_DATA(self, _server, session, envelope):
        self.got.append((envelope, session.ssl is not None, session.authenticated))
        return "250 OK"


def authenticate(_server, _session, _envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER, PASSWORD)
    return AuthResult(success=known, handled=False, auth_data=mechanism)


class Page(HTMLParser):
    """Whether each tag is closed, and what would be run or fetched."""

    VOID = {"meta", "br", "hr", "img", "link", "input", "col"}

    def __init__(self, text):
        super().__init__()
        self.open, self.bad, self.bold = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)
        if tag in ("script", "iframe", "form", "link", "object"):
            self.bad.append(tag)
        self.bad += [f"{tag} {name}={value}" for name, value in attributes if name.startswith("on") or name == "src"]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append(f"/{tag}")

    def handle_data(self, text):
        if self.open and self.open[-1] == "b" and "Étoile" in text:
            self.bad.append("a name is markup")


def read(report, notice, envelope):
    mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
    defects = [defect for part in mail.walk() for defect in part.defects]
    defects += [defect for value in mail.values() for defect in getattr(value, "defects", [])]
    report.check(f"mail {notice} has no defect", not defects, defects)
    heads = mail["From"].addresses[0].addr_spec == "estair@example.test" and mail["Auto-Submitted"] == "auto-generated"
    heads = heads and [to.addr_spec for to in mail["To"].addresses] == [ADDRESS] == envelope.rcpt_tos
    heads = heads and mail["Bcc"] is None and mail["Message-ID"] and mail["Date"].datetime and mail["Subject"].strip()
    report.check(f"mail {notice} has its headers, and no other", bool(heads), mail.items())
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    both = mail.get_content_type() == "multipart/alternative" and text and html
    report.check(f"mail {notice} has text and HTML", bool(both), [part.get_content_type() for part in mail.walk()])
    page = Page(html.get_content())
    report.check(f"mail {notice} is whole HTML that runs and fetches nothing", not page.bad + page.open, page.bad + page.open)
    lines = envelope.original_content.split(b"\r\n")
    small = len(envelope.original_content) < MAX_BYTES and max(map(len, lines)) <= 998
    report.check(f"mail {notice} is small, with short lines", small, len(envelope.original_content))
    return mail["Message-ID"]


def main(samples, scratch):
    report = Report()
    root, server = certificates(scratch)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    inbox = Inbox()
    port = 20_000 + (os.getpid() * 13) % 12_000
    options = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": authenticate}
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()

    def send(user):
        url = f"smtp://{user}@localhost:{port}?tls=required"
        return json.loads(subprocess.check_output([samples, "mail", url, root, ADDRESS]))

    try:
        sent = send("estair:s3cret%21")
        accepted = [one["outcome"] for one in sent] == ["done"] * MAILED
        report.check(f"{MAILED} mails are taken", accepted and len(inbox.got) == MAILED, sent)
        secure = all(tls and authenticated for _, tls, authenticated in inbox.got)
        report.check("each over TLS, by a user that is known", secure)
        ids = {read(report, one["notice"], envelope) for one, (envelope, *_) in zip(sent, inbox.got)}
        report.check("no two mails share an id", len(ids) == MAILED)
        refused = send("estair:wrong")
        report.check("a wrong password sends nothing", len(inbox.got) == MAILED and refused[0]["outcome"] != "done", refused)
    finally:
        controller.stop()
    return report.end()


sys.exit(main(sys.argv[1], Path(sys.argv[2])))
