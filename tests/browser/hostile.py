"""Reports and claims with a payload in every field that holds words: none of them may do anything in a browser."""

from __future__ import annotations

from marsad.ledger.append import Batch
from marsad.model import Actor, Anchor, Claim, Count, Evidence, Place, Report, Speaker, State, Value, When, stable_id

PAYLOADS = (
    '<script>window.pwned="script"</script>',
    "<img src=x onerror=\"window.pwned='img'\">",
    '"><svg onload="window.pwned=\'svg\'">',
    "<iframe srcdoc=\"<script>parent.pwned='iframe'</script>\"></iframe>",
    "javascript:window.pwned='address'",
    "'-(window.pwned='quote')-'",
    "{{constructor.constructor('window.pwned=1')()}}",
    "<a href=\"javascript:window.pwned='link'\" autofocus onfocus=\"window.pwned='focus'\">press</a>",
    "<details open ontoggle=\"window.pwned='toggle'\"><summary>x</summary></details>",
    "</title></textarea></style><script>window.pwned='closed'</script>",
    "\u202e<b onmouseover=\"window.pwned='over'\">gpj.exe</b>\u202c",
    "<math><mtext></mtext><style><img src=x onerror=window.pwned='math'></style></math>",
)


def hostile_report(number: int) -> tuple[Report, list[Claim]]:
    """A report of which every field is a payload, with an incident, a statistic and a condition."""
    payload = PAYLOADS[number]
    quote = f"On Monday {payload} killed 7 people in {payload}."
    text = f"{payload} {quote}\n{payload}"
    day = f"2026-03-{number + 1:02}"
    report = Report(
        id=stable_id("rep", "hostile", number),
        origin=f"{payload}.html",
        text=text,
        title=payload,
        publisher=f"{payload} Daily",
        agency=payload,
        author=payload,
        url=payload if number % 2 else "javascript:window.pwned='origin'",
        published=day,
        anchor=Anchor(date=day, basis="published"),
        language="en",
    )
    start = text.index(quote)
    at = start + quote.index(payload)
    evidence = (
        Evidence(field="claim", start=start, end=start + len(quote), quote=quote),
        Evidence(field="who", start=at, end=at + len(payload), quote=payload),
    )
    actor = Actor(name=payload, words=payload, kind="Rebel Groups", id=f"hostile-{number}")
    place = Place(
        name=payload,
        words=payload,
        country="SDN",
        admin1=payload,
        latitude=12.0 + number / 10,
        longitude=30.0,
        precision=1 + number % 3,
        id=f"hostile-{number}",
    )
    shared = {
        "report": report.id,
        "who": (actor,),
        "whom": (Actor(name=f"{payload} civilians", words=payload, kind="Civilians", id=f"hostile-civilians-{number}"),),
        "where": (place,),
        "when": When(first=day, last=day, precision="day"),
        "according_to": (Speaker(name=payload, role="official"),),
        "evidence": evidence,
        "confidence": 0.6,
    }
    count = Count(effect="killed", who=None, low=7, high=9, words=payload)
    incident = Claim(
        id=stable_id("clm", report.id, 0),
        scope="incident",
        event_type="Battles",
        sub_event_type="Armed clash",
        counts=(count,),
        **shared,
    )  # type: ignore[arg-type]
    statistic = Claim(
        id=stable_id("clm", report.id, 1),
        scope="statistic",
        measure="killed",
        value=Value(low=70, high=70, words=payload),
        **shared,
    )  # type: ignore[arg-type]
    condition = Claim(
        id=stable_id("clm", report.id, 2), scope="condition", condition=State(subject="siege", state="besieged"), **shared
    )  # type: ignore[arg-type]
    return report, [incident, statistic, condition]


def hostile_batch() -> Batch:
    """All of them as a batch."""
    told = [hostile_report(number) for number in range(len(PAYLOADS))]
    return Batch(reports=[r for r, _ in told], claims=[c for _, claims in told for c in claims], version="1", codebook="c")
