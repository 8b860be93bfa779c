// Who says how many: a line from low to high for each source, by day, the open ends as arrows. Beside it the same as a table.
import type { Told } from "../api/types";
import { coded, number, range } from "../format";
import { Words } from "../parts";
import { t } from "../words";

const LEFT = 290;
const WIDE = 790;
const ROW = 26;

export function TollChart({ told, best, onClaim }: { told: readonly Told[]; best: Record<string, string>; onClaim: (claim: string) => void }) {
  const effects = [...new Set(told.map((x) => x.effect))];
  if (effects.length === 0) return <p class="faint">{t("No source gives a figure.")}</p>;
  return (
    <div class="tolls">
      {effects.map((effect) => (
        <One key={effect} effect={effect} told={told.filter((x) => x.effect === effect)} best={best[effect] ?? ""} onClaim={onClaim} />
      ))}
    </div>
  );
}

function One({ effect, told, best, onClaim }: { effect: string; told: readonly Told[]; best: string; onClaim: (claim: string) => void }) {
  const most = Math.max(...told.map((x) => x.high ?? x.low ?? 0), 1) * 1.12;
  const x = (n: number) => LEFT + (n / most) * (WIDE - LEFT - 60);
  const marks = steps(most);
  return (
    <section class="toll">
      <h3>
        {coded(effect)} {best && <b class="best">{best}</b>}
      </h3>
      <div class="scroll" tabIndex={0} role="region" aria-label={t("Chart of {effect}", { effect: coded(effect) })}>
      <svg viewBox={`0 0 ${WIDE} ${told.length * ROW + 24}`} role="img" aria-label={t("{effect} by source; the table below has the same figures", { effect: coded(effect) })} direction="ltr">
        {marks.map((n) => (
          <g key={n} class="grid">
            <line x1={x(n)} x2={x(n)} y1={4} y2={told.length * ROW + 4} />
            <text x={x(n)} y={told.length * ROW + 19} text-anchor="middle">
              {number(n)}
            </text>
          </g>
        ))}
        {told.map((one, i) => {
          const y = i * ROW + 18;
          const low = one.low ?? 0;
          const high = one.high ?? one.low ?? 0;
          const open = one.high === null && one.low !== null;
          return (
            <g key={`${one.claim}/${i}`} class={`told ${one.stance}`}>
              <text x={LEFT - 12} y={y + 4} text-anchor="end">
                {clip(one.speaker, 31)}
                {one.day && <tspan class="told-day"> {one.day}</tspan>}
              </text>
              {one.low === null && one.high !== null && <path class="open-end" d={`M${x(0) + 8} ${y - 5}l-8 5 8 5`} />}
              {high > low && <line class="span" x1={x(low)} x2={x(high)} y1={y} y2={y} />}
              {open && <path class="open-end" d={`M${x(low)} ${y}h22m-7 -5l7 5 -7 5`} />}
              {one.stance === "asserts" ? <circle cx={x(one.low ?? high)} cy={y} r="5" /> : <path class="cross" d={`M${x(low) - 5} ${y - 5}l10 10m0 -10l-10 10`} />}
              {one.high !== null && one.high !== one.low && <circle cx={x(high)} cy={y} r="5" />}
              <text x={x(high) + (open ? 30 : 12)} y={y + 4}>
                {range(one.low, one.high) || one.words}
              </text>
              <title>{`${one.speaker}: ${one.words} (${one.day ?? t("undated")})`}</title>
            </g>
          );
        })}
      </svg>
      </div>
      <details>
        <summary>{t("The figures as a table")}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{t("Told on")}</th>
              <th scope="col">{t("Speaker")}</th>
              <th scope="col">{t("In")}</th>
              <th scope="col" class="num">{t("Figure")}</th>
              <th scope="col">{t("In its words")}</th>
              <th scope="col">{t("Sentence")}</th>
            </tr>
          </thead>
          <tbody>
            {told.map((one, i) => (
              <tr key={`${one.claim}/${i}`}>
                <td>{one.day ?? t("undated")}</td>
                <td>
                  <Words>{one.speaker}</Words> {one.stance !== "asserts" && <em>({t(one.stance)})</em>}
                </td>
                <td>
                  <Words>{one.outlet ?? "—"}</Words>
                </td>
                <td class="num">{range(one.low, one.high)}</td>
                <td>
                  <Words>{one.words}</Words> {one.who && <span class="faint">({coded(one.who)})</span>}
                </td>
                <td>
                  <button type="button" class="plain" onClick={() => onClaim(one.claim)}>
                    {t("see it")}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

function clip(words: string, most: number): string {
  return words.length > most ? `${words.slice(0, most - 1)}…` : words;
}

function steps(most: number): number[] {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? power * 10);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
}
