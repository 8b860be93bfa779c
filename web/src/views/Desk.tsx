// One event under review: its fields beside the text they were read in. Words selected in the text correct a field.
import { useEffect, useRef, useState } from "preact/hooks";
import { type EventRecord, type Whole } from "../api/types";
import { coded, days, names, toll } from "../format";
import { Claims, Legend, ReportText } from "../item/Evidence";
import { History, Judged } from "../item/History";
import { claimWords, FIELDS, JudgeForm, type Kept, type Verb } from "../item/JudgeBar";
import { Confidence, PlaceName, Words } from "../parts";
import { link } from "../route";
import { t } from "../words";
import { Remarks } from "./Remarks";

export interface Picked {
  words: string;
  field: string;
  /** Whether they were selected in the report. */
  quoted?: boolean;
}

interface DeskProps {
  whole: Whole;
  may: boolean;
  /** Only these judgements are shown; `null`: all. A second coder judges without having seen the first. */
  only: string | null;
  me: string;
  busy: boolean;
  verb: Verb | null;
  setVerb: (v: Verb | null) => void;
  picked: Picked | null;
  setPicked: (p: Picked | null) => void;
  give: (v: Verb) => void;
  undo: (id: string) => void;
  kept: (k: Kept, v: Verb) => void;
  wrong: (words: string) => void;
  remark: { current: HTMLTextAreaElement | null };
}

/** A figure out of chosen words, where these are one: "at least 18 fighters" is 18+. */
export function figureIn(words: string): string | null {
  const found = /\d[\d,.]*\d|\d/.exec(words);
  if (!found) return null;
  const n = found[0].replace(/[,.](?=\d{3}\b)/g, "");
  return /\b(at least|more than|over|no fewer than)\b/i.test(words) ? `${n}+` : n;
}

/** A toll as a correction writes it: low-best-high, one figure, or at least one. */
function asWritten(x: EventRecord["killed"]): string {
  if (!x || (x.best ?? x.low) == null) return "";
  const best = x.best ?? x.low ?? 0;
  const low = x.low ?? best;
  if (x.high == null) return `${low}+`;
  return low === best && best === x.high ? `${best}` : `${low}-${best}-${x.high}`;
}

export function Desk({ whole, may, only, me, busy, verb, setVerb, picked, setPicked, give, undo, kept, wrong, remark }: DeskProps) {
  const e = whole.record as EventRecord;
  const [report, setReport] = useState(whole.reports[0]?.id ?? "");
  const [claim, setClaim] = useState<string | null>(null);
  const [trail, setTrail] = useState("");
  const text = useRef<HTMLDivElement>(null);
  useEffect(() => {
    setReport(whole.reports[0]?.id ?? "");
    setClaim(whole.citations[0]?.claim ?? null);
    setTrail("");
  }, [e.id]);
  const shown = whole.reports.find((r) => r.id === report) ?? whole.reports[0];
  const pick = () => {
    const words = String(getSelection() ?? "").trim();
    if (words && words.length <= 300 && text.current?.contains(getSelection()?.anchorNode ?? null)) {
      setPicked({ words, field: figureIn(words) ? "killed" : "place", quoted: true });
    }
  };
  const rows: [field: string, shown: string, written: string][] = [
    ["killed", toll(e.killed), asWritten(e.killed)],
    ["injured", toll(e.injured), asWritten(e.injured)],
    ["date", days(e.date_first, e.date_last), [...new Set([e.date_first, e.date_last].filter(Boolean))].join("..")],
    ["place", e.place?.name ?? "", e.place?.name ?? ""],
    ["who", names(e.who), e.who?.[0]?.name ?? ""],
    ["whom", names(e.whom), e.whom?.[0]?.name ?? ""],
    ["sub_event_type", coded(e.sub_event_type), e.sub_event_type],
  ];
  return (
    <>
      <h2>
        <a href={link("event", e.id)}>{coded(e.sub_event_type)}</a> · <PlaceName place={e.place} /> · {days(e.date_first, e.date_last)}{" "}
        <Confidence value={e.confidence} />
      </h2>
      <div class="judge-verbs">
        <button type="button" class="main" disabled={busy} onClick={() => give("accept")}>{t("accept")}</button>
        <button type="button" disabled={busy} onClick={() => give("reject")}>{t("reject")}</button>
        {(["correct", ...(may ? (["merge", "split"] as const) : [])] as Verb[]).map((v) => (
          <button type="button" key={v} aria-pressed={verb === v} onClick={() => setVerb(verb === v ? null : v)}>
            {t(v)}
          </button>
        ))}
      </div>
      {picked?.quoted && (
        <div class="picked" role="group" aria-label={t("Correct a field with these words")}>
          <q dir="auto">{picked.words}</q> →{" "}
          {FIELDS["events"]?.map((f) => (
            <button
              type="button"
              key={f}
              onClick={() => {
                setPicked({ ...picked, field: f });
                setVerb("correct");
              }}
            >
              {coded(f)}
            </button>
          ))}
        </div>
      )}
      {verb && (
        <JudgeForm
          key={`${verb}/${picked?.field ?? ""}/${picked?.words ?? ""}`}
          verb={verb}
          subject={e.id}
          revision={whole.revision}
          claims={claimWords(whole)}
          field={picked?.field ?? "killed"}
          value={picked ? (picked.quoted && ["killed", "injured"].includes(picked.field) ? (figureIn(picked.words) ?? picked.words) : picked.words) : ""}
          reason={picked?.quoted ? `“${picked.words}”` : ""}
          cancel={() => setVerb(null)}
          kept={(k) => kept(k, verb)}
          failed={wrong}
        />
      )}
      <div class="desk-cols">
        <div>
          <dl class="field-rows">
            {rows.map(([field, value, written]) => (
              <div key={field}>
                <dt>{coded(field)}</dt>
                <dd>
                  <Words>{value || "—"}</Words>
                <button
                  type="button"
                  class="plain"
                  aria-label={t("Correct {field}", { field: coded(field) })}
                  onClick={() => {
                    setPicked({ words: written, field });
                    setVerb("correct");
                  }}
                >
                  {t("correct")}
                </button>
                <button
                  type="button"
                  class="plain"
                  aria-expanded={trail === field}
                  aria-label={t("Trail of {field}", { field: coded(field) })}
                  onClick={() => setTrail(trail === field ? "" : field)}
                >
                  {t("trail")}
                </button>
                </dd>
              </div>
            ))}
          </dl>
          {trail && (
            <section class="trail" aria-label={t("Trail of {field}", { field: coded(trail) })}>
              <h3>{t("Trail of {field}", { field: coded(trail) })}</h3>
              <History kind="events" id={e.id} turn={whole.revision} field={trail} />
            </section>
          )}
          <h3>{t("Judgements")}</h3>
          <Judged given={whole.judgements.filter((g) => only === null || g.judgement.by === only)} undo={undo} mayUndo={(by) => may || by === me} />
          {only !== null && <p class="faint">{t("What others judged is shown when you have judged.")}</p>}
          <Remarks subject={e.id} box={remark} may />
        </div>
        <div>
          <label>
            {t("Report")}{" "}
            <select value={shown?.id ?? ""} onChange={(x) => setReport(x.currentTarget.value)}>
              {whole.reports.map((r) => (
                <option key={r.id} value={r.id}>
                  {[r.publisher, r.title ?? r.origin].filter(Boolean).join(" · ")}
                </option>
              ))}
            </select>
          </label>
          <p class="faint">{t("Select words in the text to correct a field with them.")}</p>
          <Legend />
          <div ref={text} onMouseUp={pick} onKeyUp={pick} tabIndex={0} role="region" aria-label={t("Text of the report")}>
            {shown && <ReportText report={shown} claims={whole.claims} chosen={claim} />}
          </div>
        </div>
      </div>
      <h3>{t("What the sources say")}</h3>
      <Claims
        claims={whole.claims}
        citations={whole.citations}
        reports={whole.reports}
        chosen={null}
        onReport={(r, c) => {
          setReport(r);
          setClaim(c);
        }}
      />
    </>
  );
}
