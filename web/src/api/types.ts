// The shapes of answers, by short names. `schema.d.ts` is made from the server's own OpenAPI (`make web-types`).
import type { components } from "./schema";

type S = components["schemas"];

export type Actor = S["Actor"];
export type Place = S["Place"];
export type Toll = S["Toll"];
export type Speaker = S["Speaker"];
export type EventRecord = S["EventRecord"];
export type StatisticRecord = S["StatisticRecord"];
export type ConditionRecord = S["ConditionRecord"];
export type ClaimRecord = S["ClaimRecord"];
export type ReportRecord = S["ReportRecord"];
export type Citation = S["Citation"];
export type Told = S["Told"];
export type Step = S["Step"];
export type Given = S["Given"];
export type Queue = S["Queue"];
export type Whole = S["Whole"];
export type Facets = S["Facets"];
export type Timeline = S["Timeline"];
export type MapAnswer = S["MapShape"];
export type Cluster = S["ClusterShape"];
/** Events counted in the six-sided cells of H3. */
export interface Cells {
  cells: { cell: string; events: number; killed: number; longitude: number; latitude: number; boundary: [number, number][] }[];
  regions: MapAnswer["regions"];
  resolution: number;
}
export type Board = S["BoardShape"];
export type BoardEntry = S["BoardEntry"];
export type Standing = S["Standing"];
export type Delivery = S["Delivery"];
export type Track = S["Track"];
export type Coverage = S["Coverage"];
export type Fold = EventRecord | StatisticRecord | ConditionRecord;
export type Kind = "events" | "statistics" | "conditions";

export interface Page<T> {
  data: T[];
  count: number;
  total?: number | null;
  after?: string | null;
  next?: string | null;
  as_of: number;
}

/** Which listing an id belongs to. */
export function kindOf(id: string): Kind {
  return id.startsWith("sta") ? "statistics" : id.startsWith("con") ? "conditions" : "events";
}
