"""Both OpenAPI documents, read by a validator that is not ours; every example in them, held against its own schema.

usage: documents.py URL_OF_A_DOCUMENT...
"""

import json
import sys
import urllib.request

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from report import Report


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def contents(document):
    """Every (place, media type object) of the document."""
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if not isinstance(operation, dict):
                continue
            place = f"{method} {path}"
            for kind, media in operation.get("requestBody", {}).get("content", {}).items():
                yield f"{place} request {kind}", media
            for status, response in operation.get("responses", {}).items():
                for kind, media in response.get("content", {}).items():
                    yield f"{place} {status} {kind}", media


def examples(document):
    """Every (place, example, schema): those of bodies and those of schemas."""
    for place, media in contents(document):
        if "schema" in media:
            if "example" in media:
                yield place, media["example"], media["schema"]
            for name, example in media.get("examples", {}).items():
                yield f"{place} {name}", example.get("value"), media["schema"]
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        for example in schema.get("examples", []) + ([schema["example"]] if "example" in schema else []):
            yield f"schema {name}", example, schema


def wrong_examples(document):
    wrong = []
    for place, example, schema in examples(document):
        # The document's components stand beside the schema, so that its references resolve.
        validator = Draft202012Validator({**schema, "components": document["components"]})
        wrong += [f"{place}: {error.message}" for error in validator.iter_errors(example)]
    return wrong


def main(urls):
    report = Report()
    for url in urls:
        document = fetch(url)
        report.check(f"{url} is OpenAPI 3.1", document["openapi"].startswith("3.1"), document["openapi"])
        errors = [f"{list(error.path)}: {error.message}" for error in OpenAPIV31SpecValidator(document).iter_errors()]
        report.check(f"{url} is valid", not errors, "\n".join(errors[:20]))
        wrong = wrong_examples(document)
        report.check(f"{url}: its examples fit their schemas", not wrong, "\n".join(wrong[:20]))
        count = sum(len([1 for key in item if key in ("get", "post", "put", "patch", "delete")]) for item in document["paths"].values())
        report.check(f"{url} has operations", count > 0, "none")
    return report.end()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
