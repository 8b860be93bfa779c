// The events as a table: the same ones as on the map, to be read and walked through with the keyboard.
import type { EventRecord } from "../api/types";
import { coded, days, names, number, toll } from "../format";
import { Confidence, PlaceName, Words } from "../parts";
import { link } from "../route";
import { t } from "../words";

interface Props {
  events: readonly EventRecord[];
  total: number | null;
  selected: string | null;
  onSelect: (id: string | null) => void;
  order: string;
  onOrder: (order: string) => void;
  more: (() => void) | null;
  loading: boolean;
}

export function Table({ events, total, selected, onSelect, order, onOrder, more, loading }: Props) {
  const walk = (e: KeyboardEvent) => {
    if (e.key !== "ArrowDown" && e.key !== "ArrowUp" && e.key !== "j" && e.key !== "k") return;
    const rows = [...document.querySelectorAll<HTMLAnchorElement>(".results tbody a.what")];
    const at = rows.indexOf(document.activeElement as HTMLAnchorElement);
    const to = rows[at + (e.key === "ArrowDown" || e.key === "j" ? 1 : -1)];
    if (!to) return;
    e.preventDefault();
    to.focus();
  };
  return (
    <div class="results" onKeyDown={walk}>
      <div class="results-head">
        <p aria-live="polite">
          <b>{total === null ? "…" : number(total)}</b> {t("events match")}
          {loading && <span class="faint"> · {t("Loading…")}</span>}
        </p>
        <label>
          {t("Order")}{" "}
          <select value={order} onChange={(e) => onOrder(e.currentTarget.value)}>
            <option value="newest">{t("newest first")}</option>
            <option value="oldest">{t("oldest first")}</option>
            <option value="deadliest">{t("deadliest first")}</option>
          </select>
        </label>
      </div>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("Table of events")}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("When")}</th>
              <th scope="col">{t("What")}</th>
              <th scope="col">{t("Where")}</th>
              <th scope="col">{t("Who")}</th>
              <th scope="col">{t("To whom")}</th>
              <th scope="col" class="num">{t("Killed")}</th>
              <th scope="col" class="num">{t("Sources")}</th>
              <th scope="col">{t("Confidence")}</th>
            </tr>
          </thead>
          <tbody>
            {events.map((e) => (
              <tr key={e.id} class={e.id === selected ? "chosen" : ""} onClick={() => onSelect(e.id)}>
                <td class="day">{days(e.date_first, e.date_last)}</td>
                <td>
                  <a class="what" href={link("event", e.id)} onFocus={() => onSelect(e.id)}>
                    {coded(e.sub_event_type)}
                  </a>
                  <Flags event={e} />
                </td>
                <td>
                  <PlaceName place={e.place} />
                </td>
                <td>
                  <Words>{names(e.who) || "—"}</Words>
                </td>
                <td>
                  <Words>{names(e.whom) || "—"}</Words>
                </td>
                <td class="num">{toll(e.killed) || <span class="faint">—</span>}</td>
                <td class="num">{number(e.sources.length)}</td>
                <td>
                  <Confidence value={e.confidence} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {more && (
          <p class="more">
            <button type="button" onClick={more}>
              {t("More…")}
            </button>
          </p>
        )}
      </div>
    </div>
  );
}

export function Flags({ event }: { event: EventRecord }) {
  return (
    <span class="flags">
      {event.disputed.length > 0 && (
        <span class="flag disputed" title={`${t("sources differ on")} ${event.disputed.join(", ")}`}>
          ≠ {t("disputed")}
        </span>
      )}
      {event.civilian_targeting && <span class="flag">{t("civilians")}</span>}
      {event.background && <span class="flag">{t("background")}</span>}
      {event.review === "accepted" && <span class="flag good">✓ {t("reviewed")}</span>}
    </span>
  );
}
