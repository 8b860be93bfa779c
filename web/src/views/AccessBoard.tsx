// The access board: what is open, closed, besieged or held on a day, since when, who says so and who disputes it.
import { useState } from "preact/hooks";
import { useGet } from "../api/client";
import type { Board, BoardEntry, Delivery, Standing, Track } from "../api/types";
import { coded, countryName, days, since, number } from "../format";
import { Loading, PlaceName, Words, Wrong } from "../parts";
import { go, link, type Route } from "../route";
import { t } from "../words";

const SUBJECTS = ["border_crossing", "corridor", "siege", "territory", "ceasefire"] as const;
const SIGNS: Record<string, string> = { open: "●", partly: "◆", shut: "✖", held: "■" };
const SHUT = new Set(["closed", "blocked", "besieged", "broken"]);
const PARTLY = new Set(["restricted", "contested", "ended", "partly_open"]);
const OPEN = new Set(["open", "lifted", "in_force", "agreed", "delivered", "holding"]);

/** How a state reads at a glance: its sign and colour. */
export function openness(state: string): string {
  return SHUT.has(state) ? "shut" : PARTLY.has(state) ? "partly" : OPEN.has(state) ? "open" : "held";
}

export function AccessBoard({ route, turn }: { route: Route; turn: number }) {
  const query = route.query;
  const asked = new URLSearchParams();
  for (const name of ["day", "country", "subject", "place", "actor", "as_of"]) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  const { data, error, loading, again } = useGet<Board>(`board?${asked}`, turn);
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    go(link("board", "", next));
  };
  const entries = data?.entries ?? [];
  const count = (word: string) => entries.filter((e) => e.openness === word).length;
  return (
    <div class="board-view">
      <header class="view-head">
        <h1>{query.get("day") ? t("Access on {day}", { day: days(query.get("day"), query.get("day")) }) : t("Access now")}</h1>
        <form class="fields" onSubmit={(e) => e.preventDefault()}>
          <label>
            {t("On the day")} <input type="date" value={query.get("day") ?? ""} onChange={(e) => set("day", e.currentTarget.value)} />
          </label>
          <label>
            {t("What")}{" "}
            <select value={query.get("subject") ?? ""} onChange={(e) => set("subject", e.currentTarget.value)}>
              <option value="">{t("everything")}</option>
              {SUBJECTS.map((s) => (
                <option key={s} value={s}>
                  {coded(s)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t("Country")} <input dir="auto" value={query.get("country") ?? ""} onChange={(e) => set("country", e.currentTarget.value.trim())} />
          </label>
          <label>
            {t("Place")} <input dir="auto" value={query.get("place") ?? ""} onChange={(e) => set("place", e.currentTarget.value.trim())} />
          </label>
          <label>
            {t("Held by or besieged by")} <input dir="auto" value={query.get("actor") ?? ""} onChange={(e) => set("actor", e.currentTarget.value.trim())} />
          </label>
        </form>
        <ul class="summary" aria-label={t("How many places")}>
          {["shut", "partly", "open", "held"].map((word) => (
            <li key={word} class={`state ${word}`}>
              <span aria-hidden="true">{SIGNS[word]}</span> <b>{number(count(word))}</b> {t(`openness.${word}`)}
            </li>
          ))}
        </ul>
      </header>
      <Wrong error={error} again={again} />
      {!data && <Loading on={loading} />}
      {data && entries.length === 0 && <p class="faint">{t("Nothing is known of this day.")}</p>}
      <div class="board">
        {entries.map((entry) => (
          <Entry key={`${entry.place.id ?? ""}${entry.place.name}${entry.place.country ?? ""}`} entry={entry} tracks={tracksOf(data?.tracks ?? [], entry)} day={data?.day ?? ""} />
        ))}
      </div>
      <p class="note">
        {t("A state without a date is taken to hold from its first report on. Where no report has confirmed a state for long, it may have changed unreported. The board takes no side.")}
      </p>
    </div>
  );
}

function tracksOf(tracks: readonly Track[], entry: BoardEntry): Track[] {
  const same = (p: Track["place"]) => (p.id ? p.id === entry.place.id : p.name === entry.place.name && p.country === entry.place.country);
  return tracks.filter((x) => same(x.place));
}

function Entry({ entry, tracks, day }: { entry: BoardEntry; tracks: readonly Track[]; day: string }) {
  return (
    <section class={`entry ${entry.openness}`} aria-label={entry.place.name}>
      <h2>
        <PlaceName place={{ ...entry.place, admin1: null, country: null }} />
        <small>
          <bdi>{[entry.place.admin1 === entry.place.name ? null : entry.place.admin1, countryName(entry.place.country)].filter(Boolean).join(", ")}</bdi>
        </small>
      </h2>
      <ul class="standings">
        {entry.standings.map((s) => (
          <StandingLine key={s.id} standing={s} />
        ))}
      </ul>
      {tracks
        .filter((x) => x.intervals.length > 0 && x.subject !== "aid_delivery")
        .map((x) => (
          <Band key={x.subject} track={x} day={day} />
        ))}
      {entry.delivered && <DeliveryLine delivery={entry.delivered} />}
      {entry.thwarted && <DeliveryLine delivery={entry.thwarted} />}
    </section>
  );
}

function StandingLine({ standing: s }: { standing: Standing }) {
  const word = openness(s.state);
  return (
    <li>
      <p class="standing">
        <a class={`state ${word}`} href={link("condition", s.id)}>
          <span aria-hidden="true">{SIGNS[word]}</span> {coded(s.subject)}: {coded(s.state)}
        </a>{" "}
        {s.who.length > 0 && (
          <>
            {t("by")} <b><Words>{s.who.join(", ")}</Words></b>{" "}
          </>
        )}
        <span class="since">{s.since ? t("since {day}", { day: since(s.since, s.precision) }) : t("no source says since when")}</span>
      </p>
      <p class="faint">
        {t("according to")} <Words>{s.sources.join(", ") || t("the report itself")}</Words>
        {s.quiet !== null && s.quiet !== undefined && s.quiet > 30 && (
          <span class="flag">{t("not told for {n} days", { n: number(s.quiet) })}</span>
        )}
      </p>
      {(s.disputed_by.length > 0 || s.against.length > 0 || s.disputed.length > 0) && (
        <p class="dispute">
          ≠ {s.disputed_by.length > 0 && <>{t("disputed by")} <Words>{s.disputed_by.join(", ")}</Words>. </>}
          {s.against.map(([state, id]) => (
            <span key={id}>
              {t("also told")}: <a href={link("condition", id)}>{coded(state)}</a>.{" "}
            </span>
          ))}
          {s.disputed.filter((d) => d !== "state").length > 0 && <>{t("sources differ on")} {s.disputed.filter((d) => d !== "state").map(coded).join(", ")}.</>}
        </p>
      )}
    </li>
  );
}

function DeliveryLine({ delivery: d }: { delivery: Delivery }) {
  const word = d.state === "delivered" ? "open" : "shut";
  return (
    <p class="delivery">
      <a class={`state ${word}`} href={link("condition", d.id)}>
        <span aria-hidden="true">{word === "open" ? "✔" : "✖"}</span> {t("aid")}: {coded(d.state)}
      </a>{" "}
      {since(d.day, d.precision === "unknown" ? "day" : d.precision)} {d.who.length > 0 && <>· <Words>{d.who.join(", ")}</Words></>}
      {d.counts.length > 0 && <> · <Words>{d.counts.join("; ")}</Words></>}
    </p>
  );
}

const YEARS = 3;

/** The states of a subject at a place as a band of time that ends on the board's day; a list of the same for those who don't see it. */
function Band({ track, day }: { track: Track; day: string }) {
  const [open, setOpen] = useState(false);
  const end = Date.parse(day) + 86_400_000;
  const dated = track.intervals.map((i) => i.since).filter((d): d is string => !!d);
  const first = dated.length ? Math.min(...dated.map((d) => Date.parse(d))) : end - 90 * 86_400_000;
  const start = Math.max(end - YEARS * 366 * 86_400_000, Math.min(first - (end - first) * 0.05, end - 60 * 86_400_000));
  const part = (d: number) => ((Math.max(start, Math.min(end, d)) - start) / (end - start)) * 100;
  return (
    <div class="band">
      <button type="button" class="plain band-button" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class="band-name">{coded(track.subject)}</span>
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <rect x="0" y="3.4" width="100" height="1.2" class="empty" />
          {track.intervals.map((i) => {
            const from = i.since ? part(Date.parse(i.since)) : 0;
            const to = i.until ? part(Date.parse(i.until)) : 100;
            return <rect key={i.id} x={from} y="0" width={Math.max(0.8, to - from)} height="8" class={`piece ${openness(i.state)}${i.disputed ? " unsure" : ""}${i.assumed ? " assumed" : ""}`} />;
          })}
        </svg>
        <span class="band-ends">
          <span>{new Date(start).toISOString().slice(0, 7)}</span>
          <span>{day}</span>
        </span>
      </button>
      {open && (
        <ul>
          {track.intervals.map((i) => (
            <li key={i.id}>
              <a class={`state ${openness(i.state)}`} href={link("condition", i.id)}>
                <span aria-hidden="true">{SIGNS[openness(i.state)]}</span> {coded(i.state)}
              </a>{" "}
              {i.since ?? t("not stated")} – {i.until ?? t("goes on")} {i.assumed && <span class="faint">({t("from its first report on")})</span>}{" "}
              <Words>{i.who.join(", ")}</Words> {i.disputed && <span class="flag disputed">≠ {t("disputed")}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
