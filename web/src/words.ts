// The words of the page in each language. English words are the keys; a language is a table beside them.
import { ar } from "./locales/ar";
import { en } from "./locales/en";

export type Language = "en" | "ar";
const TABLES: Record<Language, Record<string, string>> = { en, ar };
const KEPT = "marsad-language";

let now: Language = read();

function read(): Language {
  try {
    return localStorage.getItem(KEPT) === "ar" ? "ar" : "en";
  } catch {
    return "en";
  }
}

export function language(): Language {
  return now;
}

export function speak(wanted: Language): void {
  now = wanted;
  try {
    localStorage.setItem(KEPT, wanted);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
  document.documentElement.lang = wanted;
  document.documentElement.dir = wanted === "ar" ? "rtl" : "ltr";
}

/** A phrase in the reader's language; `{name}` in it is replaced. */
export function t(phrase: string, values: Record<string, string | number> = {}): string {
  const words = TABLES[now][phrase] ?? TABLES.en[phrase] ?? phrase;
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

export function tOr(key: string, otherwise: string): string {
  return TABLES[now][key] ?? otherwise;
}
