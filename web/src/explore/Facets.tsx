// Counts by field, beside the results: press one to narrow by it, again to take it back.
import { useState } from "preact/hooks";
import { useGet } from "../api/client";
import type { Facets as Answer } from "../api/types";
import { FACETS, toggled, valueWords, values } from "../filters";
import { number } from "../format";
import { t } from "../words";

interface Props {
  query: URLSearchParams;
  narrow: string;
  turn: number;
  onQuery: (query: URLSearchParams) => void;
}

const OPEN = new Set(["event_type", "country", "actor", "source", "geo_precision", "confidence", "disputed"]);

export function FacetList({ query, narrow, turn, onQuery }: Props) {
  const [size, setSize] = useState(8);
  const names = FACETS.map((f) => f.facet).join("|");
  const { data } = useGet<Answer>(`facets?${narrow}${narrow ? "&" : ""}facet=${encodeURIComponent(names)}&size=${size}`, turn);
  return (
    <div class="facets">
      {FACETS.map(({ facet, by, title }) => {
        const counted = (data?.facets[facet] ?? []).filter((v) => v.value !== null && v.value !== "");
        const chosen = values(query, by);
        if (counted.length === 0) return null;
        return (
          <details key={facet} open={OPEN.has(facet) || chosen.length > 0}>
            <summary>{t(title)}</summary>
            <ul>
              {counted.map(({ value, events }) => (
                <li key={value}>
                  <label class={chosen.includes(value ?? "") ? "on" : ""}>
                    <input type="checkbox" checked={chosen.includes(value ?? "")} onChange={() => onQuery(toggled(query, by, value ?? ""))} />
                    <bdi dir="auto">{valueWords(by, value ?? "")}</bdi>
                    <span class="figure">{number(events)}</span>
                  </label>
                </li>
              ))}
            </ul>
            {counted.length >= size && ["actor", "source", "admin1", "sub_event_type", "country"].includes(facet) && (
              <button type="button" class="plain" onClick={() => setSize(size + 40)}>
                {t("More…")}
              </button>
            )}
          </details>
        );
      })}
    </div>
  );
}
