// Events over time: bars to brush over, two days to type, and a playback that walks through the bars.
import { useEffect, useRef, useState } from "preact/hooks";
import { useGet } from "../api/client";
import type { Timeline } from "../api/types";
import { number } from "../format";
import { t } from "../words";

type Unit = "day" | "week" | "month" | "year";
interface Bar {
  start: string;
  end: string;
  events: number;
  killed: number;
}

interface Props {
  query: string;
  turn: number;
  since: string;
  until: string;
  onRange: (since: string, until: string) => void;
}

const MOST = 400;
const WIDE = 1000;
const HIGH = 70;

export function TimeLine({ query, turn, since, until, onRange }: Props) {
  const [wanted, setWanted] = useState<Unit | "auto">("auto");
  const context = new URLSearchParams(query);
  context.delete("since");
  context.delete("until");
  const { data: months } = useGet<Timeline>(`timeline?${context}&unit=month`, turn);
  const unit = wanted === "auto" ? fitting(months) : wanted;
  const { data } = useGet<Timeline>(unit === "month" ? null : `timeline?${context}&unit=${unit}`, turn);
  const source = unit === "month" ? months : data;
  const bars = source && source.unit === unit ? filled(source) : [];
  const undated = source?.bins.find((b) => !b.start)?.events ?? 0;
  const earlier = source ? source.bins.filter((b) => b.start && bars[0] && b.start < bars[0].start).reduce((n, b) => n + b.events, 0) : 0;
  const [playing, setPlaying] = useState(false);
  const step = useRef(0);

  useEffect(() => {
    if (!playing || bars.length === 0) return undefined;
    const timer = setInterval(() => {
      const bar = bars[step.current % bars.length];
      step.current += 1;
      if (bar) onRange(bar.start, bar.end);
      if (step.current >= bars.length) setPlaying(false);
    }, 800);
    return () => clearInterval(timer);
  }, [playing, bars.length]);

  return (
    <section class="time" aria-label={t("Time line")}>
      <div class="time-controls">
        <button
          type="button"
          aria-pressed={playing}
          onClick={() => {
            step.current = Math.max(0, bars.findIndex((b) => b.start >= since));
            if (!playing && step.current >= bars.length - 1) step.current = 0;
            setPlaying(!playing);
          }}
          disabled={bars.length < 2}
        >
          {playing ? `❚❚ ${t("Pause")}` : `▶ ${t("Play")}`}
        </button>
        <label>
          {t("From")} <input type="date" value={since} onChange={(e) => onRange(e.currentTarget.value, until)} />
        </label>
        <label>
          {t("Until")} <input type="date" value={until} onChange={(e) => onRange(since, e.currentTarget.value)} />
        </label>
        <label>
          {t("Bars")}{" "}
          <select value={wanted} onChange={(e) => setWanted(e.currentTarget.value as Unit | "auto")}>
            {(["auto", "day", "week", "month", "year"] as const).map((u) => (
              <option key={u} value={u}>
                {u === "auto" ? `${t("fitting")} (${t(unit)})` : t(u)}
              </option>
            ))}
          </select>
        </label>
        {(since || until) && (
          <button type="button" onClick={() => onRange("", "")}>
            {t("All days")}
          </button>
        )}
        <span class="faint">
          {earlier > 0 && t("{n} earlier", { n: number(earlier) })} {undated > 0 && t("{n} undated", { n: number(undated) })}
        </span>
      </div>
      <Bars bars={bars} unit={unit} since={since} until={until} onRange={onRange} />
    </section>
  );
}

function Bars({ bars, unit, since, until, onRange }: { bars: Bar[]; unit: Unit; since: string; until: string; onRange: Props["onRange"] }) {
  const svg = useRef<SVGSVGElement>(null);
  const [drag, setDrag] = useState<[number, number] | null>(null);
  if (bars.length === 0) return <p class="faint bars-none">{t("No dated events match.")}</p>;
  const most = Math.max(...bars.map((b) => b.events), 1);
  const wide = WIDE / bars.length;
  const at = (e: PointerEvent): number => {
    const box = svg.current?.getBoundingClientRect();
    const part = box ? (e.clientX - box.left) / box.width : 0;
    return Math.max(0, Math.min(bars.length - 1, Math.floor(part * bars.length)));
  };
  const end = () => {
    if (!drag) return;
    const [a, b] = [Math.min(...drag), Math.max(...drag)];
    const [first, last] = [bars[a], bars[b]];
    setDrag(null);
    if (first && last) onRange(first.start, last.end);
  };
  const inside = (b: Bar, i: number) =>
    drag ? i >= Math.min(...drag) && i <= Math.max(...drag) : (!since || b.end >= since) && (!until || b.start <= until);
  const total = bars.reduce((n, b) => n + b.events, 0);
  const marks = ticks(bars);
  return (
    <figure class="bars" dir="ltr">
      <svg
        ref={svg}
        viewBox={`0 0 ${WIDE} ${HIGH}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t("{n} events by {unit}, {first} to {last}; most in one: {most}", {
          n: number(total), unit: t(unit), first: bars[0]?.start ?? "", last: bars.at(-1)?.end ?? "", most: number(most),
        })} // prettier-ignore
        onPointerDown={(e) => {
          svg.current?.setPointerCapture(e.pointerId);
          setDrag([at(e), at(e)]);
        }}
        onPointerMove={(e) => drag && setDrag([drag[0], at(e)])}
        onPointerUp={end}
        onPointerCancel={() => setDrag(null)}
      >
        <rect x="0" y="0" width={WIDE} height={HIGH} fill="transparent" />
        {bars.map((b, i) => {
          const high = b.events ? Math.max(2, (b.events / most) * (HIGH - 4)) : 0;
          return (
            <g key={b.start}>
              <rect class={inside(b, i) ? "bar in" : "bar"} x={(i + 0.5) * wide - Math.min(wide * 0.84, 40) / 2} y={HIGH - high} width={Math.min(wide * 0.84, 40)} height={high}>
                <title>{`${b.start}${b.end !== b.start ? ` – ${b.end}` : ""}: ${b.events} · ${t("killed")} ${b.killed}`}</title>
              </rect>
            </g>
          );
        })}
      </svg>
      <div class="ticks" aria-hidden="true">
        {marks.map(([i, words]) => (
          <span key={words} style={{ left: `${((i + 0.5) / bars.length) * 100}%` }}>
            {words}
          </span>
        ))}
      </div>
    </figure>
  );
}

function ticks(bars: Bar[]): [number, string][] {
  const every = Math.max(1, Math.ceil(bars.length / 8));
  const short = (day: string) => (bars.length > 24 ? day.slice(0, 7) : day);
  const seen = new Set<string>();
  const found: [number, string][] = [];
  for (let i = Math.floor(every / 2); i < bars.length; i += every) {
    const words = short(bars[i]?.start ?? "");
    if (!seen.has(words)) found.push([i, words]);
    seen.add(words);
  }
  return found;
}

/** Days where most events lie within a season, months within some decades, else years. */
function fitting(months: Timeline | null): Unit {
  const dated = months?.bins.filter((b) => b.start) ?? [];
  const total = dated.reduce((n, b) => n + b.events, 0);
  const last = dated.at(-1)?.start;
  if (!last) return "month";
  let run = 0;
  const early = dated.find((b) => (run += b.events) > total * 0.2)?.start ?? last;
  const apart = (Date.parse(last) - Date.parse(early)) / 86_400_000 + 31;
  return apart <= 130 ? "day" : apart <= 500 ? "week" : apart <= 366 * 20 ? "month" : "year";
}

function next(day: string, unit: Unit): string {
  const d = new Date(`${day}T00:00:00Z`);
  if (unit === "day") d.setUTCDate(d.getUTCDate() + 1);
  else if (unit === "week") d.setUTCDate(d.getUTCDate() + 7);
  else if (unit === "month") d.setUTCMonth(d.getUTCMonth() + 1);
  else d.setUTCFullYear(d.getUTCFullYear() + 1);
  return d.toISOString().slice(0, 10);
}

function before(day: string): string {
  const d = new Date(`${day}T00:00:00Z`);
  d.setUTCDate(d.getUTCDate() - 1);
  return d.toISOString().slice(0, 10);
}

/** A bar for each stretch, the empty ones too: from the first on, or where that would be very many without the oldest few events. */
function filled(line: Timeline): Bar[] {
  const unit = line.unit as Unit;
  const dated = line.bins.filter((b) => b.start);
  const known = new Map(dated.map((b) => [b.start, b]));
  const last = dated.at(-1)?.start;
  if (!last) return [];
  const total = dated.reduce((n, b) => n + b.events, 0);
  let run = 0;
  const oldest = dated[0]?.start ?? last;
  const loose = spread(oldest, last, unit) > 150 ? 0.15 : 0;
  const early = loose ? (dated.find((b) => (run += b.events) > total * loose)?.start ?? last) : oldest;
  const found: Bar[] = [];
  for (let day = early; day <= last; ) {
    const after = next(day, unit);
    const b = known.get(day);
    found.push({ start: day, end: before(after), events: b?.events ?? 0, killed: b?.killed ?? 0 });
    day = after;
  }
  return found.slice(-MOST);
}

function spread(first: string, last: string, unit: Unit): number {
  const length = { day: 1, week: 7, month: 30.4, year: 365 }[unit];
  return (Date.parse(last) - Date.parse(first)) / 86_400_000 / length;
}
