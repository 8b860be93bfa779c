// One event, statistic or condition, and everything behind it.
import { useState } from "preact/hooks";
import { useGet } from "../api/client";
import type { ConditionRecord, EventRecord, Kind, ReportRecord, StatisticRecord, Step, Whole } from "../api/types";
import { coded, days, range, since, stamp, toll } from "../format";
import { Confidence, Dialog, Loading, PlaceName, Words, Wrong } from "../parts";
import { go, link, type Route } from "../route";
import { t } from "../words";
import { Flags } from "../explore/Table";
import { Claims, Legend, ReportText, SourceLink } from "./Evidence";
import { History, Judged } from "./History";
import { JudgeBar } from "./JudgeBar";
import { PlaceMap } from "./PlaceMap";
import { TollChart } from "./TollChart";
import { Remarks } from "../views/Remarks";

const KINDS: Record<string, Kind> = { event: "events", statistic: "statistics", condition: "conditions" };

export function Item({ route, turn, may }: { route: Route; turn: number; may: readonly string[] }) {
  const kind = KINDS[route.view] ?? "events";
  const asOf = route.query.get("as_of");
  const [done, setDone] = useState(0);
  const tail = asOf ? `?as_of=${encodeURIComponent(asOf)}` : "";
  const { data, error, loading, again } = useGet<Whole>(route.id ? `${kind}/${route.id}${tail}` : null, `${turn}/${done}`);
  const chosen = route.query.get("claim");
  const shown = route.query.get("report");
  const setShown = (report: string | null, claim = "") => {
    const next = new URLSearchParams(route.query);
    if (report) next.set("report", report);
    else next.delete("report");
    if (claim) next.set("claim", claim);
    go(link(route.view, route.id, next), !report);
  };
  const choose = (claim: string) => {
    const next = new URLSearchParams(route.query);
    next.set("claim", claim);
    go(link(route.view, route.id, next), true);
  };
  if (!data) {
    return (
      <div class="item">
        <Loading on={loading} />
        {error?.status === 404 && route.id && !asOf ? <Left kind={kind} view={route.view} id={route.id} /> : <Wrong error={error} again={again} />}
      </div>
    );
  }
  const record = data.record as EventRecord;
  const best: Record<string, string> = kind === "events" ? { killed: toll(record.killed), injured: toll(record.injured) } : {};
  const report = shown ? data.reports.find((r) => r.id === shown) : undefined;
  return (
    <article class="item">
      <header class="item-head">
        <p class="crumb">
          <a href={kind === "events" ? "#/explore" : kind === "conditions" ? "#/board" : "#/statistics"}>
            {t(kind === "events" ? "Explore" : kind === "conditions" ? "Access" : "Statistics")}
          </a>{" "}
          / <code>{record.id}</code>
        </p>
        <h1>
          {headingOf(kind, data)}
        </h1>
        {asOf && (
          <p class="notice">
            {t("This is what the record said as of {as_of}.", { as_of: asOf })} <a href={link(route.view, route.id)}>{t("What it says now")}</a>
          </p>
        )}
        <p class="head-facts">
          <Confidence value={record.confidence} />
          {kind === "events" && <Flags event={record} />}
          <span>
            {record.voices === 1 ? t("one independent source") : t("{n} independent sources", { n: record.voices })} · {t("revision")} {data.revision}
          </span>
        </p>
        {!asOf && <JudgeBar whole={data} may={may} done={() => setDone(done + 1)} />}
      </header>

      <div class="item-grid">
        <section aria-labelledby="h-facts">
          <h2 id="h-facts">{t("In the record")}</h2>
          <dl class="facts">
            {data.facts.filter(([name]) => !name.startsWith("toll by")).map(([name, value]) => (
              <div key={`${name}${value}`}>
                <dt>{t(name)}</dt>
                <dd>
                  <Words>{factWords(name, value)}</Words>
                </dd>
              </div>
            ))}
          </dl>
        </section>
        <section aria-labelledby="h-where">
          <h2 id="h-where">{t("Where")}</h2>
          <PlaceMap place={record.place} />
        </section>
        {kind !== "conditions" && (
          <section class="whole" aria-labelledby="h-tolls">
            <h2 id="h-tolls">{t("Tolls by source")}</h2>
            <TollChart told={data.tolls} best={best} onClaim={choose} />
          </section>
        )}
        <section class="whole" aria-labelledby="h-claims">
          <h2 id="h-claims">{t("What the sources say")} ({data.citations.length})</h2>
          <Legend />
          <Claims claims={data.claims} citations={data.citations} reports={data.reports} chosen={chosen} onReport={(r, c) => setShown(r, c)} />
        </section>
        <section aria-labelledby="h-because">
          <h2 id="h-because">{t("Why these are one")}</h2>
          {data.because.length === 0 ? (
            <p class="faint">{t("A single telling: nothing was joined.")}</p>
          ) : (
            <ul class="because">
              {data.because.map((b) => (
                <li key={b}>
                  <Words>{b}</Words>
                </li>
              ))}
            </ul>
          )}
          <Alternatives whole={data} record={record} />
        </section>
        <section aria-labelledby="h-judged">
          <h2 id="h-judged">{t("Judgements")}</h2>
          <Judged given={data.judgements} undo={null} />
        </section>
        <section class="whole" aria-labelledby="h-history">
          <h2 id="h-history">{t("Revisions")}</h2>
          <History kind={kind} id={record.id} turn={turn + done} />
        </section>
        <section class="whole">
          <Remarks subject={record.id} may={may.includes("code")} />
        </section>
        <section class="whole" aria-labelledby="h-reports">
          <h2 id="h-reports">{t("Reports")}</h2>
          <ReportList reports={data.reports} onReport={(r) => setShown(r)} />
        </section>
      </div>
      {report && (
        <Dialog title={report.title ?? report.origin} close={() => setShown(null)}>
          <ReportHead report={report} />
          <Legend />
          <ReportText report={report} claims={data.claims} chosen={chosen} />
        </Dialog>
      )}
    </article>
  );
}

/** A value of the record in the reader's language, where it is a word of ours and none of a source. */
function factWords(name: string, value: string): string {
  if (name === "type") return value.split(" / ").map(coded).join(" / ");
  if (name === "disputed") return value.split(", ").map(coded).join(", ");
  if (name === "point") return value.replace(/\(([a-z ]+)\)$/, (_, near: string) => `(${t(near)})`);
  return value === "yes" ? t("yes") : value;
}

/** An item that is in the record no more, or never was: who took it out and why, and the way to what it was. */
function Left({ kind, view, id }: { kind: Kind; view: string; id: string }) {
  const { data, error, loading } = useGet<Step[]>(`${kind}/${id}/history`);
  const last = data?.at(-1);
  if (loading) return <Loading on />;
  if (!last?.gone) return <p class="wrong" role="alert">{error && error.status !== 404 ? error.message : t("There is nothing called {id}.", { id })}</p>;
  return (
    <div class="notice" role="alert">
      <p>
        {t("It is in the record no more.")} {last.by ? <Words>{`${last.by}: ${last.reason ?? ""}`}</Words> : <Words>{last.why}</Words>}
      </p>
      <p>
        <a href={link(view, id, { as_of: String(last.seq - 1) })}>{t("As it was before")}</a> · <a href="#/review">{t("Review")}</a>
      </p>
    </div>
  );
}

/** An item in a few words: what, where and when. */
function headingOf(kind: Kind, whole: Whole) {
  if (kind === "events") {
    const e = whole.record as EventRecord;
    return (
      <>
        {coded(e.sub_event_type)} · <PlaceName place={e.place} /> · {days(e.date_first, e.date_last)}
      </>
    );
  }
  if (kind === "conditions") {
    const c = whole.record as ConditionRecord;
    return (
      <>
        {coded(c.subject)}: {coded(c.state)} · <PlaceName place={c.place} /> · {c.since ? since(c.since, c.precision) : t("no source says since when")}
        {c.until && ` – ${c.until}`}
      </>
    );
  }
  const s = whole.record as StatisticRecord;
  return (
    <>
      {range(s.low, s.high)} {coded(s.measure)} · <PlaceName place={s.place} /> · {days(s.first, s.last)}
    </>
  );
}

/** Events near in time and place that were kept apart: what else these claims might have been. */
function Alternatives({ whole, record }: { whole: Whole; record: EventRecord }) {
  const place = record.place;
  const around = place?.latitude != null && place.longitude != null ? box(place.longitude, place.latitude, 0.4) : null;
  const ask = record.kind === "event" && around && record.date_first;
  const within = ask ? `since=${shift(record.date_first as string, -3)}&until=${shift(record.date_last ?? (record.date_first as string), 3)}` : "";
  const { data } = useGet<{ data: EventRecord[] }>(ask ? `events?bbox=${around}&${within}&limit=12` : null, whole.revision);
  const others = (data?.data ?? []).filter((e) => e.id !== record.id);
  if (others.length === 0) return null;
  return (
    <>
      <h3>{t("Kept apart, though near in time and place")}</h3>
      <ul class="because">
        {others.map((e) => (
          <li key={e.id}>
            <a href={link("event", e.id)}>{coded(e.sub_event_type)}</a> {e.date_first} · <PlaceName place={e.place} />{" "}
            {toll(e.killed) && `· ${t("killed")} ${toll(e.killed)}`}
          </li>
        ))}
      </ul>
    </>
  );
}

function box(x: number, y: number, d: number): string {
  return [x - d, y - d, x + d, y + d].map((n) => n.toFixed(3)).join(",");
}

export function shift(day: string, by: number): string {
  const d = new Date(`${day}T00:00:00Z`);
  d.setUTCDate(d.getUTCDate() + by);
  return d.toISOString().slice(0, 10);
}

export function ReportHead({ report }: { report: ReportRecord }) {
  return (
    <p class="report-head">
      <Words>{[report.publisher, report.agency, report.author].filter(Boolean).join(" · ") || report.origin}</Words> ·{" "}
      {report.published ? stamp(report.published) : report.anchor?.date ? t("dated {day} ({basis})", { day: report.anchor.date, basis: t(report.anchor.basis) }) : t("undated")}
      {report.language && <> · {report.language}</>}
      <SourceLink report={report} />
      {report.copy_of && <span class="flag">{t("copy of another report")}</span>}
    </p>
  );
}

function ReportList({ reports, onReport }: { reports: readonly ReportRecord[]; onReport: (id: string) => void }) {
  return (
    <ul class="report-list">
      {reports.map((r) => (
        <li key={r.id}>
          <button type="button" class="plain" onClick={() => onReport(r.id)}>
            <Words>{r.title ?? r.origin}</Words>
          </button>
          <ReportHead report={r} />
        </li>
      ))}
    </ul>
  );
}
