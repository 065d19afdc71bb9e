"""The list of texts to translate, app/translations/messages.pot.

`python -m tests.support.catalogue` writes it; `--check` only says whether the committed one is
current. No dates and no line numbers: it changes only when a text changes or moves to another file.
"""

import argparse
import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "app"
TEMPLATE = SOURCE / "translations" / "messages.pot"
TEMPLATES = "**/templates/**.html"
METHODS = [(TEMPLATES, "jinja2"), ("**.py", "python")]
# silent=false: a template that cannot be parsed is an error, not a page without texts.
OPTIONS = {TEMPLATES: {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "silent": "false"}}
PLURAL = (1, 2)
WITH_CONTEXT = ((1, "c"), 2)
PLURAL_WITH_CONTEXT = ((1, "c"), 2, 3)
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": PLURAL,
    "lazy_ngettext": PLURAL,
    "pgettext": WITH_CONTEXT,
    "lazy_pgettext": WITH_CONTEXT,
    "npgettext": PLURAL_WITH_CONTEXT,
    "lazy_npgettext": PLURAL_WITH_CONTEXT,
}
COMMENT_TAG = "Translators:"
# Babel's own header carries the time of extraction, which would make every run a change.
HEADER = """\
# Texts of the headache screening. Made by `make messages`; changes made by hand are lost.
msgid ""
msgstr ""
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def catalogue() -> Catalog:
    """The texts that the code has now."""
    catalog = Catalog()
    for name, line, message, comments, context in extract_from_dir(
        SOURCE,
        METHODS,
        options_map=OPTIONS,
        keywords=KEYWORDS,
        comment_tags=(COMMENT_TAG,),
        strip_comment_tags=True,
    ):
        place = (Path("app", name).as_posix(), line)
        catalog.add(message, None, [place], auto_comments=comments, context=context)
    return catalog


def extract() -> str:
    """The catalogue as it is committed."""
    written = io.BytesIO()
    write_po(written, catalogue(), width=100, omit_header=True, sort_output=True, include_lineno=False)
    return HEADER + written.getvalue().decode().strip() + "\n"


def is_current() -> bool:
    return TEMPLATE.exists() and TEMPLATE.read_text("utf-8") == extract()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.support.catalogue", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when stale")
    shown = TEMPLATE.relative_to(ROOT).as_posix()
    if parser.parse_args(arguments).check:
        if is_current():
            return 0
        print(f"{shown} does not match the texts in the code; run: make messages", file=sys.stderr)
        return 1
    TEMPLATE.parent.mkdir(parents=True, exist_ok=True)
    TEMPLATE.write_text(extract(), "utf-8")
    print(f"Wrote {shown}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
