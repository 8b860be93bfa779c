// Review: what is new or uncertain, one after the other, by keyboard. Every word given is kept with its reason and can be taken back.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Me, useGet } from "../api/client";
import { type EventRecord, type Given, kindOf, type Page, type Whole } from "../api/types";
import { narrowing } from "../filters";
import { coded, days, names, toll } from "../format";
import { Claims, Legend, ReportText } from "../item/Evidence";
import { Judged } from "../item/History";
import { FIELDS, failed, judge, JudgeForm, type Kept, type Verb, whereNow } from "../item/JudgeBar";
import { Confidence, Dialog, Loading, PlaceName, Words, Wrong } from "../parts";
import { go, link, type Route } from "../route";
import { t } from "../words";
import { Agreement } from "./Agreement";
import { ACTIONS, type Action, keyFor, KeyMap, readKeys } from "./keys";
import { Remarks } from "./Remarks";

const REASONS: Partial<Record<Verb, string>> = { accept: "read against its sentences", reject: "not an event of this record" };

/** Why an event is worth a look, the weightiest reason first; and how much. */
export function doubts(e: EventRecord): { why: string[]; weight: number } {
  const why: string[] = [];
  let weight = 0;
  const add = (words: string, by: number) => {
    why.push(words);
    weight += by;
  };
  if (e.disputed.length > 0) add(`${t("sources differ on")} ${e.disputed.map(coded).join(", ")}`, 2 + e.disputed.length * 0.3);
  if (e.confidence < 0.75) add(t("confidence {n}", { n: e.confidence.toFixed(2) }), (0.75 - e.confidence) * 6);
  if ((e.place?.precision ?? 3) > 2) add(t("no exact place"), 0.8);
  if (e.time_precision > 1) add(t("no exact day"), 0.6);
  if (e.voices < 2) add(t("one voice"), 0.5);
  if ((e.killed?.best ?? 0) >= 10) add(t("many dead"), 1);
  if (e.claims.length > 4) add(t("{n} claims joined", { n: e.claims.length }), 0.4);
  return { why, weight };
}

export function Review({ route, turn, me }: { route: Route; turn: number; me: Me }) {
  const asked = narrowing(route.query);
  if (!asked.has("accepted")) asked.set("accepted", "false");
  const sort = route.query.get("sort") ?? "doubt";
  const { data, error, loading, again } = useGet<Page<EventRecord>>(`events?${asked}&order=newest&limit=200&total=true`, 0);
  const queue = useMemo(() => {
    const found = [...(data?.data ?? [])].map((e) => ({ event: e, ...doubts(e) }));
    return sort === "doubt" ? found.sort((a, b) => b.weight - a.weight || (a.event.id < b.event.id ? -1 : 1)) : found;
  }, [data, sort]);
  const now = route.id || queue[0]?.event.id || "";
  const at = queue.findIndex((q) => q.event.id === now);
  const [judged, setJudged] = useState<Record<string, string>>({});
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [done, setDone] = useState(0);
  const [verb, setVerb] = useState<Verb | null>(null);
  const [picked, setPicked] = useState<Picked | null>(null);
  const [told, setTold] = useState("");
  const [last, setLast] = useState<string[]>([]);
  const [window_, setWindow] = useState<"keys" | "agreement" | "log" | null>(null);
  const [keys, setKeys] = useState(readKeys);
  const [busy, setBusy] = useState(false);
  const whole = useGet<Whole>(now ? `events/${now}` : null, `${done}/${turn}`);
  const may = me.may.includes("review");
  const remark = useRef<HTMLTextAreaElement>(null);

  const open = (id: string | undefined) => {
    if (!id) return;
    setVerb(null);
    setPicked(null);
    go(link("review", id, route.query));
  };
  const step = (by: number) => open(queue[Math.max(0, Math.min(queue.length - 1, at + by))]?.event.id);

  const kept = (k: Kept, of: string, what: Verb) => {
    setLast((l) => [k.judgement.id, ...l]);
    setJudged((j) => ({ ...j, [of]: what }));
    setTold(t("{verb}: kept as {id}. Undo with {key}.", { verb: t(what), id: k.judgement.id, key: keys.undo }));
    setVerb(null);
    setPicked(null);
    setDone((n) => n + 1);
    const to = whereNow(of, k);
    if (what === "merge" && to && to !== of) open(to);
  };
  const give = async (what: Verb, forward: boolean) => {
    const current = whole.data;
    if (!current || busy) return;
    setBusy(true);
    const of = (current.record as EventRecord).id;
    try {
      const expected = current.revision;
      const word = { verb: what, subject: of, reason: t(REASONS[what] ?? what) };
      kept(await judge(expected == null ? word : { ...word, expected }), of, what);
      if (forward) step(1);
    } catch (error_) {
      setTold(failed(error_));
      setDone((n) => n + 1);
    }
    setBusy(false);
  };
  const undo = async (id?: string) => {
    const target = id ?? last[0];
    if (!target || busy) return setTold(t("Nothing to take back."));
    setBusy(true);
    try {
      await judge({ verb: "undo", subject: target, reason: t("taken back at once") });
      setLast((l) => l.filter((x) => x !== target));
      setTold(t("Taken back: {id}.", { id: target }));
      setJudged((j) => Object.fromEntries(Object.entries(j).filter(([of]) => of !== now)));
    } catch (error_) {
      setTold(failed(error_));
    }
    setDone((n) => n + 1);
    setBusy(false);
    return undefined;
  };
  const many = async (what: "accept" | "reject" | "merge") => {
    const ids = [...marked];
    setBusy(true);
    let good = 0;
    let wrong = "";
    for (const id of what === "merge" ? ids.slice(1) : ids) {
      try {
        const word = { verb: what as Verb, subject: what === "merge" ? (ids[0] ?? id) : id, reason: t(what === "merge" ? "the same event" : (REASONS[what] ?? what)) };
        const k = await judge(what === "merge" ? { ...word, object: id } : word);
        setLast((l) => [k.judgement.id, ...l]);
        setJudged((j) => ({ ...j, [id]: what }));
        good += 1;
        const to = whereNow(now, k);
        if (what === "merge" && to && to !== now) open(to);
      } catch (error_) {
        wrong = failed(error_);
      }
    }
    setTold([t("{verb}: {n} kept.", { verb: t(what), n: good }), wrong].filter(Boolean).join(" "));
    setMarked(new Set());
    setDone((n) => n + 1);
    setBusy(false);
  };

  useEffect(() => {
    const act: Record<Action, () => void> = {
      next: () => step(1),
      previous: () => step(-1),
      accept: () => void give("accept", true),
      reject: () => void give("reject", true),
      correct: () => setVerb("correct"),
      merge: () => may && setVerb("merge"),
      split: () => may && setVerb("split"),
      undo: () => void undo(),
      comment: () => remark.current?.focus(),
      mark: () => now && toggle(now),
      help: () => setWindow("keys"),
    };
    const pressed = (e: KeyboardEvent) => {
      if (e.key === "Escape") {
        setVerb(null);
        setPicked(null);
        return;
      }
      const target = e.target as HTMLElement;
      if (e.ctrlKey || e.metaKey || e.altKey || target.closest("input, textarea, select, dialog")) return;
      const action = keyFor(keys, e.key);
      if (!action) return;
      e.preventDefault();
      act[action]();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  });
  const toggle = (id: string) =>
    setMarked((m) => {
      const next = new Set(m);
      if (!next.delete(id)) next.add(id);
      return next;
    });

  return (
    <div class="review">
      <header>
        <h1>{t("Review")}</h1>
        <p class="keys">
          {ACTIONS.map((a) => (
            <span key={a}>
              <kbd>{keys[a]}</kbd> {t(a)}
            </span>
          ))}
        </p>
        <div class="tools">
          <button type="button" onClick={() => setWindow("keys")}>{t("Keys")}</button>
          <button type="button" onClick={() => setWindow("log")}>{t("Judgements")}</button>
          <button type="button" onClick={() => setWindow("agreement")}>{t("Agreement of coders")}</button>
        </div>
      </header>
      <nav class="queue" aria-label={t("Queue")}>
        <div class="results-head">
          <span>{t("{n} to look at", { n: data?.total ?? 0 })}</span>
          <label>
            {t("Order")}{" "}
            <select
              value={sort}
              onChange={(e) => {
                const next = new URLSearchParams(route.query);
                next.set("sort", e.currentTarget.value);
                go(link("review", route.id, next));
              }}
            >
              <option value="doubt">{t("most uncertain")}</option>
              <option value="new">{t("newest first")}</option>
            </select>
          </label>
        </div>
        {marked.size > 0 && (
          <div class="results-head">
            <span>{t("{n} marked", { n: marked.size })}</span>
            <span class="judge-verbs">
              <button type="button" disabled={busy} onClick={() => void many("accept")}>{t("accept")}</button>
              <button type="button" disabled={busy} onClick={() => void many("reject")}>{t("reject")}</button>
              {may && marked.size > 1 && <button type="button" disabled={busy} onClick={() => void many("merge")}>{t("merge")}</button>}
            </span>
          </div>
        )}
        <Wrong error={error} again={again} />
        {!data && <Loading on={loading} />}
        {data && queue.length === 0 && <p class="faint results-head">{t("Nothing waits for review.")}</p>}
        <ul>
          {queue.map(({ event: e, why }) => (
            <li key={e.id} class={`${e.id === now ? "now" : ""}${judged[e.id] ? " judged-now" : ""}`}>
              <input type="checkbox" aria-label={t("Mark {what}", { what: `${coded(e.sub_event_type)} ${e.date_first ?? ""}` })} checked={marked.has(e.id)} onChange={() => toggle(e.id)} />
              <button type="button" {...(e.id === now ? { "aria-current": "true" as const } : {})} onClick={() => open(e.id)}>
                {judged[e.id] && <b>✓ {t(judged[e.id] ?? "")} · </b>}
                <b>{coded(e.sub_event_type)}</b> {days(e.date_first, e.date_last)} · <PlaceName place={e.place} />
                <span class="why">{why.slice(0, 3).join(" · ")}</span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <section class="desk" aria-label={t("The event under review")}>
        <p role="status" class="told-back">
          <span dir="auto">{told}</span>
        </p>
        <Wrong error={whole.error} again={whole.again} />
        {whole.data && whole.data.record && (
          <Desk
            whole={whole.data}
            may={may}
            busy={busy}
            verb={verb}
            setVerb={setVerb}
            picked={picked}
            setPicked={setPicked}
            give={(v) => void give(v, true)}
            undo={(id) => void undo(id)}
            kept={(k, v) => kept(k, (whole.data?.record as EventRecord).id, v)}
            wrong={(words) => {
              setTold(words);
              setDone((n) => n + 1);
            }}
            remark={remark}
          />
        )}
        {!whole.data && now && <Loading on={whole.loading} />}
      </section>
      {window_ === "keys" && (
        <Dialog title={t("Keys")} close={() => setWindow(null)}>
          <KeyMap keys={keys} onKeys={setKeys} />
        </Dialog>
      )}
      {window_ === "log" && (
        <Dialog title={t("Judgements of all, to be taken back")} close={() => setWindow(null)}>
          <Log turn={done} undo={(id) => void undo(id)} />
        </Dialog>
      )}
      {window_ === "agreement" && (
        <Dialog title={t("Agreement of coders")} close={() => setWindow(null)}>
          <Agreement me={me} />
        </Dialog>
      )}
    </div>
  );
}

/** The last judgements of everybody: what was rejected is found here, and comes back by undoing. */
function Log({ turn, undo }: { turn: number; undo: (id: string) => void }) {
  const { data, error, again } = useGet<Page<Given>>("judgements?limit=200", turn);
  return (
    <>
      <Wrong error={error} again={again} />
      <ul class="judged">
        {(data?.data ?? []).map((g) => (
          <li key={g.judgement.id}>
            <a href={link(kindOf(g.judgement.subject).slice(0, -1), g.judgement.subject)}>{g.judgement.subject}</a>
            <Judged given={[g]} undo={undo} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface Picked {
  words: string;
  field: string;
  /** Whether they were selected in the report. */
  quoted?: boolean;
}

interface DeskProps {
  whole: Whole;
  may: boolean;
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

function Desk({ whole, may, busy, verb, setVerb, picked, setPicked, give, undo, kept, wrong, remark }: DeskProps) {
  const e = whole.record as EventRecord;
  const [report, setReport] = useState(whole.reports[0]?.id ?? "");
  const [claim, setClaim] = useState<string | null>(null);
  const text = useRef<HTMLDivElement>(null);
  useEffect(() => {
    setReport(whole.reports[0]?.id ?? "");
    setClaim(whole.citations[0]?.claim ?? null);
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
          claims={whole.claims.map((c) => c.id)}
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
                </dd>
              </div>
            ))}
          </dl>
          <h3>{t("Judgements")}</h3>
          <Judged given={whole.judgements} undo={undo} />
          <Remarks subject={e.id} box={remark} />
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
        chosen={null}
        onReport={(r, c) => {
          setReport(r);
          setClaim(c);
        }}
      />
    </>
  );
}
