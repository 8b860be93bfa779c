"""The short way to routes that only read: their address is looked up, their parameters go through one model, and a few threads
answer.

Routes are declared to FastAPI as ever, which describes them in the OpenAPI and takes what has no short way. Working out the
parameters of each request anew and trying one route after the other took it longer than most answers take.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import FastAPI, Request, Response, params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.types import Receive, Scope, Send

from marsad.server.guard import Guard

THREADS = 4
"""Threads of a process that answer such requests: more of them would only wait for each other."""
OURS = "/api/v1/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """A route with a short way: its guard, its function, and what its parameters have to be."""

    path: re.Pattern[str]
    guard: Guard
    call: Callable[..., Response]
    named: Mapping[str, TypeAdapter[Any]]
    query: tuple[str, type[BaseModel], frozenset[str]] | None

    def values(self, request: Request, found: Mapping[str, str]) -> dict[str, Any]:
        """The arguments of the function. Raises `RequestValidationError` where they do not fit."""
        given: dict[str, Any] = {}
        errors: list[Any] = []
        for name, adapter in self.named.items():
            try:
                given[name] = adapter.validate_python(found[name])
            except ValidationError as error:
                errors += [{**e, "loc": ("path", name)} for e in error.errors(include_url=False)]
        if self.query is not None:
            name, model, several = self.query
            try:
                given[name] = model.model_validate(asked(request, several))
            except ValidationError as error:
                errors += [{**e, "loc": ("query", *e["loc"])} for e in error.errors(include_url=False)]
        if errors:
            raise RequestValidationError(errors)
        return given


def asked(request: Request, several: frozenset[str]) -> dict[str, Any]:
    """The parameters of a request; those that may come several times as lists, of others the last one."""
    found: dict[str, Any] = {}
    for name, value in request.query_params.multi_items():
        if name in several:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def short_of(route: APIRoute) -> Short | None:
    """The short way to a route: where it only reads, waits for nothing, and takes nothing but a model of its query and words
    of its address."""
    guards = [d.dependency for d in route.dependencies]
    if route.methods != {"GET"} or inspect.iscoroutinefunction(route.endpoint) or len(guards) != 1:
        return None
    guard = guards[0]
    hints = get_type_hints(route.endpoint, include_extras=True)
    hints.pop("return", None)
    named: dict[str, TypeAdapter[Any]] = {}
    query = None
    for name, hint in hints.items():
        if hint is Request:
            continue
        if name in route.param_convertors:
            named[name] = TypeAdapter(hint)
        elif query is None and (model := model_in(hint)) is not None:
            query = (name, model, frozenset(n for n, f in model.model_fields.items() if get_origin(f.annotation) is list))
        else:
            return None
    if not isinstance(guard, Guard) or set(named) != set(route.param_convertors) or "request" not in hints:
        return None
    return Short(path=route.path_regex, guard=guard, call=route.endpoint, named=named, query=query)


def model_in(hint: Any) -> type[BaseModel] | None:
    """The model of a query that a parameter takes."""
    if get_origin(hint) is not Annotated:
        return None
    kind, *how = get_args(hint)
    fits = isinstance(kind, type) and issubclass(kind, BaseModel) and any(isinstance(h, params.Query) for h in how)
    return kind if fits else None


class Express:
    """All routes that have a short way, by their address."""

    def __init__(self, app: FastAPI, routes: Iterable[object]) -> None:
        self.app = app
        self.limiter: CapacityLimiter | None = None
        self.fixed: dict[str, Short | None] = {}
        self.open: list[Short] = []
        for route in routes:
            if not isinstance(route, APIRoute) or "GET" not in (route.methods or ()):
                continue
            short = short_of(route)
            if not route.param_convertors:
                self.fixed.setdefault(route.path_format, short)
            elif short is not None and route.path_format.startswith(OURS):
                self.open.append(short)

    def find(self, scope: Scope) -> tuple[Short, dict[str, str]] | None:
        """The short way of a request and the words of its address."""
        if scope["method"] != "GET":
            return None
        path = scope["path"]
        if path in self.fixed:
            short = self.fixed[path]
            return None if short is None else (short, {})
        for each in self.open:
            fits = each.path.match(path)
            if fits is not None:
                return each, fits.groupdict()
        return None

    async def answer(self, short: Short, found: dict[str, str], scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request the short way."""
        scope["app"], scope["path_params"] = self.app, found
        request = Request(scope, receive, send)
        await short.guard(request)
        given = short.values(request, found)
        self.limiter = self.limiter or CapacityLimiter(THREADS)
        response = await anyio.to_thread.run_sync(lambda: short.call(request=request, **given), limiter=self.limiter)
        await response(scope, receive, send)
