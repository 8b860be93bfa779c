// Claims in their sentences and reports with what was coded marked in them. Words of reports become text nodes and nothing else.
import { useEffect, useRef } from "preact/hooks";
import type { Citation, ClaimRecord, ReportRecord } from "../api/types";
import { coded } from "../format";
import { Confidence, Words } from "../parts";
import { t } from "../words";

/** Fields whose words are marked in a colour and with a letter of their own. */
export function fieldClass(field: string | null | undefined): string {
  const first = (field ?? "").split(".")[0] ?? "";
  return ["who", "whom", "where", "when", "counts", "according_to", "claim", "value"].includes(first) ? first : "other";
}

export function Sentence({ citation }: { citation: Citation }) {
  return (
    <blockquote dir="auto">
      {citation.pieces.map((p, i) =>
        p.field ? (
          <mark key={i} class={`f-${fieldClass(p.field)}`} title={coded(p.field)}>
            {p.words}
          </mark>
        ) : (
          <span key={i}>{p.words}</span>
        ),
      )}
    </blockquote>
  );
}

export function Claims({ claims, citations, reports, chosen, onReport }: {
  claims: readonly ClaimRecord[];
  citations: readonly Citation[];
  reports: readonly ReportRecord[];
  chosen: string | null;
  onReport: (report: string, claim: string) => void;
}) {
  const by = new Map(claims.map((c) => [c.id, c]));
  return (
    <ol class="claims">
      {citations.map((c) => (
        <ClaimItem key={c.claim} citation={c} report={reports.find((r) => r.id === c.report) ?? null} claim={by.get(c.claim) ?? null} chosen={c.claim === chosen} onReport={onReport} />
      ))}
    </ol>
  );
}

function ClaimItem({ citation, report, claim, chosen, onReport }: {
  citation: Citation;
  report: ReportRecord | null;
  claim: ClaimRecord | null;
  chosen: boolean;
  onReport: (report: string, claim: string) => void;
}) {
  const box = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) {
      box.current?.scrollIntoView({ block: "center" });
      box.current?.focus();
    }
  }, [chosen]);
  return (
    <li ref={box} tabIndex={-1} class={`claim ${citation.stance}${chosen ? " chosen" : ""}`} id={citation.claim}>
      <p class="source">
        <b>
          <Words>{report ? outlet(report) : citation.source}</Words>
        </b>
        {report && <SourceLink report={report} />}
      </p>
      <Sentence citation={citation} />
      <p class="states">
        <span class={`stance ${citation.stance}`}>
          <Words>{citation.says}</Words>
        </span>
        : <Words>{citation.states}</Words>
        {claim?.background && <span class="flag">{t("background")}</span>}
        {claim && claim.status !== "happened" && <span class="flag">{t(claim.status)}</span>}
      </p>
      <p class="foot">
        {claim && <Confidence value={claim.confidence} />}
        <button type="button" class="plain" onClick={() => onReport(citation.report, citation.claim)}>
          {t("Show in the report")}
        </button>
        <code>{citation.claim}</code>
      </p>
    </li>
  );
}

/** Outlet, title and day of a report. Where it has neither outlet nor title, where it came from. */
export function outlet(report: ReportRecord): string {
  const named = [report.publisher ?? report.agency, report.title].filter(Boolean);
  const day = report.published?.slice(0, 10) ?? report.anchor?.date;
  return [...(named.length ? named : [report.origin]), day].filter(Boolean).join(" · ");
}

/** Where the report stands on the web, where that is known. */
export function SourceLink({ report }: { report: ReportRecord }) {
  const origin = report.url ?? report.origin;
  if (!/^https?:\/\//.test(origin)) return null;
  return (
    <>
      {" · "}
      <a href={origin} rel="noreferrer noopener" target="_blank">
        {t("at its source")}
      </a>
    </>
  );
}

interface Cut {
  start: number;
  end: number;
  fields: string[];
  own: boolean;
}

/** Offsets count code points, so the text is cut as an array of them. */
export function cuts(points: readonly string[], claims: readonly ClaimRecord[], chosen: string | null): { words: string; cut: Cut | null }[] {
  const edges = new Set([0, points.length]);
  const marks = claims.flatMap((c) =>
    c.evidence.map((e) => ({ start: Math.max(0, e.start), end: Math.min(points.length, e.end), field: e.field, own: c.id === chosen })),
  );
  for (const m of marks) {
    edges.add(m.start);
    edges.add(m.end);
  }
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, i) => {
    const end = sorted[i + 1] ?? points.length;
    const over = marks.filter((m) => m.start <= start && m.end >= end);
    const own = over.filter((m) => m.own);
    const fields = (own.length ? own : over).map((m) => m.field);
    const cut = over.length ? { start, end, fields, own: own.length > 0 } : null;
    return { words: points.slice(start, end).join(""), cut };
  });
}

export function ReportText({ report, claims, chosen }: { report: ReportRecord; claims: readonly ClaimRecord[]; chosen: string | null }) {
  const box = useRef<HTMLElement>(null);
  const points = [...report.text];
  const own = claims.filter((c) => c.report === report.id);
  useEffect(() => {
    const own = box.current?.querySelector<HTMLElement>(".own");
    const frame = box.current?.closest("dialog") ?? box.current;
    if (!own || !frame) return;
    frame.scrollTop += own.getBoundingClientRect().top - frame.getBoundingClientRect().top - frame.clientHeight / 3;
  }, [report.id, chosen]);
  return (
    <article class="report" ref={box} lang={report.language ?? ""} dir="auto" data-report={report.id}>
      {cuts(points, own, chosen).map(({ words, cut }, i) => {
        if (!cut) return <span key={i}>{words}</span>;
        const field = cut.fields.find((f) => fieldClass(f) !== "claim" && fieldClass(f) !== "other") ?? cut.fields[0] ?? "";
        return (
          <mark key={i} class={`f-${fieldClass(field)}${cut.own ? " own" : ""}`} title={[...new Set(cut.fields)].map(coded).join(", ")}>
            {words}
          </mark>
        );
      })}
    </article>
  );
}

export function Legend() {
  return (
    <ul class="legend" aria-label={t("What the colours mark")}>
      {(["claim", "who", "whom", "where", "when", "counts", "according_to"] as const).map((f) => (
        <li key={f}>
          <mark class={`f-${f}`}>{t(`field.${f}`)}</mark>
        </li>
      ))}
    </ul>
  );
}
