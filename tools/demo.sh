#!/bin/sh
# The demonstration: the example stories into a table and a ledger, then two questions to the ledger.
set -eu
: "${PYTHON:=.venv/bin/python}" "${LEDGER:=out/demo.sqlite}"

mkdir -p "$(dirname "$LEDGER")"

run() {
    printf '\n$ marsad %s\n' "$*"
    "$PYTHON" -m marsad "$@"
}

run code examples/ --ledger "$LEDGER" --format table
run conditions --ledger "$LEDGER"
first=$("$PYTHON" -m marsad events --ledger "$LEDGER" --format jsonl | sed -n 's/.*"id":"\(evt-[0-9a-f]*\)".*/\1/p' | head -n 1)
run show "$first" --ledger "$LEDGER"
