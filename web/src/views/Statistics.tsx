// Quoted figures beside what the record holds underneath. Nothing is added up, and a gap is said, not judged.
import { useState } from "preact/hooks";
import { get, useGet } from "../api/client";
import type { Coverage, Page } from "../api/types";
import { coded, days, names, number, percent, range, toll } from "../format";
import { Loading, PlaceName, Words, Wrong } from "../parts";
import { go, link, type Route } from "../route";
import { t } from "../words";

const MEASURES = ["killed", "injured", "displaced", "abducted", "detained", "incidents", "people_in_need", "people_reached", "trucks"] as const;

export function Statistics({ route, turn }: { route: Route; turn: number }) {
  const query = route.query;
  const asked = new URLSearchParams({ limit: "20", order: "newest" });
  for (const name of ["measure", "country", "since", "until", "q"]) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  const { data, error, loading, again } = useGet<Page<Coverage>>(`checks?${asked}`, turn);
  const mark = `${asked}/${turn}`;
  const [rest, setRest] = useState<{ of: string; data: Coverage[]; after: string | null }>({ of: "", data: [], after: null });
  const extra = rest.of === mark ? rest.data : [];
  const after = rest.of === mark ? rest.after : (data?.after ?? null);
  const more = async () => {
    const page = await get<Page<Coverage>>(`checks?${asked}&after=${encodeURIComponent(after ?? "")}`);
    setRest({ of: mark, data: [...extra, ...page.data], after: page.after ?? null });
  };
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    go(link("statistics", "", next));
  };
  const found = [...(data?.data ?? []), ...extra];
  return (
    <div class="statistics-view">
      <header class="view-head">
        <h1>{t("Statistics")}</h1>
        <p class="lead">{t("Figures over many incidents or a period, as they are quoted, beside the events that the record holds of the same period and place.")}</p>
        <form class="fields" onSubmit={(e) => e.preventDefault()}>
          <label>
            {t("Measure")}{" "}
            <select value={query.get("measure") ?? ""} onChange={(e) => set("measure", e.currentTarget.value)}>
              <option value="">{t("all")}</option>
              {MEASURES.map((m) => (
                <option key={m} value={m}>
                  {coded(m)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t("Country")} <input dir="auto" value={query.get("country") ?? ""} onChange={(e) => set("country", e.currentTarget.value.trim())} />
          </label>
          <label>
            {t("Words in the sentences and titles")} <input type="search" dir="auto" value={query.get("q") ?? ""} onChange={(e) => set("q", e.currentTarget.value.trim())} />
          </label>
        </form>
      </header>
      <Wrong error={error} again={again} />
      {!data && <Loading on={loading} />}
      {data && found.length === 0 && <p class="faint">{t("No figure matches.")}</p>}
      <ol class="checks">
        {found.map((c) => (
          <Check key={c.statistic.id} check={c} />
        ))}
      </ol>
      {after && (
        <button type="button" onClick={() => void more()}>
          {t("More…")}
        </button>
      )}
    </div>
  );
}

function Check({ check: c }: { check: Coverage }) {
  const s = c.statistic;
  const stated = range(s.low, s.high);
  const under = c.found?.best ?? c.found?.low ?? 0;
  const most = Math.max(s.high ?? s.low ?? 0, under, 1);
  return (
    <li class="check">
      <h2>
        <a href={link("statistic", s.id)}>
          <b class="big">{stated}</b> {coded(s.measure)}
        </a>
      </h2>
      <p>
        {days(s.first, s.last)} · <PlaceName place={s.place} />
        {(s.who?.length ?? 0) > 0 && <> · {t("by")} <Words>{names(s.who)}</Words></>}
        {(s.whom?.length ?? 0) > 0 && <> · {t("of")} <Words>{names(s.whom)}</Words></>}
        {s.sub_event_type && <> · {coded(s.sub_event_type)}</>}
      </p>
      <p class="faint">
        {t("according to")} <Words>{names(s.according_to) || t("the report itself")}</Words>
      </p>
      <div class="beside">
        <div class="measure">
          <span>{t("quoted")}</span>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect class="quoted" width={((s.low ?? s.high ?? 0) / most) * 100} height="8" />
          </svg>
          <b>{stated}</b>
        </div>
        <div class="measure">
          <span>{t("in the record")}</span>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect class="under" width={(under / most) * 100} height="8" />
          </svg>
          <b>
            {c.note ? "—" : toll(c.found) || "0"} {c.share != null && <span class="faint">({percent(c.share)})</span>}
          </b>
        </div>
      </div>
      {c.note && <p class="faint"><Words>{c.note}</Words></p>}
      {(c.sums?.length ?? 0) > 0 && (
        <ul class="sums">
          {(c.sums ?? []).map((n) => (
            <li key={n}>
              <Words>{n}</Words>
            </li>
          ))}
        </ul>
      )}
      {((c.events?.length ?? 0) > 0 || (c.perhaps?.length ?? 0) > 0) && (
        <details>
          <summary>
            {t("Events underneath: {n}, perhaps {m} more", { n: number(c.events?.length ?? 0), m: number(c.perhaps?.length ?? 0) })}
          </summary>
          <ul class="ids">
            {[...(c.events ?? []), ...(c.perhaps ?? [])].slice(0, 100).map((id) => (
              <li key={id}>
                <a href={link("event", id)}>{id}</a>
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}
