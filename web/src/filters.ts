// The filter of Explore: which parameters there are, how they stand in the address, and how they are asked of the API.
import { coded, countryName } from "./format";
import { t } from "./words";

/** Parameters that take several values, and those that take one. Names are the API's own. */
export const MANY = ["country", "admin1", "type", "actor", "source", "who_kind", "whom_kind"] as const;
export const ONE = [
  "q", "since", "until", "at", "place", "bbox", "min_killed", "max_killed", "min_confidence", "precision", "disputed",
  "civilian_targeting", "accepted", "background", "where", "as_of",
] as const; // prettier-ignore
export const ORDERS = ["newest", "oldest", "deadliest"] as const;

/** Each facet of the API, and the parameter that narrows by it. */
export const FACETS: readonly { facet: string; by: string; title: string }[] = [
  { facet: "event_type", by: "type", title: "Event type" },
  { facet: "sub_event_type", by: "type", title: "Sub-event type" },
  { facet: "country", by: "country", title: "Country" },
  { facet: "admin1", by: "admin1", title: "Region" },
  { facet: "actor", by: "actor", title: "Actor" },
  { facet: "who_kind", by: "who_kind", title: "Kind of who did it" },
  { facet: "whom_kind", by: "whom_kind", title: "Kind of whom it was done to" },
  { facet: "source", by: "source", title: "Source" },
  { facet: "geo_precision", by: "precision", title: "Place known" },
  { facet: "confidence", by: "min_confidence", title: "Confidence" },
  { facet: "disputed", by: "disputed", title: "Disputed" },
  { facet: "civilian_targeting", by: "civilian_targeting", title: "Against civilians" },
  { facet: "accepted", by: "accepted", title: "Reviewed" },
];

export function isMany(name: string): boolean {
  return (MANY as readonly string[]).includes(name);
}

/** Only what narrows the answer: no order, no view of the map, nothing selected. */
export function narrowing(query: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams();
  for (const name of [...MANY, ...ONE]) {
    const value = query.get(name);
    if (value) kept.set(name, value);
  }
  return kept;
}

export function values(query: URLSearchParams, name: string): string[] {
  const given = query.get(name) ?? "";
  return isMany(name) ? given.split("|").filter(Boolean) : given ? [given] : [];
}

export function withValue(query: URLSearchParams, name: string, value: string | null): URLSearchParams {
  const next = new URLSearchParams(query);
  if (value === null || value === "") next.delete(name);
  else next.set(name, value);
  return next;
}

/** The value put in where it is out, and taken out where it is in. */
export function toggled(query: URLSearchParams, name: string, value: string): URLSearchParams {
  const held = values(query, name);
  if (!isMany(name)) return withValue(query, name, held.includes(value) ? null : value);
  const next = held.includes(value) ? held.filter((v) => v !== value) : [...held, value];
  return withValue(query, name, next.join("|"));
}

const TITLES: Record<string, string> = {
  country: "Country", admin1: "Region", type: "Type", actor: "Actor", source: "Source", who_kind: "Kind of who did it",
  whom_kind: "Kind of whom it was done to", q: "Words", since: "From", until: "Until", at: "On", place: "Place", bbox: "In this box",
  min_killed: "Killed at least", max_killed: "Killed at most", min_confidence: "Confidence at least", precision: "Place known",
  disputed: "Disputed", civilian_targeting: "Against civilians", accepted: "Reviewed", background: "Background", where: "Where",
  as_of: "As the record was on",
}; // prettier-ignore

export function titleOf(name: string): string {
  return t(TITLES[name] ?? name);
}

export const PRECISION: Record<string, string> = {
  "1": "the very place",
  "2": "near, or part of an area",
  "3": "region or country only",
  "0": "not placed",
};

/** A value of a filter as words. */
export function valueWords(name: string, value: string): string {
  if (name === "country") return countryName(value);
  if (value === "true") return t("yes");
  if (value === "false") return t("no");
  if (name === "precision") return t(PRECISION[value] ?? value);
  if (name === "type" || name.endsWith("kind")) return coded(value);
  if (name === "min_confidence") return `≥ ${value}`;
  return value;
}
