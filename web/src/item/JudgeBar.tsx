// A person's word on one item: accept, reject, correct, merge, split. Each is kept with its reason, against the revision in sight.
import { useState } from "preact/hooks";
import { Failure, post, useGet } from "../api/client";
import { type EventRecord, kindOf, type Whole } from "../api/types";
import { coded, days, number, toll } from "../format";
import { PlaceName, Words } from "../parts";
import { go, link } from "../route";
import { t } from "../words";

export type Verb = "accept" | "reject" | "correct" | "merge" | "split" | "undo";

export const FIELDS: Record<string, readonly string[]> = {
  events: ["killed", "injured", "date", "place", "who", "whom", "sub_event_type"],
  statistics: ["value", "date", "place"],
  conditions: ["state", "date", "until", "place", "who"],
};

export interface Word {
  verb: Verb;
  subject: string;
  object?: string;
  field?: string;
  value?: string;
  reason: string;
  expected?: number;
}

export interface Kept {
  judgement: { id: string; verb: string };
  seq: number;
  changed: string[];
  now: { id: string }[];
}

/** Where an item is after a judgement: itself, or what it was merged into; `null` where it is gone. */
export function whereNow(id: string, kept: Kept): string | null {
  if (!kept.changed.includes(id) || kept.now.some((r) => r.id === id)) return id;
  return kept.now.find((r) => r.id.slice(0, 3) === id.slice(0, 3))?.id ?? null;
}

export async function judge(word: Word): Promise<Kept> {
  return post<Kept>("judgements", word);
}

export interface Outcome {
  kept: Kept | null;
  detail: string | null;
}

/** Several words at once where the server takes them so from this person, else one after the other. Each stands or fails alone. */
export async function judgeMany(words: readonly Word[], atOnce: boolean): Promise<Outcome[]> {
  const found: Outcome[] = [];
  if (atOnce) {
    for (let i = 0; i < words.length; i += 200) {
      try {
        found.push(...(await post<Outcome[]>("judgements/bulk", { judgements: words.slice(i, i + 200) })));
      } catch (error) {
        found.push({ kept: null, detail: failed(error) });
        return found;
      }
    }
    return found;
  }
  for (const word of words) {
    try {
      found.push({ kept: await judge(word), detail: null });
    } catch (error) {
      found.push({ kept: null, detail: failed(error) });
    }
  }
  return found;
}

/** What a failed judgement means to the person who gave it. */
export function failed(error: unknown): string {
  if (error instanceof Failure && error.status === 409) return t("It has changed since you looked. What it says now is shown: look again.");
  return error instanceof Error ? error.message : String(error);
}

export function JudgeBar({ whole, may, done }: { whole: Whole; may: readonly string[]; done: () => void }) {
  const [verb, setVerb] = useState<Verb | null>(null);
  const [told, setTold] = useState<{ words: string; undo: string | null } | null>(null);
  if (!may.includes("judge")) return null;
  const record = whole.record as { id: string };
  const verbs: Verb[] = may.includes("review") ? ["accept", "reject", "correct", "merge", "split"] : ["accept", "reject", "correct"];
  const undo = async (id: string) => {
    try {
      await judge({ verb: "undo", subject: id, reason: t("taken back at once") });
      setTold({ words: t("Taken back."), undo: null });
    } catch (error) {
      setTold({ words: failed(error), undo: null });
    }
    done();
  };
  return (
    <div class="judge">
      <div class="judge-verbs" role="group" aria-label={t("Your word on it")}>
        {verbs.map((v) => (
          <button type="button" key={v} aria-pressed={verb === v} onClick={() => setVerb(verb === v ? null : v)}>
            {t(v)}
          </button>
        ))}
      </div>
      <p role="status" class="told-back">
        {told && (
          <>
            <span dir="auto">{told.words}</span>{" "}
            {told.undo && (
              <button type="button" onClick={() => void undo(told.undo as string)}>
                {t("Undo")}
              </button>
            )}
          </>
        )}
      </p>
      {verb && (
        <JudgeForm
          verb={verb}
          subject={record.id}
          revision={whole.revision}
          claims={claimWords(whole)}
          cancel={() => setVerb(null)}
          kept={(k) => {
            setVerb(null);
            setTold({ words: t("Kept as {id}.", { id: k.judgement.id }), undo: k.judgement.id });
            const to = whereNow(record.id, k);
            if (to && to !== record.id) return go(link(to.startsWith("con") ? "condition" : to.startsWith("sta") ? "statistic" : "event", to));
            done();
          }}
          failed={(words) => {
            setTold({ words, undo: null });
            done();
          }}
        />
      )}
    </div>
  );
}

/** The claims of an item in words, to choose from. */
export function claimWords(whole: Whole): { id: string; words: string }[] {
  const said = new Map(whole.citations.map((c) => [c.claim, `${c.says}: ${c.states}`]));
  return whole.claims.map((c) => ({ id: c.id, words: said.get(c.id) ?? c.id }));
}

interface NearEvent {
  record: EventRecord;
  kilometres: number | null;
  days: number | null;
}

/** Which other one it is: chosen among the events near in time and place, or told by its id. */
function Other({ subject }: { subject: string }) {
  const [object, setObject] = useState("");
  const { data } = useGet<NearEvent[]>(kindOf(subject) === "events" ? `events/${subject}/near?limit=8` : null);
  return (
    <>
      <label>
        {t("The id of the other one")}
        <input name="object" required dir="ltr" maxLength={80} pattern="[a-z]{3}-[0-9a-f]+" value={object} onInput={(e) => setObject(e.currentTarget.value)} />
      </label>
      {data && data.length > 0 && (
        <fieldset class="wide near">
          <legend>{t("Near in time and place")}</legend>
          {data.map(({ record: e, kilometres, days: apart }) => (
            <label key={e.id}>
              <input type="radio" name="near" checked={object === e.id} onChange={() => setObject(e.id)} />{" "}
              <span>
                <b>{coded(e.sub_event_type)}</b> {days(e.date_first, e.date_last)} · <PlaceName place={e.place} />
                {toll(e.killed) && ` · ${t("killed")} ${toll(e.killed)}`}{" "}
                <span class="faint">
                  {[kilometres == null ? "" : t("{n} km away", { n: number(Math.round(kilometres)) }), apart ? t("{n} days apart", { n: number(Math.abs(apart)) }) : ""].filter(Boolean).join(", ")}
                </span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}

interface FormProps {
  verb: Verb;
  subject: string;
  revision: number | null | undefined;
  claims: readonly { id: string; words: string }[];
  field?: string;
  value?: string;
  reason?: string;
  cancel: () => void;
  kept: (kept: Kept) => void;
  failed: (words: string) => void;
}

export function JudgeForm({ verb, subject, revision, claims, field, value, reason, cancel, kept, failed: wrong }: FormProps) {
  const fields = FIELDS[kindOf(subject)] ?? [];
  const [busy, setBusy] = useState(false);
  const submit = async (e: SubmitEvent) => {
    e.preventDefault();
    const given = new FormData(e.currentTarget as HTMLFormElement);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    const word: Word = { verb, subject, reason: text("reason") };
    if (verb === "merge" || verb === "split") word.object = text("object");
    if (verb === "correct") {
      word.field = text("field");
      word.value = text("value");
    }
    if (revision != null) word.expected = revision;
    setBusy(true);
    try {
      kept(await judge(word));
    } catch (error) {
      wrong(failed(error));
    }
    setBusy(false);
  };
  return (
    <form class="judge-form" onSubmit={(e) => void submit(e)} onKeyDown={(e) => e.key === "Escape" && cancel()}>
      {verb === "correct" && (
        <>
          <label>
            {t("Field")}
            <select name="field" defaultValue={field ?? fields[0]}>
              {fields.map((f) => (
                <option key={f} value={f} selected={f === field}>
                  {coded(f)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t("What is right")}
            <input name="value" dir="auto" maxLength={2000} defaultValue={value ?? ""} key={value} aria-describedby="value-hint" />
          </label>
          <p id="value-hint" class="faint">
            {t("Figures: 14, 10-14, 10-12-14 (low, best, high) or 14+; days: 2026-01-12 or 2026-01-10..2026-01-12; empty: not stated.")}
          </p>
        </>
      )}
      {verb === "merge" && <Other subject={subject} />}
      {verb === "split" && (
        <label>
          {t("The claim that is another thing")}
          <select name="object">
            {claims.map((c) => (
              <option key={c.id} value={c.id}>
                {c.words}
              </option>
            ))}
          </select>
        </label>
      )}
      <label class="wide">
        {t("Why")}
        <input name="reason" required dir="auto" maxLength={2000} defaultValue={reason ?? ""} />
      </label>
      <div class="judge-verbs">
        <button type="submit" class="main" disabled={busy}>
          {t(verb)} <Words>{subject}</Words>
        </button>
        <button type="button" onClick={cancel}>
          {t("Leave it")}
        </button>
      </div>
    </form>
  );
}
