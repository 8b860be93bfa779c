// Requests to the server that this page came from; never to any other.
import { useEffect, useRef, useState } from "preact/hooks";

export interface Me {
  name: string;
  role: string | null;
  may: string[];
  csrf: string | null;
  accounts: boolean;
  /** Whether the server fetches addresses. */
  fetch?: boolean;
  /** Who else tells the server who somebody is, and where to be sent there. */
  oidc?: { name: string; login: string } | null;
}

/** What the server said was wrong: `status`, a word for programs, a sentence for people. */
export class Failure extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const API = new URL("api/v1/", new URL(".", document.baseURI)).href;

let visit: Me | null = null;

export function remember(me: Me | null): void {
  visit = me;
}

async function failure(response: Response): Promise<Failure> {
  try {
    const told = (await response.json()) as { code?: string; detail?: string };
    return new Failure(response.status, told.code ?? "", told.detail ?? response.statusText);
  } catch {
    return new Failure(response.status, "", response.statusText || `status ${response.status}`);
  }
}

async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(new URL(path, API), { credentials: "same-origin", ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Failure(0, "unreachable", "The server can't be reached. Is marsad serve still running?");
  }
  if (!response.ok) throw await failure(response);
  return response;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, { headers: { Accept: "application/json" }, ...(signal ? { signal } : {}) });
  return (await response.json()) as T;
}

async function send(method: string, path: string, body?: unknown): Promise<Response> {
  const form = body instanceof FormData;
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined && !form) headers["Content-Type"] = "application/json";
  if (visit?.csrf) headers["X-CSRF-Token"] = visit.csrf;
  const content = body === undefined ? null : form ? body : JSON.stringify(body);
  return request(path, { method, headers, body: content });
}

export async function post<T>(path: string, body?: unknown): Promise<T> {
  const response = await send("POST", path, body);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export async function patch<T>(path: string, body: unknown): Promise<T> {
  return (await (await send("PATCH", path, body)).json()) as T;
}

export async function remove(path: string): Promise<void> {
  await send("DELETE", path);
}

export interface Asked<T> {
  data: T | null;
  error: Failure | null;
  loading: boolean;
  again: () => void;
}

/** What is at `path`, asked for anew when it or `turn` changes; what was there stays until the new answer comes. `null`: nothing. */
export function useGet<T>(path: string | null, turn: unknown = 0): Asked<T> {
  const [state, setState] = useState<{ path: string | null; data: T | null; error: Failure | null; loading: boolean }>({
    path: null,
    data: null,
    error: null,
    loading: path !== null,
  });
  const [tries, setTries] = useState(0);
  const base = useRef<string | null>(null);
  useEffect(() => {
    if (path === null) {
      setState({ path, data: null, error: null, loading: false });
      return undefined;
    }
    const stop = new AbortController();
    const address = path.split("?")[0] ?? path;
    const same = base.current === address;
    base.current = address;
    setState((s) => ({ path, data: same ? s.data : null, error: null, loading: true }));
    get<T>(path, stop.signal)
      .then((data) => setState({ path, data, error: null, loading: false }))
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        const failed = error instanceof Failure ? error : new Failure(0, "", String(error));
        setState((s) => ({ path, data: s.data, error: failed, loading: false }));
      });
    return () => stop.abort();
  }, [path, turn, tries]);
  return { data: state.data, error: state.error, loading: state.loading, again: () => setTries((n) => n + 1) };
}
