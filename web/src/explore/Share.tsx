// Taking the filter elsewhere: as a link, an API call, Python or R; and the events as files.
import { useState } from "preact/hooks";
import { API, Failure, type Me, post, remove, useGet } from "../api/client";
import type { components } from "../api/schema";
import { isMany } from "../filters";
import { Copy, Dialog, Words } from "../parts";
import { link } from "../route";
import { t } from "../words";

const FORMS: readonly [string, string][] = [
  ["csv", "CSV"], ["xlsx", "Excel"], ["geojson", "GeoJSON"], ["gpkg", "GeoPackage"], ["parquet", "GeoParquet"], ["jsonl", "JSON Lines"],
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

export function ShareDialog({ query, me, close }: { query: URLSearchParams; me: Me; close: () => void }) {
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
      <Saved query={query} me={me} />
      {me.may.includes("own") && <Signed query={query} />}
    </Dialog>
  );
}

type SavedFilter = components["schemas"]["SavedShape"];

function wordsOf(error: unknown): string {
  return error instanceof Failure || error instanceof Error ? error.message : String(error);
}

/** Filters kept under a name, each with a feed that tells of what is new. */
function Saved({ query, me }: { query: URLSearchParams; me: Me }) {
  const [turn, setTurn] = useState(0);
  const [wrong, setWrong] = useState("");
  const { data } = useGet<SavedFilter[]>("filters", turn);
  const act = async (what: () => Promise<unknown>) => {
    try {
      await what();
      setWrong("");
    } catch (error) {
      setWrong(wordsOf(error));
    }
    setTurn((n) => n + 1);
  };
  return (
    <section class="snippet">
      <h3>{t("Saved filters and their feeds")}</h3>
      <ul>
        {(data ?? []).filter((f) => f.kind === "events").map((f) => (
          <li key={`${f.owner}/${f.name}`}>
            <a href={link("explore", "", new URLSearchParams(f.query))}>
              <Words>{f.name}</Words>
            </a>{" "}
            · <a href={new URL(f.feed.replace(/^\//, ""), document.baseURI).href}>{t("Atom feed")}</a>{" "}
            {(f.owner === me.name || me.may.includes("admin")) && (
              <button type="button" class="plain" onClick={() => void act(() => remove(`filters/${encodeURIComponent(f.name)}`))}>
                {t("Forget")}
              </button>
            )}
          </li>
        ))}
      </ul>
      {me.may.includes("own") && <form
        class="fields"
        onSubmit={(e) => {
          e.preventDefault();
          const form = e.currentTarget;
          const name = String(new FormData(form).get("name") ?? "").trim();
          void act(() => post("filters", { name, kind: "events", query: query.toString() })).then(() => form.reset());
        }}
      >
        <label>
          {t("Keep this filter under the name")} <input name="name" required maxLength={64} dir="auto" />
        </label>
        <button type="submit">{t("Keep")}</button>
      </form>}
      {wrong && <p class="wrong" role="alert" dir="auto">{wrong}</p>}
    </section>
  );
}

/** An address that reads this filter as CSV without a log-in, for spreadsheets. */
function Signed({ query }: { query: URLSearchParams }) {
  const [made, setMade] = useState("");
  const [wrong, setWrong] = useState("");
  const sign = async () => {
    try {
      const found = await post<Record<string, unknown>>("signed", { kind: "events", form: "csv", query: query.toString() });
      const address = String(found["url"] ?? found["address"] ?? "");
      setMade(new URL(address.replace(/^\//, ""), document.baseURI).href);
      setWrong("");
    } catch (error) {
      setWrong(wordsOf(error));
    }
  };
  return (
    <section class="snippet">
      <h3>{t("Address for Excel and Power BI")}</h3>
      {made ? (
        <>
          <pre dir="ltr" tabIndex={0} role="region" aria-label={t("Address for Excel and Power BI")}>{made}</pre>
          <Copy text={made} />
        </>
      ) : (
        <button type="button" onClick={() => void sign()}>{t("Make one")}</button>
      )}
      {wrong && <p class="wrong" role="alert" dir="auto">{wrong}</p>}
    </section>
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
