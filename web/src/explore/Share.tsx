// Taking the filter elsewhere: as a link, an API call, Python or R; and the events as files.
import { API } from "../api/client";
import { isMany } from "../filters";
import { Copy, Dialog } from "../parts";
import { t } from "../words";

const FORMS: readonly [string, string][] = [
  ["csv", "CSV"], ["xlsx", "Excel"], ["geojson", "GeoJSON"], ["parquet", "GeoParquet"], ["jsonl", "JSON Lines"],
  ["acled-csv", "ACLED columns (CSV)"], ["atom", "Atom feed"],
]; // prettier-ignore

function quoted(words: string): string {
  return JSON.stringify(words);
}

export function asPython(query: URLSearchParams): string {
  const lines = [...query].map(([name, value]) => `    ${quoted(name)}: ${isMany(name) && value.includes("|") ? JSON.stringify(value.split("|")) : quoted(value)},`);
  return [
    "import httpx",
    "",
    `answer = httpx.get(${quoted(`${API}events`)}, params={`,
    ...lines,
    "})",
    "answer.raise_for_status()",
    'events = answer.json()["data"]',
  ].join("\n");
}

export function asR(query: URLSearchParams): string {
  const lines = [...query].map(([name, value]) => `${name} = ${quoted(value)}`);
  const asked = lines.length ? ` |>\n  req_url_query(${lines.join(", ")})` : "";
  return `library(httr2)\nanswer <- request(${quoted(`${API}events.csv`)})${asked} |>\n  req_perform()\nevents <- read.csv(text = resp_body_string(answer))`;
}

function fileAddress(form: string, query: URLSearchParams): string {
  return `${API}events.${form}?${query}`;
}

export function ShareDialog({ query, close }: { query: URLSearchParams; close: () => void }) {
  const call = `${API}events?${query}`;
  const parts: [string, string][] = [
    [t("Link to this view"), location.href],
    [t("API call"), `curl '${call.replaceAll("'", "%27")}'`],
    ["Python", asPython(query)],
    ["R", asR(query)],
  ];
  return (
    <Dialog title={t("Share")} close={close}>
      {parts.map(([title, text]) => (
        <section key={title} class="snippet">
          <h3>{title}</h3>
          <pre dir="ltr" tabIndex={0} role="region" aria-label={title}>{text}</pre>
          <Copy text={text} />
        </section>
      ))}
    </Dialog>
  );
}

export function DownloadDialog({ query, total, close }: { query: URLSearchParams; total: number | null; close: () => void }) {
  const all = new URLSearchParams();
  return (
    <Dialog title={t("Download")} close={close}>
      {[
        [t("What is filtered ({n})", { n: total ?? "…" }), query] as const,
        [t("All events"), all] as const,
      ].map(([title, asked]) => (
        <section key={title}>
          <h3>{title}</h3>
          <ul class="files">
            {FORMS.map(([form, name]) => (
              <li key={form}>
                <a href={fileAddress(form, asked)} {...(form === "atom" ? {} : { download: "" })}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <p class="faint">{t("Cells that begin with = + - @ are written as text. Add bom=true to a CSV address for Excel, hxl=true for a row of HXL tags.")}</p>
    </Dialog>
  );
}
