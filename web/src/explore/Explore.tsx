// Explore: one filter, and map, time line, table and counts that all follow it.
import { useEffect, useRef, useState } from "preact/hooks";
import { get, type Me, useGet } from "../api/client";
import type { EventRecord, Page } from "../api/types";
import { isMany, narrowing, titleOf, toggled, values, valueWords, withValue } from "../filters";
import { coded, days, names, toll } from "../format";
import { Confidence, PlaceName, Words, Wrong } from "../parts";
import { type Route, go, link, parse } from "../route";
import { t } from "../words";
import { FacetList } from "./Facets";
import { DRAWS, MapView, viewOf, viewWords } from "./MapView";
import { DownloadDialog, ShareDialog } from "./Share";
import { Flags, Table } from "./Table";
import { TimeLine } from "./TimeLine";

export function Explore({ route, turn, me }: { route: Route; turn: number; me: Me }) {
  const query = route.query;
  const narrow = narrowing(query);
  const asked = narrow.toString();
  const order = query.get("order") ?? "newest";
  const show = query.get("show") ?? "both";
  const chosen = query.get("sel");
  const draw = DRAWS.find((d) => d === query.get("draw")) ?? "numbers";
  const [open, setOpen] = useState<"share" | "download" | null>(null);
  const [aside, setAside] = useState(false);
  const change = (next: URLSearchParams, replace = false) => {
    // The map tells of its last move while the reader is already on the way to another view.
    if (replace && parse(location.hash).view !== "explore") return;
    go(link("explore", "", next), replace);
  };
  const latest = useRef(query);
  latest.current = query;

  const first = useGet<Page<EventRecord>>(`events?${asked}${asked ? "&" : ""}order=${order}&limit=60&total=true`, turn);
  const [rest, setRest] = useState<{ of: string; data: EventRecord[]; after: string | null }>({ of: "", data: [], after: null });
  const mark = `${asked}/${order}/${turn}`;
  const extra = rest.of === mark ? rest.data : [];
  const after = rest.of === mark ? rest.after : (first.data?.after ?? null);
  const events = [...(first.data?.data ?? []), ...extra];
  const more = async () => {
    if (!after) return;
    const page = await get<Page<EventRecord>>(`events?${asked}${asked ? "&" : ""}order=${order}&limit=100&after=${encodeURIComponent(after)}`);
    setRest({ of: mark, data: [...extra, ...page.data], after: page.after ?? null });
  };
  const held = events.find((e) => e.id === chosen) ?? null;
  const single = useGet<{ record: EventRecord }>(chosen && !held && !first.loading ? `events/${chosen}` : null, turn);
  const selected = held ?? (chosen ? (single.data?.record ?? null) : null);
  const total = first.data?.total ?? null;

  return (
    <div class={`explore show-${show}`}>
      <aside class={aside ? "open" : ""} aria-label={t("Filters")}>
        <button type="button" class="aside-toggle" aria-expanded={aside} onClick={() => setAside(!aside)}>
          {t("Filters")} {narrow.size > 0 && `(${narrow.size})`}
        </button>
        <div class="aside-inside">
          <SearchBox query={query} onQuery={change} />
          <FacetList query={query} narrow={asked} turn={turn} onQuery={change} />
          <Further query={query} onQuery={change} />
        </div>
      </aside>
      <div class="work">
        <div class="bar-top">
          <Chips query={query} onQuery={change} />
          <div class="tools">
            <div class="switch" role="group" aria-label={t("What is shown")}>
              {(["both", "map", "table"] as const).map((s) => (
                <button type="button" key={s} aria-pressed={show === s} onClick={() => change(withValue(query, "show", s === "both" ? null : s))}>
                  {t(s === "both" ? "Map and table" : s === "map" ? "Map" : "Table")}
                </button>
              ))}
            </div>
            {show !== "table" && (
              <div class="switch" role="group" aria-label={t("How the map counts")}>
                {DRAWS.map((d) => (
                  <button type="button" key={d} aria-pressed={draw === d} onClick={() => change(withValue(query, "draw", d === "numbers" ? null : d))}>
                    {t(`draw.${d}`)}
                  </button>
                ))}
              </div>
            )}
            <button type="button" onClick={() => setOpen("share")}>{t("Share")}</button>
            <button type="button" onClick={() => setOpen("download")}>{t("Download")}</button>
          </div>
        </div>
        <Wrong error={first.error} again={first.again} />
        {show !== "table" && (
          <div class="map-row">
            <MapView
              query={asked}
              turn={turn}
              view={viewOf(query.get("map"))}
              onView={(view) => change(withValue(latest.current, "map", viewWords(view)), true)}
              selected={selected}
              onSelect={(id) => change(withValue(latest.current, "sel", id), true)}
              onBox={(box) => change(withValue(latest.current, "bbox", box))}
              onRegion={(country, admin1) => {
                let next = withValue(latest.current, "country", country);
                next = withValue(next, "admin1", admin1);
                change(next);
              }}
              draw={draw}
            />
            {selected && <Card event={selected} close={() => change(withValue(latest.current, "sel", null), true)} />}
          </div>
        )}
        <TimeLine
          query={asked}
          turn={turn}
          since={query.get("since") ?? ""}
          until={query.get("until") ?? ""}
          onRange={(since, until) => change(withValue(withValue(latest.current, "since", since), "until", until))}
        />
        {show !== "map" && (
          <Table
            events={events}
            total={total}
            selected={chosen}
            onSelect={(id) => change(withValue(latest.current, "sel", id), true)}
            order={order}
            onOrder={(o) => change(withValue(query, "order", o === "newest" ? null : o))}
            more={after ? () => void more() : null}
            loading={first.loading}
          />
        )}
      </div>
      {open === "share" && <ShareDialog query={narrow} me={me} close={() => setOpen(null)} />}
      {open === "download" && <DownloadDialog query={narrow} total={total} close={() => setOpen(null)} />}
    </div>
  );
}

function SearchBox({ query, onQuery }: { query: URLSearchParams; onQuery: (q: URLSearchParams) => void }) {
  const [words, setWords] = useState(query.get("q") ?? "");
  useEffect(() => setWords(query.get("q") ?? ""), [query.get("q")]);
  return (
    <form
      role="search"
      class="search"
      onSubmit={(e) => {
        e.preventDefault();
        onQuery(withValue(query, "q", words.trim()));
      }}
    >
      <label for="q">{t("Words in the sentences and titles")}</label>
      <div class="joined">
        <input id="q" type="search" dir="auto" maxLength={200} value={words} onInput={(e) => setWords(e.currentTarget.value)} />
        <button type="submit">{t("Search")}</button>
      </div>
    </form>
  );
}

/** The filter in sight: each part can be taken out, all of them at once too. */
function Chips({ query, onQuery }: { query: URLSearchParams; onQuery: (q: URLSearchParams) => void }) {
  const kept = narrowing(query);
  const chips = [...kept.keys()].flatMap((name) => values(kept, name).map((value) => ({ name, value })));
  if (chips.length === 0) return <p class="chips faint">{t("Everything in the record. Narrow it by the counts, the time line or words.")}</p>;
  return (
    <ul class="chips" aria-label={t("Filter in force")}>
      {chips.map(({ name, value }) => (
        <li key={`${name}/${value}`}>
          <button
            type="button"
            aria-label={t("Take out {what}", { what: `${titleOf(name)} ${valueWords(name, value)}` })}
            onClick={() => onQuery(isMany(name) ? toggled(query, name, value) : withValue(query, name, null))}
          >
            <span>{titleOf(name)}:</span> <bdi dir="auto">{valueWords(name, value)}</bdi> <span aria-hidden="true">✕</span>
          </button>
        </li>
      ))}
      <li>
        <button
          type="button"
          class="plain"
          onClick={() => {
            const next = new URLSearchParams(query);
            for (const name of kept.keys()) next.delete(name);
            onQuery(next);
          }}
        >
          {t("Reset")}
        </button>
      </li>
    </ul>
  );
}

/** What counts can't offer: figures, a place by name, the record as it was, a written filter. Applied together. */
function Further({ query, onQuery }: { query: URLSearchParams; onQuery: (q: URLSearchParams) => void }) {
  const fields: [string, "number" | "text" | "date", string][] = [
    ["min_killed", "number", t("Killed at least")],
    ["max_killed", "number", t("Killed at most")],
    ["place", "text", t("Part of a place's name")],
    ["as_of", "date", t("As the record was on")],
    ["where", "text", t("Filter, as in killed >= 5 and disputed")],
  ];
  return (
    <details class="further" open={fields.some(([name]) => query.has(name))}>
      <summary>{t("Further filters")}</summary>
      <form
        key={fields.map(([name]) => query.get(name) ?? "").join("/")}
        onSubmit={(e) => {
          e.preventDefault();
          const given = new FormData(e.currentTarget);
          let next = new URLSearchParams(query);
          for (const [name] of fields) next = withValue(next, name, String(given.get(name) ?? "").trim());
          onQuery(next);
        }}
      >
        {fields.map(([name, type, title]) => (
          <label key={name}>
            {title}
            {type === "date" ? (
              <input name={name} type="date" defaultValue={query.get(name) ?? ""} />
            ) : type === "number" ? (
              <input name={name} type="number" min="0" defaultValue={query.get(name) ?? ""} />
            ) : (
              <input name={name} type="text" dir="auto" defaultValue={query.get(name) ?? ""} />
            )}
          </label>
        ))}
        <button type="submit">{t("Apply")}</button>
      </form>
    </details>
  );
}

function Card({ event, close }: { event: EventRecord; close: () => void }) {
  return (
    <article class="card" aria-label={t("Selected event")}>
      <button type="button" class="plain close" onClick={close} aria-label={t("Close")}>
        ✕
      </button>
      <h2>
        <a href={link("event", event.id)}>{coded(event.sub_event_type)}</a>
      </h2>
      <p>
        {days(event.date_first, event.date_last)} · <PlaceName place={event.place} />
      </p>
      <p>
        <Words>{names(event.who) || t("somebody")}</Words> → <Words>{names(event.whom) || "—"}</Words>
      </p>
      <p>
        {t("killed")} <b>{toll(event.killed) || "—"}</b> · {t("injured")} <b>{toll(event.injured) || "—"}</b>
      </p>
      <p>
        <Confidence value={event.confidence} /> <Flags event={event} />
      </p>
      <a class="button" href={link("event", event.id)}>
        {t("Open: sources, sentences, tolls")}
      </a>
    </article>
  );
}
