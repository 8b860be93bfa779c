"""Which reader codes the reports: the options of `marsad code`, and the stages that they mean."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands.asking import stop, usage
from marsad.model import ConfigError

if TYPE_CHECKING:
    from marsad.coding.asked.server import Server
    from marsad.stages import Stages

DEFAULT = "encoder"
ASKING = "openai-compatible"
READERS = (DEFAULT, "rules", ASKING)

Reader = Annotated[
    str,
    typer.Option(
        "--reader",
        help="encoder (offline), rules (offline, weaker), or openai-compatible: ask the language model that marsad.toml names.",
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(
        "--config", help="The file that names the server (or set MARSAD_CONFIG); else marsad.toml here.", show_default=False
    ),
]
BaseUrl = Annotated[str | None, typer.Option("--base-url", help="The server, as http://127.0.0.1:8000/v1.", show_default=False)]
Model = Annotated[str | None, typer.Option("--model", help="The model's name on that server.", show_default=False)]
KeyVariable = Annotated[
    str | None, typer.Option("--key-variable", help="The environment variable that holds the API key.", show_default=False)
]


@contextmanager
def read_by(
    reader: str,
    *,
    config: Path | None = None,
    base_url: str | None = None,
    model: str | None = None,
    key_variable: str | None = None,
    quiet: bool = False,
) -> Iterator[Stages | None]:
    """The stages for a reader, `None` for the installed ones. What asking has cost goes to standard error at the end."""
    given = {"base_url": base_url, "model": model, "key_variable": key_variable}
    if reader not in READERS:
        stop(f"there is no reader {reader!r}: choose {', '.join(READERS)}", status=2)
    if reader != ASKING and (config is not None or any(given.values())):
        stop(f"--config, --base-url, --model and --key-variable go with --reader {ASKING}", status=2)
    if reader == DEFAULT:
        yield None
        return
    from marsad.stages import installed_stages

    if reader == "rules":
        yield installed_stages(reader="rules")
        return
    server = _server(config, given)
    if not quiet:
        typer.echo(f"asking {server.settings.model} at {server.settings.host}: the text of the reports is sent there", err=True)
    try:
        yield installed_stages(server=server)
    finally:
        server.close()
        if not quiet:
            typer.echo(server.meter.sum_up(server.settings), err=True)


def _server(config: Path | None, given: dict[str, str | None]) -> Server:
    try:
        from marsad.coding.asked.server import connect
        from marsad.coding.asked.settings import read_key, read_settings
    except ImportError as error:
        raise ConfigError(f"the reader {ASKING} needs {error.name}: reinstall marsad") from error
    with usage():
        settings = read_settings(config, environ=os.environ, folder=Path.cwd(), given=given)
        key = read_key(settings, os.environ)
    return connect(settings, key=key)
