// Review: what is new or uncertain, one after the other, by keyboard. Every word given is kept with its reason and can be taken back.
import { useEffect, useRef, useState } from "preact/hooks";
import { get, type Me, useGet } from "../api/client";
import type { EventRecord, Queue, Whole } from "../api/types";
import { narrowing } from "../filters";
import { coded, days, number } from "../format";
import { failed, judge, judgeMany, type Kept, type Verb, type Word, whereNow } from "../item/JudgeBar";
import { Dialog, Loading, PlaceName, Wrong } from "../parts";
import { go, link, type Route } from "../route";
import { t } from "../words";
import { Agreement } from "./Agreement";
import { Bin, Log } from "./Bin";
import { Desk, type Picked } from "./Desk";
import { ACTIONS, type Action, keyFor, KeyMap, readKeys } from "./keys";
import { Marked } from "./Marked";

const REASONS: Partial<Record<Verb, string>> = { accept: "read against its sentences", reject: "not an event of this record", merge: "the same event" };
const PAGE = 100;

/** Why an event is worth a look, the weightiest reason first. */
export function doubts(e: EventRecord): string[] {
  const why: string[] = [];
  if (e.confidence < 0.75) why.push(t("confidence {n}", { n: e.confidence.toFixed(2) }));
  if (e.disputed.length > 0) why.push(`${t("sources differ on")} ${e.disputed.map(coded).join(", ")}`);
  if ((e.killed?.best ?? 0) >= 10) why.push(t("many dead"));
  if ((e.place?.precision ?? 3) > 2) why.push(t("no exact place"));
  if (e.time_precision > 1) why.push(t("no exact day"));
  if (e.voices < 2) why.push(t("one voice"));
  if (e.claims.length > 4) why.push(t("{n} claims joined", { n: e.claims.length }));
  return why;
}

/** The queue as the server sorts it; what was judged meanwhile keeps its place in the list, so that it does not jump. */
function useQueue(query: URLSearchParams, me: string, judged: Record<string, string>, again_: number) {
  const asked = narrowing(query);
  asked.delete("accepted");
  asked.set("by", query.get("sort") === "new" ? "new" : "uncertain");
  if (query.get("second") === "1") {
    asked.set("again", "true");
    asked.set("not_by", me);
  }
  const mark = `${asked}/${again_}`;
  const { data, error, loading, again } = useGet<Queue>(`queue?${asked}&limit=${PAGE}`, again_);
  const [rest, setRest] = useState<{ of: string; data: EventRecord[]; left: number | null }>({ of: "", data: [], left: null });
  const extra = rest.of === mark ? rest.data : [];
  const first = data?.data ?? [];
  const seen = new Set(first.map((e) => e.id));
  const queue = [...first, ...extra.filter((e) => !seen.has(e.id))];
  const open = queue.filter((e) => !judged[e.id]).length;
  const left = rest.of === mark && rest.left !== null ? rest.left : Math.max(open, (data?.left ?? 0) - (queue.length - open));
  const more = async () => {
    const page = await get<Queue>(`queue?${asked}&limit=${PAGE}&skip=${open}`);
    const held = new Set(queue.map((e) => e.id));
    setRest({ of: mark, data: [...extra, ...page.data.filter((e) => !held.has(e.id))], left: page.left });
  };
  return { queue, left, more: open < left ? more : null, error, loading: loading && !data, again, ready: data !== null };
}

export function Review({ route, turn, me }: { route: Route; turn: number; me: Me }) {
  const [judged, setJudged] = useState<Record<string, string>>({});
  const [look, setLook] = useState(0);
  const second = route.query.get("second") === "1";
  const { queue, left, more, error, loading, again, ready } = useQueue(route.query, me.name, judged, look);
  const now = route.id || queue[0]?.id || "";
  const at = queue.findIndex((e) => e.id === now);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [done, setDone] = useState(0);
  const [verb, setVerb] = useState<Verb | null>(null);
  const [picked, setPicked] = useState<Picked | null>(null);
  const [told, setTold] = useState("");
  const [last, setLast] = useState<string[]>([]);
  const [window_, setWindow] = useState<"keys" | "agreement" | "log" | "bin" | null>(null);
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
  const step = (by: number) => open(queue[Math.max(0, Math.min(queue.length - 1, at + by))]?.id);

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
  const many = async (what: Verb, more_: { field: string; value: string; reason: string } | null) => {
    const ids = queue.map((e) => e.id).filter((id) => marked.has(id));
    const reason = more_?.reason ?? t(REASONS[what] ?? what);
    const words: Word[] =
      what === "merge"
        ? ids.slice(1).map((object) => ({ verb: what, subject: ids[0] ?? object, object, reason }))
        : ids.map((subject) => ({ verb: what, subject, reason, ...(more_ ? { field: more_.field, value: more_.value } : {}) }));
    setBusy(true);
    const outcome = await judgeMany(words, may);
    let good = 0;
    let wrong = "";
    outcome.forEach(({ kept: k, detail }, i) => {
      const word = words[i];
      if (!word) return;
      if (!k) {
        wrong = detail ?? "";
        return;
      }
      good += 1;
      setLast((l) => [k.judgement.id, ...l]);
      setJudged((j) => ({ ...j, [word.object ?? word.subject]: what }));
      const to = whereNow(now, k);
      if (what === "merge" && to && to !== now) open(to);
    });
    setTold([t("{verb}: {n} kept.", { verb: t(what), n: good }), wrong].filter(Boolean).join(" "));
    setMarked(new Set());
    setDone((n) => n + 1);
    setBusy(false);
  };

  const sayOf = async (subject: string, what: Verb) => {
    try {
      const k = await judge({ verb: what, subject, reason: t(what === "accept" ? "read again: it belongs in the record" : "read again: rightly rejected") });
      setLast((l) => [k.judgement.id, ...l]);
      setTold(t("{verb}: kept as {id}. Undo with {key}.", { verb: t(what), id: k.judgement.id, key: keys.undo }));
    } catch (error_) {
      setTold(failed(error_));
    }
    setDone((n) => n + 1);
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
          <button type="button" onClick={() => setWindow("bin")}>{t("Bin")}</button>
          <button type="button" onClick={() => setWindow("agreement")}>{t("Agreement of coders")}</button>
        </div>
      </header>
      <nav class="queue" aria-label={t("Queue")}>
        <div class="results-head">
          <span>{t("{n} to look at", { n: number(left) })}</span>
          <label>
            {t("Order")}{" "}
            <select
              value={route.query.get("sort") ?? "doubt"}
              onChange={(e) => {
                const next = new URLSearchParams(route.query);
                next.set("sort", e.currentTarget.value);
                go(link("review", route.id, next));
              }}
            >
              <option value="doubt">{t("most uncertain")}</option>
              <option value="new">{t("changed last")}</option>
            </select>
          </label>{" "}
          <label class="check-line">
            <input
              type="checkbox"
              checked={second}
              onChange={(e) => {
                const next = new URLSearchParams(route.query);
                if (e.currentTarget.checked) next.set("second", "1");
                else next.delete("second");
                go(link("review", "", next));
              }}
            />{" "}
            {t("as second coder")}
          </label>
          <button
            type="button"
            class="plain"
            onClick={() => {
              setJudged({});
              setLook(look + 1);
            }}
          >
            {t("Look again")}
          </button>
        </div>
        {marked.size > 0 && <Marked count={marked.size} may={may} busy={busy} give={(v, with_) => void many(v, with_)} none={() => setMarked(new Set())} />}
        <Wrong error={error} again={again} />
        <Loading on={loading} />
        {ready && queue.length === 0 && <p class="faint results-head">{t("Nothing waits for review.")}</p>}
        <ul>
          {queue.map((e) => (
            <li key={e.id} data-id={e.id} class={`${e.id === now ? "now" : ""}${judged[e.id] ? " judged-now" : ""}`}>
              <input type="checkbox" aria-label={t("Mark {what}", { what: `${coded(e.sub_event_type)} ${e.date_first ?? ""}` })} checked={marked.has(e.id)} onChange={() => toggle(e.id)} />
              <button type="button" {...(e.id === now ? { "aria-current": "true" as const } : {})} onClick={() => open(e.id)}>
                {judged[e.id] && <b>✓ {t(judged[e.id] ?? "")} · </b>}
                <b>{coded(e.sub_event_type)}</b> {days(e.date_first, e.date_last)} · <PlaceName place={e.place} />
                <span class="why">{doubts(e).slice(0, 3).join(" · ")}</span>
              </button>
            </li>
          ))}
        </ul>
        {more && (
          <p class="more">
            <button type="button" onClick={() => void more()}>{t("More…")}</button>
          </p>
        )}
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
            only={second && !judged[now] ? me.name : null}
            me={me.name}
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
          <Log turn={done} undo={(id) => void undo(id)} mayUndo={(by) => may || by === me.name} />
        </Dialog>
      )}
      {window_ === "bin" && (
        <Dialog title={t("Bin: what was rejected")} close={() => setWindow(null)}>
          <Bin turn={done} undo={(id) => void undo(id)} mayUndo={(by) => may || by === me.name} say={(subject, v) => void sayOf(subject, v)} />
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
