// What the record said of an item before, and who changed it why: a revision a line, each field as it was and is.
import { useGet } from "../api/client";
import type { Given, Kind, Step } from "../api/types";
import { coded, stamp } from "../format";
import { Loading, Words, Wrong } from "../parts";
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

export function History({ kind, id, turn }: { kind: Kind; id: string; turn: number }) {
  const { data, error, loading, again } = useGet<Step[]>(`${kind}/${id}/history`, turn);
  return (
    <div>
      <Wrong error={error} again={again} />
      {!data && <Loading on={loading} />}
      <ol class="history" reversed>
        {[...(data ?? [])].reverse().map((step, i, all) => (
          <li key={step.seq}>
            <p>
              <time>{stamp(step.at)}</time> · {step.by ? <Words>{`${step.by}: ${step.reason ?? ""}`}</Words> : <Words>{step.why}</Words>}
              {step.gone && <span class="flag disputed">{t("no longer in the record")}</span>}
              <a class="figure" href={`#/event/${id}?as_of=${step.seq}`}>
                #{step.seq}
              </a>
            </p>
            {i < all.length - 1 && step.changes.length > 0 && (
              <dl class="changes">
                {step.changes.map((c) => (
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

export function Judged({ given, undo }: { given: readonly Given[]; undo: ((id: string) => void) | null }) {
  if (given.length === 0) return <p class="faint">{t("Nobody has judged this yet.")}</p>;
  return (
    <ul class="judged">
      {given.map(({ judgement: j, stands }) => (
        <li key={j.id} class={stands ? "" : "undone"}>
          <b>{t(j.verb)}</b> {j.field && <code>{j.field}</code>} {j.value && <Words>{`“${j.value}”`}</Words>} — <Words>{j.reason}</Words>{" "}
          <span class="faint">
            <Words>{j.by}</Words>, {stamp(j.at)} {!stands && `(${t("taken back")})`}
          </span>
          {stands && undo && j.verb !== "undo" && (
            <button type="button" class="plain" onClick={() => undo(j.id)}>
              {t("Undo")}
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}
