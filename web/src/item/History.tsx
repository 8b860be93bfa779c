// What the record said of an item before, and who changed it why: a revision a line, each field as it was and is.
import { useState } from "preact/hooks";
import { useGet } from "../api/client";
import type { Given, Kind, Step } from "../api/types";
import { coded, stamp } from "../format";
import { Loading, Words, Wrong } from "../parts";
import { link } from "../route";
import { t } from "../words";

export function plainly(value: unknown): string {
  if (value === null || value === undefined || value === "") return "—";
  if (Array.isArray(value)) return value.length === 0 ? "—" : value.map(plainly).join(", ");
  if (typeof value === "object") {
    const held = value as Record<string, unknown>;
    if (typeof held["name"] === "string") return [held["name"], held["role"], held["admin1"], held["country"]].filter((x) => typeof x === "string").join(", ");
    if ("low" in held || "best" in held) return `${plainly(held["low"])} / ${plainly(held["best"])} / ${plainly(held["high"])}`;
    return JSON.stringify(value);
  }
  return String(value);
}

/** The trail of an item, or of one field of it alone. */
export function History({ kind, id, turn, field: wanted }: { kind: Kind; id: string; turn: unknown; field?: string }) {
  const { data, error, loading, again } = useGet<Step[]>(`${kind}/${id}/history`, turn);
  const [picked, setPicked] = useState("");
  const field = wanted ?? picked;
  const every = [...(data ?? [])];
  const fields = [...new Set(every.slice(1).flatMap((s) => s.changes.map((c) => c.field)))].sort();
  const steps = field ? every.filter((s, i) => i === 0 || s.gone || s.changes.some((c) => isOf(c.field, field))) : every;
  return (
    <div>
      <Wrong error={error} again={again} />
      {!data && <Loading on={loading} />}
      {wanted === undefined && fields.length > 0 && (
        <label>
          {t("Trail of")}{" "}
          <select value={picked} onChange={(e) => setPicked(e.currentTarget.value)}>
            <option value="">{t("all fields")}</option>
            {fields.map((f) => (
              <option key={f} value={f}>
                {coded(f)}
              </option>
            ))}
          </select>
        </label>
      )}
      {field && data && steps.length < 2 && <p class="faint">{t("It was never changed.")}</p>}
      <ol class="history" reversed>
        {steps.reverse().map((step, i, all) => (
          <li key={step.seq}>
            <p>
              <time>{stamp(step.at)}</time> · {step.by ? <Words>{`${step.by}: ${step.reason ?? ""}`}</Words> : <Words>{step.why}</Words>}
              {step.gone && <span class="flag disputed">{t("no longer in the record")}</span>}
              <a class="figure" href={link(kind.slice(0, -1), id, { as_of: String(step.seq) })}>
                #{step.seq}
              </a>
            </p>
            {i < all.length - 1 && step.changes.length > 0 && (
              <dl class="changes">
                {step.changes.filter((c) => !field || isOf(c.field, field)).map((c) => (
                  <div key={c.field}>
                    <dt>{coded(c.field)}</dt>
                    <dd>
                      <del dir="auto">{plainly(c.before)}</del> <span aria-hidden="true">→</span> <ins dir="auto">{plainly(c.after)}</ins>
                    </dd>
                  </div>
                ))}
              </dl>
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Whether a field of the record belongs to what a person corrects under one name: `date` is two days and how exactly they are known. */
function isOf(field: string, wanted: string): boolean {
  return field === wanted || (wanted === "date" && (field.startsWith("date_") || field === "time_precision")) || (wanted === "sub_event_type" && field === "event_type");
}

interface JudgedProps {
  given: readonly Given[];
  undo: ((id: string) => void) | null;
  /** Whose words the reader may take back. */
  mayUndo?: (by: string) => boolean;
}

export function Judged({ given, undo, mayUndo = () => true }: JudgedProps) {
  if (given.length === 0) return <p class="faint">{t("Nobody has judged this yet.")}</p>;
  return (
    <ul class="judged">
      {given.map(({ judgement: j, stands }) => (
        <li key={j.id} class={stands ? "" : "undone"}>
          <b>{t(j.verb)}</b> {j.field && <code>{j.field}</code>} {j.value && <Words>{`“${j.value}”`}</Words>} — <Words>{j.reason}</Words>{" "}
          <span class="faint">
            <Words>{j.by}</Words>, {stamp(j.at)} {!stands && `(${t("taken back")})`}
          </span>
          {stands && undo && j.verb !== "undo" && mayUndo(j.by) && (
            <button type="button" class="plain" onClick={() => undo(j.id)}>
              {t("Undo")}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
