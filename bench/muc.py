"""Who, what and with what on MUC-4 (news of 1988 to 1992 in capitals), for comparison with published systems.

    python bench/muc.py --shared PATH [--split dev|train] [--limit N] [--reader encoder|rules] [--coded FILE] [--out FILE.json]

The coder knows nothing of that task and is not trained on it: its claims of violence are mapped to the five roles by the rules
below, and `PATH/bench/muc_roles.py` scores them. `--coded` keeps the coding in a file, or reads it from there.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import marsad
from bench.casing import in_ordinary_case, names_with_initials, ordinary_texts, usual_case
from bench.figures import Row, lines, sentence
from bench.quality import stages_with
from marsad.coding.resources import ReaderName
from marsad.exports import export
from marsad.language.text import load_model
from marsad.model import Actor, Claim, Count, from_record

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

ROLES = ("PerpInd", "PerpOrg", "Target", "Victim", "Weapon")
WHOLE = frozenset(("Target", "PerpInd"))
VIOLENT = frozenset(
    (
        "Attack",
        "Abduction/forced disappearance",
        "Remote explosive/landmine/IED",
        "Grenade",
        "Suicide bomb",
        "Shelling/artillery/missile attack",
        "Looting/property destruction",
        "Sexual violence",
        "Mob violence",
        "Air/drone strike",
        "Violent demonstration",
        "Disrupted weapons use",
    )
)
HARMED = frozenset(("killed", "injured", "abducted"))
BODIES = "army|air force|forces?|cartel|front|movement|mafias?|party|command|brigade|battalion|alliance"
BODY = re.compile(rf"(?i)\b(?:{BODIES})$")
NAME = re.compile(r"[A-Z]{3,8}|[A-Z][\w'-]+(?: (?:of|and|the|de|la|[A-Z][\w'-]+))* [A-Z][\w'-]+")
NOBODY = re.compile(r"(?i)^(?:no\b|without\b|the$|any\b|both\b)|^\W*$")
PERSONS = re.compile(r"(?i)\b(?:\w+s|men|man|people|gunman|terrorist|guerrilla|soldier|commando|individual|youth|person)$")
LEADING = re.compile(r"(?i)^(?:the|a|an|some|about|around|at least|more than|over|nearly|another|other|suspected|alleged)\s+")
NUMBER = re.compile(r"(?i)^(?:\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|dozens of|many)\s+")
VERBS = "killed|murdered|assassinated|wounded|injured|kidnapped|kidnaped|shot|died|dead|abducted|slain|hurt"
UNTOLD = frozenset(("", "people", "persons", "others", "more", "dead", "casualties", "wounded"))
TOOLS = re.compile(
    r"(?i)(?:bombs?|dynamite|explosives?|grenades?|rifles?|guns?|mortars?|rockets?|mines?|devices?|charges?|cocktails?|pistols?|knife|"
    r"knives|machetes?|missiles?|tnt|torch|firearms?|weapons?|bazookas?|bullets?|sticks?|revolvers?|artillery|launchers?)$"
)
HARM_WORDS = re.compile(rf"(?i)\s+(?:(?:was|were|had been|have been|has been|were also|are|is)\s+)?(?:{VERBS}).*$")


def documents(shared: Path, split: str) -> list[Row]:
    """`docid`, `text` in ordinary case, `published`."""
    with gzip.open(shared / "data/muc4" / f"{split}.jsonl.gz", "rt", encoding="utf-8") as rows:
        given = [json.loads(row) for row in rows]
    with gzip.open(shared / "data/muc4/train.jsonl.gz", "rt", encoding="utf-8") as rows:
        names = names_with_initials(json.loads(row)["text"] for row in rows)
    usual = usual_case(ordinary_texts(shared))
    return [
        {
            "id": row["docid"],
            "text": in_ordinary_case(row["text"], usual, names),
            "published": row.get("dateline_date"),
            "language": "en",
        }
        for row in given
    ]


def code(given: Sequence[Row], reader: ReaderName) -> list[Row]:
    """The records that the coder gives for the documents."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reports.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in given), encoding="utf-8")
        text = export(marsad.code(path, link=False, stages=stages_with(reader)), "jsonl")
    return [json.loads(line) for line in text.split("\n") if line]


def extracts(claims: Iterable[Claim], model: Language) -> dict[str, list[list[str]]]:
    """The fillers of each role, one mention an entity, none twice. `model` finds whole phrases."""
    found: dict[str, dict[str, str]] = {role: {} for role in ROLES}
    for claim in claims:
        if claim.scope != "incident" or claim.sub_event_type not in VIOLENT or claim.stance == "denies":
            continue
        told = model(sentence(claim))
        for role, words in fillers(claim):
            bare = LEADING.sub("", " ".join(in_full(role, words, told).split())).strip(" ,.\"'")
            if bare:
                found[role].setdefault(key(bare), bare.lower())
    return {role: [[words] for words in entities.values()] for role, entities in found.items()}


def in_full(role: str, words: str, told: Doc) -> str:
    """The words as that task has them: a victim's name alone, a target with its whole phrase."""
    phrase = next((chunk for chunk in told.noun_chunks if words in chunk.text), None)
    if role == "Victim" and phrase is not None:
        named = next((e.text for e in told.ents if e.label_ == "PERSON" and e.start < phrase.end and phrase.start < e.end), None)
        return named or words
    return phrase.text if role in WHOLE and phrase is not None else words


def key(words: str) -> str:
    """What two mentions of one entity share: the words without number, in lower case."""
    return NUMBER.sub("", words).lower()


def fillers(claim: Claim) -> Iterator[tuple[str, str]]:
    """Roles with their words."""
    for actor in claim.who:
        yield from perpetrators(actor)
    for count in claim.counts:
        if count.effect in HARMED and (victim := harmed(count)):
            yield "Victim", victim
    for actor in claim.whom:
        if not BODY.search(actor.words) and not NOBODY.search(actor.words):
            yield "Victim", actor.words
    yield from (("Target", target.words) for target in claim.targets)
    yield from (("Weapon", weapon.words) for weapon in claim.weapons if TOOLS.search(weapon.words))


def perpetrators(actor: Actor) -> Iterator[tuple[str, str]]:
    """Persons ("FMLN guerrillas") or an organisation ("the army"); a name inside the persons' words is their organisation."""
    words = actor.words
    if BODY.search(words) or NAME.fullmatch(LEADING.sub("", words)):
        yield "PerpOrg", words
        return
    if not PERSONS.search(re.split(r"\s(?:of|from)\s", words)[0]):
        return
    yield "PerpInd", words
    for name in re.findall(r"\b[A-Z]{3,8}\b", words):
        yield "PerpOrg", name


def harmed(count: Count) -> str | None:
    """The people of a count, where the text says who: "8 people were killed" gives nothing."""
    words = HARM_WORDS.sub("", count.words)
    if NOBODY.search(words) or NUMBER.sub("", words).lower() in UNTOLD:
        return None
    return None if re.fullmatch(r"[\d,]+|\w+", words) and not words[:1].isupper() else words


def predicted(records: Sequence[Row]) -> list[Row]:
    """One line a document, as the roles' scorer reads them."""
    claims: dict[str, list[Claim]] = {r["id"]: [] for r in records if r["kind"] == "report"}
    for record in records:
        if record["kind"] == "claim" and record["status"] in ("happened", "ongoing"):
            claims[record["report"]].append(from_record(record))
    names = {r["id"]: r["external_id"] for r in records if r["kind"] == "report"}
    model = load_model()
    return [{"docid": names[report], "extracts": extracts(told, model)} for report, told in claims.items()]


def score(scorer: Path, gold: Sequence[Row], coded: Sequence[Row]) -> str:
    """The scorer's table."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("gold.jsonl", "coded.jsonl")]
        for path, rows in zip(paths, (gold, coded), strict=True):
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        command = [sys.executable, str(scorer), *map(str, paths)]
        return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def read_table(table: str) -> dict[str, dict[str, float]]:
    """The scorer's table as numbers, 0 to 100.

    >>> read_table("Weapon   precision  59.1  recall  30.0  f1  39.8")
    {'Weapon': {'precision': 59.1, 'recall': 30.0, 'f1': 39.8}}
    """
    rows = (line.split() for line in table.splitlines() if line)
    return {row[0]: {name: float(value) for name, value in zip(row[1::2], row[2::2], strict=True)} for row in rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="folder with data/muc4 and bench/muc_roles.py")
    parser.add_argument("--split", choices=("dev", "train"), default="dev")
    parser.add_argument("--limit", type=int, help="documents at most")
    parser.add_argument("--reader", choices=get_args(ReaderName), default="encoder")
    parser.add_argument("--coded", type=Path, help="the coding: read where it exists, else written")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    options = parser.parse_args()
    with gzip.open(options.shared / "data/muc4/roles5" / f"{options.split}.jsonl.gz", "rt", encoding="utf-8") as rows:
        gold: list[Any] = [json.loads(row) for row in rows][: options.limit]
    if options.coded and options.coded.exists():
        records = lines(options.coded)
    else:
        wanted = {row["docid"] for row in gold}
        records = code([d for d in documents(options.shared, options.split) if d["id"] in wanted], options.reader)
        if options.coded:
            options.coded.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    table = score(options.shared / "bench" / "muc_roles.py", gold, predicted(records))
    print(table, end="")
    if options.out:
        result = {"documents": len(gold), "split": options.split, "roles": read_table(table)}
        options.out.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
