// What people have judged, and what they threw out: each of it can be brought back.
import { useEffect, useState } from "preact/hooks";
import { get, useGet } from "../api/client";
import { type EventRecord, type Given, kindOf, type Page, type Step, type Whole } from "../api/types";
import { coded, days, stamp, toll } from "../format";
import { Judged } from "../item/History";
import type { Verb } from "../item/JudgeBar";
import { Loading, PlaceName, Words, Wrong } from "../parts";
import { link } from "../route";
import { t } from "../words";

const MOST = 40;

interface Props {
  turn: number;
  undo: (id: string) => void;
  mayUndo: (by: string) => boolean;
}

/** The last judgements of everybody; each that stands can be taken back. */
export function Log({ turn, undo, mayUndo }: Props) {
  const { data, error, again } = useGet<Page<Given>>("judgements?limit=200", turn);
  return (
    <>
      <Wrong error={error} again={again} />
      {data?.data.length === 0 && <p class="faint">{t("Nobody has judged anything yet.")}</p>}
      <ul class="judged">
        {(data?.data ?? []).map((g) => (
          <li key={g.judgement.id}>
            <a href={link(kindOf(g.judgement.subject).slice(0, -1), g.judgement.subject)}>{g.judgement.subject}</a>
            <Judged given={[g]} undo={undo} mayUndo={mayUndo} />
          </li>
        ))}
      </ul>
    </>
  );
}

interface Gone {
  id: string;
  by: string;
  reason: string;
  at: string;
  judgement: string;
  /** As it was before it was thrown out; `null` where it can't be told. */
  was: EventRecord | null;
  seq: number;
}

/** What the record said of an item last, and when it left; `null` where it is still there. */
export async function lastOf(id: string): Promise<{ was: EventRecord | null; seq: number; by: string | null; reason: string | null } | null> {
  const steps = await get<Step[]>(`${kindOf(id)}/${id}/history`);
  const last = steps.at(-1);
  if (!last?.gone) return null;
  const seq = last.seq - 1;
  const whole = await get<Whole>(`${kindOf(id)}/${id}?as_of=${seq}`).catch(() => null);
  return { was: (whole?.record as EventRecord | undefined) ?? null, seq, by: last.by ?? null, reason: last.reason ?? null };
}

export function Bin({ turn, undo, mayUndo, say }: Props & { say: (subject: string, verb: Verb) => void }) {
  const { data, error, loading, again } = useGet<Page<Given>>("judgements?limit=1000", turn);
  const [gone, setGone] = useState<Gone[] | null>(null);
  useEffect(() => {
    if (!data) return undefined;
    let stopped = false;
    const rejected = data.data.filter((g) => g.stands && g.judgement.verb === "reject");
    const seen = new Set<string>();
    const last = rejected
      .map((g) => g.judgement)
      .filter((j) => !seen.has(j.subject) && seen.add(j.subject))
      .slice(0, MOST);
    Promise.all(last.map(async (j) => ({ j, left: await lastOf(j.subject).catch(() => null) })))
      .then((found) => {
        if (stopped) return;
        setGone(found.flatMap(({ j, left }) => (left ? [{ id: j.subject, by: j.by, reason: j.reason, at: j.at, judgement: j.id, was: left.was, seq: left.seq }] : [])));
      })
      .catch(() => setGone([]));
    return () => {
      stopped = true;
    };
  }, [data]);
  return (
    <>
      <Wrong error={error} again={again} />
      {!gone && <Loading on={loading || !error} />}
      {gone?.length === 0 && <p class="faint">{t("The bin is empty.")}</p>}
      <ul class="bin">
        {(gone ?? []).map((g) => (
          <li key={g.id}>
            <p>
              <a href={link(kindOf(g.id).slice(0, -1), g.id, { as_of: String(g.seq) })}>{g.was ? coded(g.was.sub_event_type ?? g.was.kind) : g.id}</a>{" "}
              {g.was && kindOf(g.id) === "events" && (
                <>
                  {days(g.was.date_first, g.was.date_last)} · <PlaceName place={g.was.place} />
                  {toll(g.was.killed) && ` · ${t("killed")} ${toll(g.was.killed)}`}
                </>
              )}
            </p>
            <p class="faint">
              <Words>{`${g.by}: ${g.reason}`}</Words>, {stamp(g.at)}
            </p>
            <p class="judge-verbs">
              {mayUndo(g.by) && (
                <button type="button" onClick={() => undo(g.judgement)}>{t("Bring back")}</button>
              )}
              <button type="button" onClick={() => say(g.id, "accept")}>{t("accept")}</button>
              <button type="button" onClick={() => say(g.id, "reject")}>{t("reject too")}</button>
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
