#!/bin/sh
# The demonstration: the example stories into a table and a ledger; then the conditions; then the event that most sources tell of.
set -eu
: "${PYTHON:=.venv/bin/python}" "${LEDGER:=out/demo.sqlite}"
mkdir -p "$(dirname "$LEDGER")"

run() {
    printf '\n$ marsad %s\n' "$*"
    "$PYTHON" -m marsad "$@"
}

most_told='import json, sys
events = [json.loads(line) for line in sys.stdin]
print(max(events, key=lambda event: (len(event["sources"]), event["id"]))["id"][:8])'

run code examples/ --ledger "$LEDGER" --format table
run conditions --ledger "$LEDGER" --format table
run show "$("$PYTHON" -m marsad events --ledger "$LEDGER" --format jsonl | "$PYTHON" -c "$most_told")" --ledger "$LEDGER"
