// Where it happened, no more exactly than it is known: a spot, a circle of what "near" means, or the region as a whole.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Feature, MultiPolygon, Polygon } from "geojson";
import type { GeoJSONSource } from "maplibre-gl";
import type { Place } from "../api/types";
import { around, circle, makeMap, regions, world } from "../basemap";
import { PRECISION } from "../filters";
import { PlaceName } from "../parts";
import { t } from "../words";

const NEAR = 25;
const SPOT = 3;

async function areaOf(place: Place, at: [number, number]): Promise<Feature<Polygon | MultiPolygon> | null> {
  if (place.precision !== 3) return circle(at, place.precision === 2 ? NEAR : SPOT);
  const areas = await (place.admin1 ? regions() : world());
  return around(areas, at) ?? circle(at, 100);
}

export function PlaceMap({ place }: { place: Place | null | undefined }) {
  const box = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  const x = place?.longitude;
  const y = place?.latitude;
  useEffect(() => {
    if (!box.current || !place || x == null || y == null) return undefined;
    const at: [number, number] = [x, y];
    let gone = false;
    let drop: (() => void) | null = null;
    Promise.all([makeMap(box.current, { zoom: 5, latitude: y, longitude: x }), areaOf(place, at), import("maplibre-gl")])
      .then(([map, area, gl]) => {
        if (gone) return map.remove();
        drop = () => map.remove();
        if (area) {
          map.getSource<GeoJSONSource>("area")?.setData(area);
          const bounds = new gl.LngLatBounds();
          const rings = area.geometry.type === "Polygon" ? area.geometry.coordinates : area.geometry.coordinates.flat();
          for (const [lng = 0, lat = 0] of rings.flat()) bounds.extend([lng, lat]);
          map.fitBounds(bounds, { padding: place.precision === 3 ? 20 : 90, maxZoom: 6.3, animate: false });
        }
        if (place.precision === 1) {
          const dot = document.createElement("div");
          dot.className = "ring";
          new gl.Marker({ element: dot }).setLngLat(at).addTo(map);
        }
      })
      .catch(() => setFailed(true));
    return () => {
      gone = true;
      drop?.();
    };
  }, [x, y, place?.precision]);
  if (!place) return <p class="faint">{t("No source says where.")}</p>;
  return (
    <figure class="place-map">
      {x != null && y != null && !failed ? (
        <div class="map" ref={box} role="region" aria-label={t("Map of the place")} />
      ) : (
        <p class="faint">{t("There is no point for it, so there is no map.")}</p>
      )}
      <figcaption>
        <PlaceName place={place} /> — {t(PRECISION[String(place.precision ?? 0)] ?? "not placed")}
        {x != null && y != null && place.precision !== 3 && (
          <span class="figure">
            {" "}
            {y.toFixed(3)}, {x.toFixed(3)}
          </span>
        )}
        {place.words && place.words !== place.name && (
          <>
            {" · "}
            {t("in the text")}: <q dir="auto">{place.words}</q>
          </>
        )}
      </figcaption>
    </figure>
  );
}
