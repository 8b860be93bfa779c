"""The whole OpenAPI, asked at random by schemathesis: no answer is a fault, and every error has the one shape."""

from __future__ import annotations

import contextlib
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case
from schemathesis.generation import GenerationMode
from tests.server.conftest import Served

NEVER = "/api/v1/stream"
SHORT, LONG = 3, 100
QUIET = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)


def ask(case: Case) -> None:
    """One request. Raises `AssertionError` for a fault, or an error of another shape."""
    response = case.call(headers={"Host": "127.0.0.1"})
    assert response.status_code < 500, f"{case.as_curl_command()}\n{response.status_code} {response.text[:400]}"
    if response.status_code >= 400:
        assert response.headers["content-type"][0] == "application/problem+json", response.headers
        assert {"type", "title", "status", "detail", "code", "errors"} <= response.json().keys()


def ask_all(application: Served, examples: int) -> int:
    """Ask every operation so many times what fits its description, and as often what doesn't; how many operations there are."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", application(log=False)).exclude(path=NEVER)
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            strategy = operation.as_strategy(generation_mode=mode)
            wanted = settings(
                max_examples=examples, deadline=None, suppress_health_check=list(QUIET), derandomize=True, database=None
            )
            with contextlib.suppress(Unsatisfiable):
                wanted(given(case=strategy)(ask))()
    return len(operations)


def test_no_operation_fails(application: Served) -> None:
    assert ask_all(application, SHORT) > 60


@pytest.mark.slow
def test_no_operation_fails_however_often_it_is_asked(application: Served) -> None:
    assert ask_all(application, int(os.environ.get("MARSAD_FUZZ", LONG))) > 60
