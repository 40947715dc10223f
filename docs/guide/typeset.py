"""Sets the pages: typeset.py SOURCES FONTS OUT. The sources hold the pictures; nothing of the machine's fonts is used, and no clock."""

import json
import pathlib
import sys

import typst

sources, fonts, out = (pathlib.Path(it) for it in sys.argv[1:4])
pictures = sorted(it.stem for it in (sources / "pictures").glob("*.png"))
(sources / "pictures" / "list.json").write_text(json.dumps(pictures))

for name, target in [
    ("guide", "guide-utilisateur"),
    ("fiche-finance", "fiche-finance"),
    ("fiche-operation", "fiche-operation"),
]:
    pdf = typst.compile(
        sources / f"{name}.typ",
        root=sources,
        font_paths=[fonts],
        ignore_system_fonts=True,
        timestamp=0,
    )
    (out / f"{target}.pdf").write_bytes(pdf)
    print(f"{target}.pdf: {len(pdf)} bytes")
