"""The access board as one web page that needs no network: picture and table, with the ids that lead to each state's claims."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence

from marsad.analysis.access import Delivery, Entry, Standing, openness

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 75rem; padding: 0 1rem; color: #1b1b1b }
table { border-collapse: collapse; width: 100% } caption { text-align: start; font-weight: 600; padding: .5rem 0 }
th, td { border-bottom: 1px solid #ddd; padding: .4rem .6rem; text-align: start; vertical-align: top }
th[scope=row] { font-weight: 600 } .shut { color: #a33e00 } .partly { color: #8a5a00 } .open { color: #00528a }
.sign { font-weight: 700; padding-inline-end: .3rem } .dispute { color: #a33e00 } code { font-size: .85em; color: #555 }
svg { max-width: 100%; height: auto } .note { color: #444; max-width: 60rem }
"""
SIGNS = {"open": "●", "partly": "◆", "shut": "✖", "held": "■"}
NOTE = (
    "A state without a date is taken to hold from its first report on. “Not told for” says how long no report has confirmed it: "
    "an old state may have changed unreported. Who disputes a state, and what else is told of the same day, stands beside it; "
    "the board takes no side. Borders are drawn for orientation and are no statement about any claim."
)


def page(entries: Sequence[Entry], *, at: str, svg: str | None = None, place_words: Callable[[Entry], str]) -> str:
    """A whole HTML document. `svg` is a drawing made here; all other words are escaped. `place_words` names an entry's place."""
    rows = "".join(rows_of(entry, place_words(entry)) for entry in entries)
    head = "".join(
        f'<th scope="col">{w}</th>' for w in ("Place", "State", "Since", "Who", "According to", "Disputed", "Last delivery")
    )
    drawing = f"<figure>{svg[svg.index('<svg') :]}</figure>" if svg else ""
    body = rows or '<tr><td colspan="7">nothing is known of this day</td></tr>'
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Access on {html.escape(at)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head><body>'
        f"<h1>Access on {html.escape(at)}</h1>{drawing}"
        f"<table><caption>{len(entries)} places</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f'<p class="note">{NOTE}</p></body></html>\n'
    )


def rows_of(entry: Entry, name: str) -> str:
    """A row a state; the place and its last delivery span them."""
    cells = [state_cells(s) for s in entry.standings] or ['<td colspan="5">no state told</td>']
    span = f' rowspan="{len(cells)}"' if len(cells) > 1 else ""
    first = f'<th scope="row"{span}>{isolated(name)}</th>{cells[0]}<td{span}>{deliveries(entry)}</td>'
    return f"<tr>{first}</tr>" + "".join(f"<tr>{c}</tr>" for c in cells[1:])


def state_cells(item: Standing) -> str:
    word = openness(item.subject, item.state)
    what = f"{item.subject.replace('_', ' ')}: {item.state.replace('_', ' ')}"
    sign = f'<span class="sign" aria-hidden="true">{SIGNS[word]}</span>'
    state = f'<span class="{word}">{sign}{html.escape(what)}</span><br><code>{html.escape(item.id)}</code>'
    quiet = f"<br>not told for {item.quiet} days" if item.quiet is not None and item.quiet > 30 else ""
    since = html.escape(since_words(item.since, item.precision))
    return (
        f"<td>{state}</td><td>{since}{quiet}</td><td>{names(item.who)}</td><td>{names(item.sources) or 'the report'}</td>"
        f'<td class="dispute">{disputes(item)}</td>'
    )


def disputes(item: Standing) -> str:
    """Who disputes a state, what else is told, and in what its sources differ."""
    parts = [f"by {names(item.disputed_by)}"] if item.disputed_by else []
    parts += [
        f"also told: {isolated(state.replace('_', ' '))} <code>{html.escape(other)}</code>" for state, other in item.against
    ]
    differ = [d for d in item.disputed if d != "state"]
    parts += [f"sources differ on {html.escape(', '.join(differ))}"] if differ else []
    return "<br>".join(parts)


def deliveries(entry: Entry) -> str:
    return "<br>".join(delivery(d) for d in (entry.delivered, entry.thwarted) if d)


def delivery(item: Delivery) -> str:
    day = since_words(item.day, item.precision) if item.precision != "unknown" else f"told {item.day or 'without a date'}"
    who = f" by {names(item.who)}" if item.who else ""
    counts = f" ({isolated('; '.join(item.counts))})" if item.counts else ""
    return f"{html.escape(item.state)} {html.escape(day)}{who}{counts}<br><code>{html.escape(item.id)}</code>"


def since_words(day: str | None, precision: str) -> str:
    """A day no more exactly than it is known."""
    if day is None:
        return "not stated"
    return {"year": day[:4], "month": day[:7], "week": f"week of {day}"}.get(precision, day)


def names(words: Iterable[str]) -> str:
    return ", ".join(isolated(w) for w in words)


def isolated(words: str) -> str:
    """Escaped words whose direction doesn't run into what stands beside them."""
    return f"<bdi>{html.escape(''.join(c if c.isprintable() else ' ' for c in words))}</bdi>"
