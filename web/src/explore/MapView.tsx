// The map of Explore. Land and borders are static files; events come in cells from the server, each cell a button on the map.
import type { FeatureCollection } from "geojson";
import type { GeoJSONSource, Map as GlMap, MapLayerMouseEvent, Marker } from "maplibre-gl";
import { useEffect, useRef, useState } from "preact/hooks";
import { get } from "../api/client";
import type { Cells, Cluster, EventRecord, MapAnswer } from "../api/types";
import { makeMap, STEPS, type View } from "../basemap";
import { countryName, number } from "../format";
import { language, t } from "../words";

/** How the map shows how many events there are: cells with a number, density, or the six-sided cells of H3. */
export const DRAWS = ["numbers", "heat", "hexagons"] as const;
export type Draw = (typeof DRAWS)[number];

interface Drawn {
  cells: Cells["cells"];
  clusters: readonly Cluster[];
  regions: MapAnswer["regions"];
}

interface Props {
  query: string;
  turn: number;
  view: View | null;
  onView: (view: View) => void;
  selected: EventRecord | null;
  onSelect: (id: string) => void;
  onBox: (box: string) => void;
  onRegion: (country: string | null, admin1: string | null) => void;
  draw: Draw;
}

export function viewWords(view: View): string {
  return [view.zoom.toFixed(2), view.latitude.toFixed(3), view.longitude.toFixed(3)].join("/");
}

export function viewOf(words: string | null): View | null {
  const [zoom = NaN, latitude = NaN, longitude = NaN] = (words ?? "").split("/").map(Number);
  return [zoom, latitude, longitude].every(Number.isFinite) ? { zoom, latitude, longitude } : null;
}

export function MapView(props: Props) {
  const box = useRef<HTMLDivElement>(null);
  const map = useRef<GlMap | null>(null);
  const [ready, setReady] = useState(false);
  const [failed, setFailed] = useState<string | null>(null);
  const [moved, setMoved] = useState(0);
  const [answer, setAnswer] = useState<Drawn | null>(null);
  const [under, setUnder] = useState("");
  const now = useRef(props);
  now.current = props;
  const fitted = useRef(props.view !== null);

  useEffect(() => {
    if (!box.current) return undefined;
    let made: GlMap | null = null;
    let gone = false;
    makeMap(box.current, props.view)
      .then((m) => {
        if (gone) return m.remove();
        made = m;
        map.current = m;
        m.on("moveend", (e: { originalEvent?: unknown }) => {
          const c = m.getCenter();
          if (e.originalEvent || fitted.current) now.current.onView({ zoom: m.getZoom(), latitude: c.lat, longitude: c.lng });
          setMoved((n) => n + 1);
        });
        setReady(true);
      })
      .catch((error: unknown) => setFailed(error instanceof Error ? error.message : String(error)));
    return () => {
      gone = true;
      made?.remove();
      map.current = null;
    };
  }, []);

  useEffect(() => {
    const m = map.current;
    if (!m || !ready) return undefined;
    const stop = new AbortController();
    const asked = new URLSearchParams(props.query);
    asked.set("view", fitted.current ? boundsOf(m) : WORLD);
    const zoom = Math.max(0, Math.min(22, Math.round(m.getZoom() * 2) / 2));
    if (props.draw === "hexagons" && fitted.current) {
      asked.set("resolution", String(resolutionAt(zoom)));
      get<Cells>(`cells?${asked}`, stop.signal)
        .then((found) => setAnswer({ cells: found.cells, clusters: [], regions: found.regions }))
        .catch(() => undefined);
      return () => stop.abort();
    }
    asked.set("zoom", String(zoom));
    get<MapAnswer>(`clusters?${asked}`, stop.signal)
      .then((found) => {
        setAnswer({ cells: [], clusters: found.clusters, regions: found.regions });
        if (!fitted.current) fit(m, found.clusters);
        fitted.current = true;
        if (now.current.draw === "hexagons") setMoved((n) => n + 1);
      })
      .catch(() => undefined);
    return () => stop.abort();
  }, [ready, props.query, props.turn, moved, props.draw]);

  useEffect(() => {
    const m = map.current;
    if (!m || !answer || !ready) return undefined;
    m.getSource<GeoJSONSource>("heat")?.setData(points(answer.clusters));
    m.getSource<GeoJSONSource>("cells")?.setData(hexagons(answer.cells));
    const visible = (layer: string, on: boolean) => m.setLayoutProperty(layer, "visibility", on ? "visible" : "none");
    visible("heat", props.draw === "heat");
    visible("cells", props.draw === "hexagons");
    visible("cells-edge", props.draw === "hexagons");
    if (props.draw !== "numbers") return undefined;
    let markers: Marker[] = [];
    let gone = false;
    void import("maplibre-gl").then(({ Marker: Made }) => {
      if (gone) return;
      markers = answer.clusters.map((c) => new Made({ element: pin(c, () => enter(m, c, now.current)) }).setLngLat([c.longitude, c.latitude]).addTo(m));
    });
    return () => {
      gone = true;
      for (const marker of markers) marker.remove();
    };
  }, [answer, props.draw, ready, language()]);

  useEffect(() => {
    const m = map.current;
    if (!m || !ready) return undefined;
    const came = (e: MapLayerMouseEvent) => {
      const held = e.features?.[0]?.properties;
      if (held) setUnder(t("{n} events, {k} killed", { n: number(Number(held["events"])), k: number(Number(held["killed"])) }));
    };
    const left = () => setUnder("");
    const pressed = (e: MapLayerMouseEvent) => m.easeTo({ center: e.lngLat, zoom: Math.min(14, m.getZoom() + 2), animate: !still() });
    m.on("mousemove", "cells", came);
    m.on("mouseleave", "cells", left);
    m.on("click", "cells", pressed);
    return () => {
      m.off("mousemove", "cells", came);
      m.off("mouseleave", "cells", left);
      m.off("click", "cells", pressed);
    };
  }, [ready]);

  const place = props.selected?.place;
  useEffect(() => {
    const m = map.current;
    if (!m || !ready || place?.latitude == null || place.longitude == null) return undefined;
    const at: [number, number] = [place.longitude, place.latitude];
    let marker: Marker | null = null;
    let gone = false;
    void import("maplibre-gl").then(({ Marker: Made }) => {
      if (gone) return;
      const ring = document.createElement("div");
      ring.className = "ring";
      marker = new Made({ element: ring }).setLngLat(at).addTo(m);
    });
    if (!m.getBounds().contains(at)) m.easeTo({ center: at });
    return () => {
      gone = true;
      marker?.remove();
    };
  }, [place?.latitude, place?.longitude, ready]);

  if (failed) {
    return <p class="wrong">{t("The map can't be drawn here ({why}). The table has the same events.", { why: failed })}</p>;
  }
  const regions = answer?.regions ?? [];
  return (
    <div class="map-frame">
      <div class="map" ref={box} role="region" aria-label={t("Map of the events")} />
      <button
        type="button"
        class="map-box"
        onClick={() => {
          const b = map.current?.getBounds();
          if (b) props.onBox([b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((x) => x.toFixed(2)).join(","));
        }}
      >
        {t("Only what is in view")}
      </button>
      {props.draw === "hexagons" && (
        <div class="map-key">
          <ul aria-label={t("Events in a cell")}>
            {STEPS.map(([from, colour]) => (
              <li key={from}>
                <i style={{ background: colour }} />
                {number(from)}+
              </li>
            ))}
          </ul>
          <p>{under}</p>
        </div>
      )}
      {regions.length > 0 && (
        <details class="regions">
          <summary>
            {t("{n} known to a region or country only", { n: number(regions.reduce((sum, r) => sum + r.events, 0)) })}
          </summary>
          <ul>
            {regions.slice(0, 60).map((r) => (
              <li key={`${r.country}/${r.admin1}`}>
                <button type="button" class="plain" onClick={() => props.onRegion(r.country, r.admin1)}>
                  <bdi>{[r.admin1, countryName(r.country)].filter(Boolean).join(", ") || t("no place")}</bdi> <b>{number(r.events)}</b>
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function still(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

const WORLD = "-180,-85,180,85";

/** What is in sight, as the API asks it. */
function boundsOf(m: GlMap): string {
  const b = m.getBounds();
  if (b.getEast() - b.getWest() >= 360) return WORLD;
  const clamp = (x: number, most: number) => Math.max(-most, Math.min(most, x));
  const wrap = (x: number) => ((((x + 180) % 360) + 360) % 360) - 180;
  return [wrap(b.getWest()), clamp(b.getSouth(), 85), wrap(b.getEast()), clamp(b.getNorth(), 85)].map((x) => x.toFixed(4)).join(",");
}

/** The resolution of H3 whose cells are some thirty pixels wide. */
export function resolutionAt(zoom: number): number {
  return Math.max(0, Math.min(9, Math.round(0.712 * zoom - 0.4)));
}

function points(clusters: readonly Cluster[]): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: clusters.map((c) => ({ type: "Feature", properties: { events: c.events }, geometry: { type: "Point", coordinates: [c.longitude, c.latitude] } })),
  };
}

function hexagons(cells: Cells["cells"]): FeatureCollection {
  return {
    type: "FeatureCollection",
    features: cells.map(({ cell, events, killed, boundary }) => ({
      type: "Feature",
      properties: { cell, events, killed },
      geometry: { type: "Polygon", coordinates: [[...boundary, ...boundary.slice(0, 1)]] },
    })),
  };
}

function fit(m: GlMap, found: readonly Cluster[]): void {
  if (found.length === 0) return;
  const xs = found.map((c) => c.longitude);
  const ys = found.map((c) => c.latitude);
  const bounds: [number, number, number, number] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  m.fitBounds(bounds, { padding: 50, maxZoom: 6, animate: false });
}

function enter(m: GlMap, c: Cluster, props: Props): void {
  if (c.id) return props.onSelect(c.id);
  const [west, south, east, north] = c.box;
  if (m.getZoom() >= 13) return props.onBox([west, south, east, north].map((x) => x.toFixed(4)).join(","));
  m.easeTo({ center: [c.longitude, c.latitude], zoom: Math.min(14, m.getZoom() + 2), animate: !still() });
  return undefined;
}

/** A cell of the map as a button: its number of events, larger where there are more. One event alone is a small square. */
function pin(c: Cluster, press: () => void): HTMLElement {
  const made = document.createElement("button");
  made.type = "button";
  const size = c.events >= 1000 ? "huge" : c.events >= 100 ? "large" : c.events >= 10 ? "mid" : c.events > 1 ? "small" : "one";
  made.className = `pin ${size}${c.killed > 0 ? " deadly" : ""}`;
  made.textContent = c.events > 1 ? short(c.events) : "";
  const label = c.events === 1 ? t("one event, {k} killed", { k: number(c.killed) }) : t("{n} events, {k} killed", { n: number(c.events), k: number(c.killed) });
  made.setAttribute("aria-label", label);
  made.title = label;
  made.addEventListener("click", press);
  return made;
}

function short(n: number): string {
  return n >= 10_000 ? `${Math.round(n / 1000)}k` : n >= 1000 ? `${(n / 1000).toFixed(1)}k` : String(n);
}
