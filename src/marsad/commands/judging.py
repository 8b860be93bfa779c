"""`marsad judge` and `marsad judgements`: a person's word on the record, and the list of all such words."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from marsad.commands.asking import AsOf, Ledger, needed, then, usage
from marsad.model import ConfigError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from marsad.ledger.findings import Findings
    from marsad.ledger.store import Ledger as Store
    from marsad.model import Condition, Event, Judgement, Statistic

FORMS = ("table", "jsonl")
One = Annotated[str, typer.Argument(metavar="ID", help="An event, statistic, condition or claim, or the beginning of its id.")]
By = Annotated[
    str | None,
    typer.Option("--by", envvar="MARSAD_BY", help="Whose judgement it is.", show_default="the login name"),
]
Reason = Annotated[
    str, typer.Option("--reason", "-r", help="Why, in a sentence: it is kept with the judgement.", show_default=False)
]
FORMS_HELP = typer.Option("--format", "-f", help="table or jsonl.", show_default="table; jsonl when piped")

judge = typer.Typer(
    no_args_is_help=True,
    help="Say what is one and what is not, what stands and what is wrong. Nothing is deleted: every judgement can be undone.\n\n"
    "Example:\n\n    marsad judge merge evt-1a2b evt-9f8e --reason 'the same market' --ledger record.sqlite",
)


def add(app: typer.Typer) -> None:
    """Put the commands into the application."""
    app.add_typer(judge, name="judge")
    app.command()(judgements)


@judge.command()
def merge(
    one: One, others: Annotated[list[str], typer.Argument(metavar="ID…")], reason: Reason, by: By = None, ledger: Ledger = None
) -> None:
    """These are one and the same: events, statistics or conditions, or single claims.

    Example:

        marsad judge merge evt-1a2b evt-9f8e --by Amal --reason "the same market, two spellings" --ledger record.sqlite
    """
    pass_on("merge", one, others, by=by, reason=reason, ledger=ledger)


@judge.command()
def split(
    one: One, others: Annotated[list[str], typer.Argument(metavar="ID…")], reason: Reason, by: By = None, ledger: Ledger = None
) -> None:
    """These are not one: keep claims apart, or take claims out of an event.

    Example:

        marsad judge split evt-1a2b clm-77aa --by Amal --reason "another town of that name" --ledger record.sqlite
    """
    pass_on("split", one, others, by=by, reason=reason, ledger=ledger)


@judge.command()
def accept(one: One, reason: Reason, by: By = None, ledger: Ledger = None) -> None:
    """It stands: the last word on what was rejected before.

    Example:

        marsad judge accept evt-1a2b --by Amal --reason "seen in two independent reports" --ledger record.sqlite
    """
    pass_on("accept", one, [], by=by, reason=reason, ledger=ledger)


@judge.command()
def reject(one: One, reason: Reason, by: By = None, ledger: Ledger = None) -> None:
    """It does not belong in the record: a claim leaves its event, an event leaves every list. `undo` brings it back.

    Example:

        marsad judge reject clm-77aa --by Amal --reason "an exercise, not an attack" --ledger record.sqlite
    """
    pass_on("reject", one, [], by=by, reason=reason, ledger=ledger)


@judge.command()
def correct(
    one: One,
    field: Annotated[
        str,
        typer.Argument(
            metavar="FIELD",
            help="Which value is wrong: date, place, who, whom, killed, injured, sub_event_type, value, state or until.",
        ),
    ],
    value: Annotated[
        str,
        typer.Argument(metavar="VALUE", help="What it should be, as 14, 10-14, 14+, 2026-01-12 or Sinja; empty for: not stated."),
    ],
    reason: Reason,
    by: By = None,
    ledger: Ledger = None,
) -> None:
    """One value of it is wrong: set it. The claims and their sentences stay as they are.

    Example:

        marsad judge correct evt-1a2b killed 14 --by Amal --reason "the hospital's list" --ledger record.sqlite
    """
    pass_on("correct", one, [], by=by, reason=reason, ledger=ledger, field=field, value=value)


@judge.command()
def undo(
    one: Annotated[
        str, typer.Argument(metavar="JUDGEMENT", help="The judgement's id, or its beginning: `marsad judgements` lists them.")
    ],
    reason: Reason,
    by: By = None,
    ledger: Ledger = None,
) -> None:
    """Take an earlier judgement back; the record is as it would be without it. An undo can be undone too.

    Example:

        marsad judge undo jdg-5e6f --by Amal --reason "they were two strikes after all" --ledger record.sqlite
    """
    pass_on("undo", one, [], by=by, reason=reason, ledger=ledger)


def judgements(
    ledger: Ledger = None,
    as_of: AsOf = None,
    form: Annotated[str | None, FORMS_HELP] = None,
) -> None:
    """Every judgement on a ledger, in the order in which they were given, with those that were undone.

    Example:

        marsad judgements --ledger record.sqlite
    """
    from marsad.ledger.history import position
    from marsad.ledger.judging import judgements as all_judgements
    from marsad.ledger.store import open_ledger
    from marsad.model import dump
    from marsad.output import one_of, screen, write_out

    chosen = form or ("table" if sys.stdout.isatty() else "jsonl")
    with usage():
        one_of(chosen, FORMS)
        moment = then(as_of)
    store = open_ledger(needed(ledger))
    found = all_judgements(store, as_of=position(store, moment))
    if chosen == "jsonl":
        write_out("".join(dump(j) + "\n" for j in found), None)
    elif found:
        screen().print(table(found))
    if not found:
        typer.echo("no judgement yet", err=chosen != "table")


def pass_on(
    verb: str,
    one: str,
    others: Sequence[str],
    *,
    by: str | None,
    reason: str,
    ledger: str | None,
    field: str | None = None,
    value: str | None = None,
) -> None:
    """Give the judgement to the ledger, once for each of `others`, and say what it changed."""
    from marsad.ledger.store import open_ledger

    path = needed(ledger)
    with usage():
        who, why = named(by), said(reason)
    store = open_ledger(path, write=True)
    subject = judgement_id(store, one) if verb == "undo" else item_id(store, one)
    objects: list[str | None] = [item_id(store, other) for other in others] or [None]
    with usage():
        for other in objects:
            fitting(store, subject, other)
        if field is not None and value is not None:
            readable(store, subject, field, value)
    for other in objects:
        record(store, verb, subject, other, by=who, reason=why, field=field, value=value)


def record(
    store: Store, verb: str, subject: str, other: str | None, *, by: str, reason: str, field: str | None, value: str | None
) -> None:
    """One judgement kept, the folds linked anew, and what became of them printed."""
    from marsad.exports.wording import printable
    from marsad.ledger.history import head
    from marsad.ledger.judging import judge as keep
    from marsad.model import Judgement, stable_id
    from marsad.stages import installed_rules

    last = head(store)
    name = stable_id("jdg", verb, subject, other, field, value, by, reason, last.seq if last else 0)
    word = Judgement(id=name, verb=verb, subject=subject, object=other, field=field, value=value, by=by, reason=reason, at="")
    done = keep(store, word, **installed_rules())
    typer.echo(f"{name}: {sentence(word)}, by {printable(by)}: {printable(reason)}")
    for line in became(store, done.changed):
        typer.echo(line)


def became(store: Store, changed: Sequence[str]) -> list[str]:
    """One line for each fold that a judgement changed."""
    from marsad.exports.explanation import heading_of
    from marsad.ledger.query import behind

    lines = []
    for name in changed:
        found = behind(store, name)
        items: list[Event | Statistic | Condition] = [*found.events, *found.statistics, *found.conditions]
        item = next((i for i in items if i.id == name), None)
        lines.append(f"  now: {heading_of(item)}" if item else f"  gone: {name}")
    return lines or ["  it changes nothing in the record as it stands"]


def sentence(word: Judgement) -> str:
    """What a judgement says, in a few words.

    >>> from marsad.model import Judgement
    >>> sentence(Judgement(id="j", verb="correct", subject="evt-1", field="killed", value="14", by="A", reason="", at=""))
    'correct evt-1 killed to 14'
    """
    from marsad.exports.wording import printable

    if word.verb == "correct":
        return f"correct {word.subject} {printable(word.field)} to {printable(word.value)}"
    link = {"merge": " with ", "split": " from "}.get(word.verb, " ")
    return f"{word.verb} {word.subject}{link + word.object if word.object else ''}"


def words_on(store: Store, found: Findings, *, as_of: str | None = None) -> list[tuple[str, str]]:
    """What was judged of the items at hand and their claims and still stands: by whom, and what with why."""
    from marsad.exports.wording import printable
    from marsad.ledger.history import position
    from marsad.ledger.judging import judgements as all_judgements
    from marsad.linking.rulings import fold_id, in_force

    items: list[Event | Statistic | Condition] = [*found.events, *found.statistics, *found.conditions]
    names = {i.id for i in items} | {c.id for c in found.claims} | {fold_id(c) for c in found.claims}
    given = in_force(all_judgements(store, as_of=position(store, as_of)))
    return [
        (f"judged by {printable(j.by)}", f"{sentence(j)}: {printable(j.reason)} ({j.at[:10]}, {j.id})")
        for j in given
        if {j.subject, j.object} & names
    ]


def named(by: str | None) -> str:
    """Whose judgement it is. Raises `ConfigError` where nobody is named and the login name is not known."""
    import getpass

    if by and by.strip():
        return by.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError) as error:
        raise ConfigError("whose judgement is it? Name yourself with --by NAME or in MARSAD_BY") from error


def said(reason: str) -> str:
    """The reason. Raises `ConfigError` where it is empty."""
    if not reason.strip():
        raise ConfigError("a judgement needs a reason: --reason 'the same market, two spellings'")
    return reason.strip()


def item_id(store: Store, name: str) -> str:
    """The full id of a fold or claim that begins so. Raises `ConfigError` where there is none, or more than one."""
    from marsad.exports.explanation import complete
    from marsad.ledger.query import beginning_with

    try:
        full = complete(name, beginning_with(store, name))
    except LookupError as error:
        raise ConfigError(f"{error.args[0]} in {store.name}") from error
    if full.startswith("rep-"):
        raise ConfigError(f"{full} is a report: judge its claims, or the events that they make (`marsad show {full}` lists them)")
    return full


def judgement_id(store: Store, name: str) -> str:
    """The full id of a judgement that begins so. Raises `ConfigError` where there is none, or more than one."""
    from marsad.exports.explanation import complete
    from marsad.ledger.judging import judgements as all_judgements

    try:
        return complete(name, [j.id for j in all_judgements(store)])
    except LookupError as error:
        raise ConfigError(f"{error.args[0]} among the judgements of {store.name}: `marsad judgements` lists them") from error


def fitting(store: Store, one: str, other: str | None) -> None:
    """Raises `ConfigError` where two ids are the same, or of different kinds of thing."""
    if other is None:
        return
    if one == other:
        raise ConfigError(f"{one} is given twice")
    if scope_of(store, one) != scope_of(store, other):
        raise ConfigError(
            f"{one} and {other} are different kinds of thing: incidents, statistics and conditions are never joined"
        )


def scope_of(store: Store, name: str) -> str:
    """The scope of a fold or a claim."""
    from marsad.ledger.query import behind

    known = {"evt": "incident", "sta": "statistic", "con": "condition"}.get(name.split("-")[0])
    return known or next((c.scope for c in behind(store, name).claims if c.id == name), "incident")


def readable(store: Store, name: str, field: str, value: str) -> None:
    """Raises `ConfigError` where such a thing has no such field, or the value can't be read."""
    from marsad.ledger.query import behind
    from marsad.linking import check_correction

    found = behind(store, name)
    subjects = [c.subject for c in found.conditions] + [c.condition.subject for c in found.claims if c.condition]
    try:
        check_correction(scope_of(store, name), field, value, subject=subjects[0] if subjects else None)
    except ValueError as error:
        raise ConfigError(str(error)) from error


def table(found: Sequence[Judgement]) -> RenderableType:
    """For the screen, at most 100 columns wide; what was undone is dim."""
    from rich.text import Text

    from marsad.exports import wording
    from marsad.exports.table import frame, shorten

    short = shorten(j.id for j in found)
    undone = {j.subject for j in standing(found) if j.verb == "undo"}
    grid = frame("Judgements, oldest first", {"when": -16, "by": 14, "judgement": 40, "reason": 30, "id": 0})
    for word in found:
        grid.add_row(
            Text(word.at[:16].replace("T", " ")),
            Text(wording.printable(word.by)),
            Text(sentence(word) + (" (undone)" if word.id in undone else "")),
            Text(wording.printable(word.reason)),
            Text(short[word.id], style="cyan"),
            style="dim" if word.id in undone else None,
        )
    return grid


def standing(found: Sequence[Judgement]) -> list[Judgement]:
    """The judgements that no later one undoes."""
    from marsad.linking.rulings import in_force

    return in_force(found)
