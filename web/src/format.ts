// How values are worded. All of it is plain text; numbers and days as the reader's language writes them.
import type { Actor, Place, Speaker, Toll } from "./api/types";
import { language, t, tOr } from "./words";

export function number(n: number): string {
  return new Intl.NumberFormat(language() === "ar" ? "ar-u-nu-latn" : "en").format(n);
}

/** Figures and days keep their direction inside Arabic. */
function kept(words: string): string {
  return words && language() === "ar" ? `\u2066${words}\u2069` : words;
}

export function range(low: number | null | undefined, high: number | null | undefined): string {
  return kept(plainRange(low, high));
}

function plainRange(low: number | null | undefined, high: number | null | undefined): string {
  if (low == null && high == null) return "";
  if (high == null) return `${number(low as number)}+`;
  if (low == null) return `≤${number(high)}`;
  return low === high ? number(low) : `${number(low)}–${number(high)}`;
}

/** The best figure, with the range in brackets where they differ; empty where nothing states one. */
export function toll(x: Toll | null | undefined): string {
  return kept(plainToll(x));
}

function plainToll(x: Toll | null | undefined): string {
  if (!x) return "";
  if (x.best == null) return plainRange(x.low, x.high);
  if (x.low === x.high && x.low === x.best) return number(x.best);
  if (x.low == null && x.high == null) return number(x.best);
  if (x.best === x.low && x.high == null) return `${number(x.best)}+`;
  return `${number(x.best)} (${plainRange(x.low, x.high)})`;
}

export function days(first: string | null | undefined, last: string | null | undefined): string {
  if (!first && !last) return t("undated");
  return kept(plainDays(first, last));
}

function plainDays(first: string | null | undefined, last: string | null | undefined): string {
  if (!first || !last || first === last) return first || last || "";
  if (first.slice(0, 4) === last.slice(0, 4) && first.slice(5) === "01-01" && last.slice(5) === "12-31") return first.slice(0, 4);
  if (first.slice(0, 7) === last.slice(0, 7) && first.endsWith("-01") && last.slice(8) >= "28") return first.slice(0, 7);
  return `${first} – ${last}`;
}

/** When a state began, no more exactly than it is known. */
export function since(day: string | null | undefined, precision: string): string {
  if (!day) return t("not stated");
  if (precision === "year") return kept(day.slice(0, 4));
  if (precision === "month") return kept(day.slice(0, 7));
  return precision === "week" ? `${t("week of")} ${kept(day)}` : kept(day);
}

/** A place's name, region and country, each by itself. */
export function placeParts(p: Place | null | undefined): string[] {
  if (!p) return [];
  const country = countryName(p.country);
  const same = p.name === country || p.name === englishName(p.country);
  const parts = [same ? country : p.name, p.admin1 === p.name ? null : p.admin1, same ? null : country];
  return parts.filter((x): x is string => !!x);
}

const ALPHA2: Record<string, string> = {};

export function learnCountries(table: Record<string, string>): void {
  Object.assign(ALPHA2, table);
}

function englishName(code: string | null | undefined): string {
  const two = code ? ALPHA2[code] : undefined;
  return two ? (new Intl.DisplayNames(["en"], { type: "region" }).of(two) ?? "") : "";
}

/** A country's name in the reader's language, from its three-letter code. */
export function countryName(code: string | null | undefined): string {
  if (!code) return "";
  const two = ALPHA2[code] ?? (code.length === 2 ? code : undefined);
  if (!two) return code;
  try {
    return new Intl.DisplayNames([language()], { type: "region" }).of(two) ?? code;
  } catch {
    return code;
  }
}

export function names(group: readonly (Actor | Speaker)[] | null | undefined): string {
  return [...new Set((group ?? []).map((a) => a.name))].join(language() === "ar" ? "، " : ", ");
}

/** A code of the codebook as words: `border_crossing` → border crossing, in Arabic where the table has it. */
export function coded(word: string | null | undefined): string {
  if (!word) return "";
  return tOr(`code.${word}`, word.replaceAll("_", " "));
}

export function percent(x: number): string {
  return `${Math.round(x * 100)}%`;
}

export function stamp(at: string): string {
  return at.replace("T", " ").replace(/\.\d+/, "").replace("+00:00", "Z");
}
