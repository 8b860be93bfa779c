// Add: paste a text or drop files, see how they are coded and what was wrong, and keep them in the ledger or not.
import { useRef, useState } from "preact/hooks";
import { Failure, post } from "../api/client";
import type { ClaimRecord, ConditionRecord, EventRecord, ReportRecord, StatisticRecord } from "../api/types";
import { coded, days, names, number, range, since, toll } from "../format";
import { Legend, ReportText } from "../item/Evidence";
import { ReportHead } from "../item/Item";
import { Confidence, PlaceName, Words } from "../parts";
import { link } from "../route";
import { t } from "../words";

interface Problem {
  kind: "problem";
  stage: string;
  code: string;
  message: string;
  at: string | null;
}
interface Coded {
  kept: boolean;
  /** Where a page that was fetched came from in the end. */
  address?: string | null;
  records: ({ kind: string } & Record<string, unknown>)[];
  problems: Problem[];
}

type What = "text" | "files" | "address";

export function Add({ fetches }: { fetches: boolean }) {
  const [answer, setAnswer] = useState<Coded | null>(null);
  const [busy, setBusy] = useState<"" | What>("");
  const [wrong, setWrong] = useState("");
  const [over, setOver] = useState(false);
  const [files, setFiles] = useState<File[]>([]);
  const keep = useRef<HTMLInputElement>(null);
  const published = useRef<HTMLInputElement>(null);
  const results = useRef<HTMLHeadingElement>(null);

  const run = async (what: What, ask: () => Promise<Coded>) => {
    setBusy(what);
    setWrong("");
    setAnswer(null);
    try {
      setAnswer(await ask());
      setTimeout(() => results.current?.focus());
    } catch (error) {
      setWrong(error instanceof Failure ? error.message : String(error));
    }
    setBusy("");
  };
  const sendText = (form: HTMLFormElement) => {
    const given = new FormData(form);
    const text = String(given.get("text") ?? "").trim();
    const title = String(given.get("title") ?? "").trim();
    const day = published.current?.value;
    void run("text", () => post<Coded>("code", { text, keep: keep.current?.checked ?? false, ...(title ? { title } : {}), ...(day ? { published: day } : {}) }));
  };
  const sendAddress = (form: HTMLFormElement) => {
    const address = String(new FormData(form).get("address") ?? "").trim();
    const day = published.current?.value;
    void run("address", () => post<Coded>("code", { address, keep: keep.current?.checked ?? false, ...(day ? { published: day } : {}) }));
  };
  const sendFiles = () => {
    const form = new FormData();
    for (const f of files) form.append("files", f);
    if (published.current?.value) form.append("published", published.current.value);
    form.append("keep", String(keep.current?.checked ?? false));
    void run("files", () => post<Coded>("code/files", form));
  };
  return (
    <div class="add">
      <h1>{t("Add reports")}</h1>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          sendText(e.currentTarget);
        }}
      >
        <label>
          {t("Title, if it has one")} <input name="title" dir="auto" maxLength={1000} />
        </label>
        <label>
          {t("Text of the report")}
          <textarea name="text" required dir="auto" maxLength={200000} placeholder={t("Paste a news report here.")} />
        </label>
        <div class="row">
          <label>
            {t("Published on")} <input type="date" ref={published} />
          </label>
          <label class="check-line">
            <input type="checkbox" ref={keep} /> {t("Keep it in the ledger, and join it with what is there")}
          </label>
          <button type="submit" class="main" disabled={busy !== ""}>
            {busy === "text" ? t("Coding…") : t("Code this text")}
          </button>
        </div>
        <div
          class={`drop${over ? " over" : ""}`}
          onDragOver={(e) => {
            e.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(e) => {
            e.preventDefault();
            setOver(false);
            setFiles([...(e.dataTransfer?.files ?? [])].slice(0, 20));
          }}
        >
          <label>
            {t("Or files: drop them here, or choose (text, saved pages, PDF, DOCX, feeds; up to 20)")}
            <input type="file" multiple onChange={(e) => setFiles([...(e.currentTarget.files ?? [])].slice(0, 20))} />
          </label>
          {files.length > 0 && (
            <p>
              <Words>{files.map((f) => f.name).join(", ")}</Words>{" "}
              <button type="button" class="main" disabled={busy !== ""} onClick={sendFiles}>
                {busy === "files" ? t("Coding…") : t("Code {n} files", { n: files.length })}
              </button>
            </p>
          )}
        </div>
      </form>
      {fetches && (
        <form
          onSubmit={(e) => {
            e.preventDefault();
            sendAddress(e.currentTarget);
          }}
        >
          <label>
            {t("Or the address of a page")}
            <div class="joined">
              <input name="address" type="url" required dir="ltr" maxLength={2000} pattern="https?://.+" placeholder="https://" />
              <button type="submit" class="main" disabled={busy !== ""}>{busy === "address" ? t("Fetching…") : t("Fetch and code")}</button>
            </div>
          </label>
          <p class="faint">{t("The server fetches it, as the site's robots.txt allows; it may take a minute. The day and whether it is kept are as chosen above.")}</p>
        </form>
      )}
      <p class="faint">
        {t("The first text takes a few seconds longer: the language model is read in.")}{" "}
        {!fetches && t("This server fetches no addresses: marsad ingest on the command line does.")}
      </p>
      {wrong && <p class="wrong" role="alert" dir="auto">{wrong}</p>}
      <p role="status" class="faint">{busy ? t("Coding…") : ""}</p>
      {answer && <Outcome answer={answer} heading={results} />}
    </div>
  );
}

function Outcome({ answer, heading }: { answer: Coded; heading: { current: HTMLHeadingElement | null } }) {
  const of = <T,>(kind: string) => answer.records.filter((r) => r.kind === kind) as unknown as T[];
  const reports = of<ReportRecord>("report");
  const claims = of<ClaimRecord>("claim");
  const events = of<EventRecord>("event");
  const statistics = of<StatisticRecord>("statistic");
  const conditions = of<ConditionRecord>("condition");
  return (
    <section>
      <h2 tabIndex={-1} ref={heading}>
        {t("Found: reports {r}, claims {c}, events {e}, statistics {s}, conditions {d}", {
          r: number(reports.length), c: number(claims.length), e: number(events.length), s: number(statistics.length), d: number(conditions.length),
        })}{" "}
        <small class="faint">{answer.kept ? t("kept in the ledger") : t("not kept: a try")}</small>
      </h2>
      {answer.address && <p class="faint" dir="ltr">{answer.address}</p>}
      {answer.problems.length > 0 && (
        <>
          <h3>{t("Problems")}</h3>
          <ul>
            {answer.problems.map((p, i) => (
              <li class="problem" key={i}>
                <b>{coded(p.code)}</b>: <Words>{p.message}</Words> <code>{[p.stage, p.at].filter(Boolean).join(" · ")}</code>
              </li>
            ))}
          </ul>
        </>
      )}
      {reports.map((r) => (
        <div class="coded-report" key={r.id}>
          <h3>
            <Words>{r.title ?? r.origin}</Words>
          </h3>
          <ReportHead report={r} />
          <Legend />
          <ReportText report={r} claims={claims} chosen={null} />
          <ClaimTable claims={claims.filter((c) => c.report === r.id)} kept={answer.kept} />
        </div>
      ))}
      {answer.kept && events.length > 0 && (
        <ul>
          {events.map((e) => (
            <li key={e.id}>
              <a href={link("event", e.id)}>{coded(e.sub_event_type)}</a> {days(e.date_first, e.date_last)} · <PlaceName place={e.place} /> {toll(e.killed) && `· ${t("killed")} ${toll(e.killed)}`}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function what(c: ClaimRecord): string {
  if (c.scope === "condition") return `${coded(c.condition?.subject)}: ${coded(c.condition?.state)}`;
  if (c.scope === "statistic") return `${coded(c.measure)} ${range(c.value?.low, c.value?.high)}`;
  return coded(c.sub_event_type);
}

function ClaimTable({ claims }: { claims: readonly ClaimRecord[]; kept: boolean }) {
  if (claims.length === 0) return <p class="faint">{t("No claim was found in it.")}</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t("Claims")}>
      <table>
        <thead>
          <tr>
            {["Kind", "What", "When", "Where", "Who", "To whom", "How many", "According to", "Confidence"].map((h) => (
              <th scope="col" key={h}>{t(h)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {claims.map((c) => (
            <tr key={c.id}>
              <td>{t(c.scope)}</td>
              <td>{what(c)} {c.stance !== "asserts" && <span class="flag disputed">{t(c.stance)}</span>}</td>
              <td>{c.scope === "condition" ? since(c.when?.first, c.when?.precision ?? "day") : days(c.when?.first, c.when?.last)}</td>
              <td>{c.where.map((p) => <div key={p.name}><PlaceName place={p} /></div>)}</td>
              <td><Words>{names(c.who)}</Words></td>
              <td><Words>{names(c.whom)}</Words></td>
              <td>{c.counts.map((n, i) => <div key={i}>{coded(n.effect)} {range(n.low, n.high)}</div>)}</td>
              <td><Words>{names(c.according_to)}</Words></td>
              <td><Confidence value={c.confidence} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
