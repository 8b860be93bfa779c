"""A report as a web page or as Markdown, by Jinja2 templates that a desk can replace.

Templates are run in a sandbox: they see the document and a few functions, and no more. In HTML every word is escaped; in Markdown
what could be mark-up is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from marsad.exports.situation.document import Block, Document
from marsad.exports.situation.words import Tongue
from marsad.model import ConfigError

MARKED = re.compile(r"([\\`*_\[\]#|~>&<$])")
"""Characters that Markdown, or HTML in it, may take for mark-up."""
NUMBERED = re.compile(r"^(\s*\d+)([.)])")


def html_page(document: Document, tongue: Tongue, folder: Path | None = None) -> str:
    """One HTML document that needs no network. Raises `ConfigError` where a desk's template is wrong."""
    return rendered("report.html", document, tongue, folder)


def markdown(document: Document, tongue: Tongue, folder: Path | None = None) -> str:
    """The report as Markdown with links inside. Raises `ConfigError` where a desk's template is wrong."""
    made = rendered("report.md", document, tongue, folder)
    return re.sub(r"\n{3,}", "\n\n", made).strip() + "\n"


def rendered(name: str, document: Document, tongue: Tongue, folder: Path | None) -> str:
    loaders: list[BaseLoader] = [PackageLoader("marsad.exports.situation", "templates")]
    loaders = [FileSystemLoader(folder), *loaders] if folder else loaders
    plain: Callable[[str | None], bool] = lambda template: template is None or not template.endswith(".md")  # noqa: E731
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(loaders), autoescape=plain, undefined=StrictUndefined, trim_blocks=False, auto_reload=False
    )
    environment.filters["flat"] = flat
    given = {
        "document": document,
        "say": tongue.say,
        "number": tongue.number,
        "code": tongue.code,
        "kind_of": kind_of,
        "anchors": document.anchors(),
    }
    try:
        return environment.get_template(name).render(given)
    except TemplateError as error:
        at = f", line {error.lineno}" if hasattr(error, "lineno") else ""
        raise ConfigError(f"the template {name}{at}: {error}") from error


def kind_of(block: Block) -> str:
    """Which block it is, by its type's name."""
    return type(block).__name__


def flat(words: str) -> str:
    """Words that Markdown shows as they are.

    >>> flat("a *b* <c> [d](e)")
    'a \\\\*b\\\\* \\\\<c\\\\> \\\\[d\\\\](e)'
    """
    return NUMBERED.sub(r"\1\\\2", MARKED.sub(r"\\\1", " ".join(str(words).split("\n"))))
