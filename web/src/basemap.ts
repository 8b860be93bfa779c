// A map that needs no network: the outline of the world and first-level regions out of two static files.
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from "geojson";
import type { Map as GlMap, StyleSpecification } from "maplibre-gl";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { countryName } from "./format";
import { t } from "./words";

export interface View {
  zoom: number;
  latitude: number;
  longitude: number;
}

type Areas = FeatureCollection<Polygon | MultiPolygon>;
type Named<K extends string> = Topology<Record<K, GeometryCollection>>;

const MAPS = new URL("maps/", document.baseURI);
const kept = new Map<string, Promise<unknown>>();

function load<T>(name: string): Promise<T> {
  const known = kept.get(name);
  if (known) return known as Promise<T>;
  const asked = fetch(new URL(name, MAPS)).then((r) => {
    if (!r.ok) throw new Error(`${name}: ${r.status}`);
    return r.json() as Promise<T>;
  });
  kept.set(name, asked);
  return asked;
}

export async function world(): Promise<Areas> {
  const topology = await load<Named<"countries">>("world.json");
  const areas = feature(topology, topology.objects.countries) as Areas;
  for (const { geometry } of areas.features) for (const rings of parts(geometry)) for (const ring of rings) unwrap(ring, true);
  return areas;
}

/** Lines that cross the 180th meridian go on beyond it instead of jumping back; a ring around a pole is closed along the pole. */
function unwrap(line: Position[], closed: boolean): void {
  for (let i = 1; i < line.length; i++) {
    const [before = 0] = line[i - 1] ?? [];
    const [x = 0, y = 0] = line[i] ?? [];
    const turns = Math.round((before - x) / 360);
    if (turns !== 0) line[i] = [x + 360 * turns, y];
  }
  const [first, last] = [line[0], line.at(-1)];
  if (!closed || !first || !last || Math.abs((first[0] ?? 0) - (last[0] ?? 0)) < 1) return;
  const pole = (first[1] ?? 0) < 0 ? -90 : 90;
  line.push([last[0] ?? 0, pole], [first[0] ?? 0, pole], first);
}

export async function regions(): Promise<Areas> {
  const topology = await load<Named<"regions">>("regions.json");
  return feature(topology, topology.objects.regions) as Areas;
}

/** The area that a point lies in. */
export function around(areas: Areas, at: Position): Feature<Polygon | MultiPolygon> | null {
  return areas.features.find((f) => parts(f.geometry).some((rings) => within(rings, at))) ?? null;
}

function parts(geometry: Polygon | MultiPolygon): Position[][][] {
  return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
}

function within(rings: Position[][], [x = 0, y = 0]: Position): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [ax = 0, ay = 0] = ring[i] ?? [];
      const [bx = 0, by = 0] = ring[j] ?? [];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}

/** A circle on the ground, as an area. */
export function circle(at: Position, kilometres: number): Feature<Polygon> {
  const [x = 0, y = 0] = at;
  const up = kilometres / 110.574;
  const across = kilometres / (111.32 * Math.max(0.05, Math.cos((y * Math.PI) / 180)));
  const ring = Array.from({ length: 65 }, (_, i) => {
    const turn = (i / 64) * 2 * Math.PI;
    return [x + across * Math.cos(turn), y + up * Math.sin(turn)];
  });
  return { type: "Feature", properties: {}, geometry: { type: "Polygon", coordinates: [ring] } };
}

/** From how many events on a six-sided cell has which colour: from light to dark, so that it reads without colour too. */
export const STEPS: readonly [number, string][] = [
  [1, "#f6d2a9"], [3, "#f0a66f"], [10, "#ea8171"], [30, "#c1607c"], [100, "#8a3d6f"], [1000, "#3b1f53"],
]; // prettier-ignore

async function style(): Promise<StyleSpecification> {
  const topology = await load<Named<"countries">>("world.json");
  const land = await world();
  const borders = mesh(topology, topology.objects.countries, (a, b) => a !== b);
  for (const line of borders.coordinates) unwrap(line, false);
  const empty: FeatureCollection = { type: "FeatureCollection", features: [] };
  return {
    version: 8,
    sources: {
      land: { type: "geojson", data: land },
      borders: { type: "geojson", data: { type: "Feature", properties: {}, geometry: borders } },
      regions: { type: "geojson", data: empty },
      heat: { type: "geojson", data: empty },
      cells: { type: "geojson", data: empty },
      area: { type: "geojson", data: empty },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": "#cfdde6" } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": "#f4f1ea" } },
      { id: "regions", type: "line", source: "regions", minzoom: 3.5, paint: { "line-color": "#c3bba9", "line-width": 0.8 } },
      { id: "coast", type: "line", source: "land", paint: { "line-color": "#9fb0bb", "line-width": 0.6 } },
      { id: "borders", type: "line", source: "borders", paint: { "line-color": "#857f73", "line-width": 1.1 } },
      {
        id: "heat",
        type: "heatmap",
        source: "heat",
        layout: { visibility: "none" },
        paint: {
          "heatmap-weight": ["interpolate", ["linear"], ["ln", ["+", 1, ["get", "events"]]], 0.69, 0.6, 7, 2],
          "heatmap-intensity": 1.4,
          "heatmap-radius": ["interpolate", ["linear"], ["zoom"], 1, 24, 8, 56],
          "heatmap-color": [
            "interpolate", ["linear"], ["heatmap-density"],
            0, "rgba(0,0,0,0)", 0.2, "#f6d2a9", 0.45, "#ea8171", 0.7, "#a3436f", 1, "#3b1f53",
          ], // prettier-ignore
          "heatmap-opacity": 0.8,
        },
      },
      {
        id: "cells",
        type: "fill",
        source: "cells",
        layout: { visibility: "none" },
        paint: { "fill-color": ["step", ["get", "events"], STEPS[0]?.[1] ?? "#000", ...STEPS.slice(1).flat()] as unknown as string, "fill-opacity": 0.78 },
      },
      { id: "cells-edge", type: "line", source: "cells", layout: { visibility: "none" }, paint: { "line-color": "#fff", "line-width": 0.8 } },
      { id: "area", type: "fill", source: "area", paint: { "fill-color": "#0072b2", "fill-opacity": 0.22 } },
      { id: "area-edge", type: "line", source: "area", paint: { "line-color": "#005a8c", "line-width": 2, "line-dasharray": [3, 2] } },
    ],
  };
}

interface Label {
  name: string;
  c?: string;
  at: [number, number];
  size: number;
}

/** A map in `box`. Rejects where the browser can't draw one. */
export async function makeMap(box: HTMLElement, view: View | null): Promise<GlMap> {
  const [gl, drawn] = await Promise.all([import("maplibre-gl"), style()]);
  gl.setWorkerUrl(new URL(worker, document.baseURI).href);
  const made = new gl.Map({
    container: box,
    style: drawn,
    center: view ? [view.longitude, view.latitude] : [30, 20],
    zoom: view?.zoom ?? 1.5,
    minZoom: 0.5,
    maxZoom: 15,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: true,
    locale: { "NavigationControl.ZoomIn": t("Zoom in"), "NavigationControl.ZoomOut": t("Zoom out"), "Map.Title": t("Map") },
  });
  made.touchZoomRotate.disableRotation();
  made.keyboard.disableRotation();
  made.addControl(new gl.NavigationControl({ showCompass: false }), document.dir === "rtl" ? "top-left" : "top-right");
  made.addControl(new gl.ScaleControl({}), "bottom-left");
  made.addControl(
    new gl.AttributionControl({ compact: true, customAttribution: t("Borders: Natural Earth; drawn for orientation only") }),
    "bottom-right",
  );
  await new Promise<void>((done) => made.once("load", () => done()));
  void regions().then((areas) => {
    made.getSource<import("maplibre-gl").GeoJSONSource>("regions")?.setData(areas);
  });
  void load<Label[]>("labels.json").then((labels) => {
    void namedCountries(made, labels, gl);
  });
  return made;
}

/** Names of countries as plain elements over the map: the larger ones first, more of them the closer one looks. */
function namedCountries(made: GlMap, labels: Label[], gl: typeof import("maplibre-gl")): void {
  let shown: import("maplibre-gl").Marker[] = [];
  const draw = () => {
    for (const marker of shown) marker.remove();
    const zoom = made.getZoom();
    const bounds = made.getBounds();
    const wanted = labels.filter((l) => Math.sqrt(l.size) * 2 ** zoom > 48 && bounds.contains(l.at)).slice(0, 60);
    shown = wanted.map((l) => {
      const element = document.createElement("span");
      element.className = "country-label";
      element.setAttribute("aria-hidden", "true");
      element.textContent = l.c ? countryName(l.c) : l.name;
      return new gl.Marker({ element }).setLngLat(l.at).addTo(made);
    });
  };
  draw();
  made.on("moveend", draw);
}
