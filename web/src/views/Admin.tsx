// Who may use the server, tokens for programs, and how the record is doing.
import { useState } from "preact/hooks";
import { Failure, type Me, patch, post, remove, useGet } from "../api/client";
import type { components } from "../api/schema";
import { type Facets, type Given, kindOf, type Page } from "../api/types";
import { number, stamp } from "../format";
import { Judged } from "../item/History";
import { Loading, Words, Wrong } from "../parts";
import { link, parse } from "../route";
import { t } from "../words";

type User = components["schemas"]["UserShape"];
type Token = components["schemas"]["TokenShape"];
const ROLES = ["reader", "coder", "reviewer", "admin"] as const;
const SCOPES = ["read", "code", "judge", "admin"] as const;

function message(error: unknown): string {
  return error instanceof Failure || error instanceof Error ? error.message : String(error);
}

export function Login({ me, entered }: { me: Me; entered: () => void }) {
  const [wrong, setWrong] = useState("");
  const refused = parse(location.hash).query.get("login") === "refused";
  const enter = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    try {
      await post<Me>("login", { name: String(given.get("name")), password: String(given.get("password")) });
      entered();
    } catch (error) {
      setWrong(message(error));
    }
  };
  return (
    <div class="admin login">
      <h1>{t("Log in")}</h1>
      {refused && <p class="wrong" role="alert">{t("You were not let in. Ask an admin of this server for an account.")}</p>}
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void enter(e.currentTarget);
        }}
      >
        <label>
          {t("Name")} <input name="name" required autocomplete="username" maxLength={64} />
        </label>
        <label>
          {t("Password")} <input name="password" type="password" required autocomplete="current-password" maxLength={1000} />
        </label>
        <button type="submit" class="main">{t("Log in")}</button>
        {me.oidc && (
          <p>
            {t("Or")} <a href={new URL(me.oidc.login.replace(/^\//, ""), document.baseURI).href}>{t("log in with {name}", { name: me.oidc.name })}</a>
          </p>
        )}
        {wrong && <p class="wrong" role="alert" dir="auto">{wrong}</p>}
      </form>
    </div>
  );
}

export function Admin({ me, entered }: { me: Me; entered: () => void }) {
  const admin = me.may.includes("admin");
  return (
    <div class="admin">
      <h1>{t(admin ? "Admin" : "Account")}</h1>
      {me.accounts ? (
        <p>
          {t("You are")} <b><Words>{me.name}</Words></b> ({t(me.role ?? "")}).{" "}
          <button type="button" onClick={() => void post("logout").then(entered)}>{t("Log out")}</button>
        </p>
      ) : (
        <p class="notice">{t("This server has no accounts: whoever works on this computer may do everything. marsad users add NAME --role admin makes the first account.")}</p>
      )}
      <div class="panels">
        {me.accounts && admin && <Users me={me} />}
        {me.accounts && <Tokens me={me} />}
        <Health admin={admin} />
        <Sources />
        <Audit />
      </div>
    </div>
  );
}

function Health({ admin }: { admin: boolean }) {
  const pulse = useGet<components["schemas"]["Pulse"]>("health");
  const state = useGet<components["schemas"]["marsad__server__reviewing__State"]>(admin ? "admin/state" : null);
  const facts = useGet<Facets>("facets?facet=accepted|disputed");
  const value = (facet: string) => facts.data?.facets[facet]?.find((v) => v.value === "true")?.events ?? 0;
  const rows: [string, string][] = [
    [t("Server"), pulse.data ? `${pulse.data.ok ? t("well") : t("not well")}, ${pulse.data.version}` : "…"],
    [t("Events"), number(facts.data?.total ?? 0)],
    [t("reviewed"), number(value("accepted"))],
    [t("disputed"), number(value("disputed"))],
  ];
  if (state.data) {
    const s = state.data;
    rows.push(
      [t("Ledger"), s.ledger],
      ...["reports", "claims", "statistics", "conditions", "judgements"].flatMap((n): [string, string][] => (s.tables[n] === undefined ? [] : [[t(`table.${n}`), number(s.tables[n] ?? 0)]])),
      [t("Last fact"), `#${s.seq}${s.at ? `, ${stamp(s.at)}` : ""}`],
      [t("Chain"), s.chain?.slice(0, 16) ?? "—"],
      [t("Pages that listen"), number(s.listening)],
    );
  }
  return (
    <section>
      <h2>{t("Health")}</h2>
      <Wrong error={pulse.error ?? facts.error ?? state.error} again={facts.again} />
      <dl class="facts">
        {rows.map(([name, words]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd><bdi>{words}</bdi></dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Sources() {
  const { data, error, loading, again } = useGet<components["schemas"]["Outlet"][]>("sources");
  const [all, setAll] = useState(false);
  const shown = all ? (data ?? []) : (data ?? []).slice(0, 15);
  return (
    <section>
      <h2>{t("Sources")}</h2>
      <Wrong error={error} again={again} />
      {!data && <Loading on={loading} />}
      {data && (
        <table>
          <thead>
            <tr>
              <th scope="col">{t("Outlet")}</th>
              <th scope="col" class="num">{t("Reports")}</th>
              <th scope="col">{t("Months")}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((o) => (
              <tr key={o.outlet}>
                <td><Words>{o.outlet}</Words></td>
                <td class="num">{number(o.reports)}</td>
                <td class="day"><bdi>{o.first === o.last ? o.first || "—" : `${o.first} – ${o.last}`}</bdi></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {data && data.length > shown.length && <button type="button" class="plain" onClick={() => setAll(true)}>{t("More…")}</button>}
    </section>
  );
}

/** Who judged what last. */
function Audit() {
  const [by, setBy] = useState("");
  const { data, error, again } = useGet<Page<Given>>(`judgements?limit=25${by ? `&by=${encodeURIComponent(by)}` : ""}`);
  return (
    <section class="audit">
      <h2>{t("Who judged what")}</h2>
      <Wrong error={error} again={again} />
      <label>
        {t("By")} <input value={by} dir="auto" maxLength={80} onChange={(e) => setBy(e.currentTarget.value.trim())} />
      </label>
      {data?.data.length === 0 && <p class="faint">{t("Nobody has judged anything yet.")}</p>}
      <ul class="judged">
        {(data?.data ?? []).map((g) => (
          <li key={g.judgement.id}>
            <a href={link(kindOf(g.judgement.subject).slice(0, -1), g.judgement.subject)}>{g.judgement.subject}</a>
            <Judged given={[g]} undo={null} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Tokens({ me }: { me: Me }) {
  const admin = me.may.includes("admin");
  const [turn, setTurn] = useState(0);
  const [secret, setSecret] = useState("");
  const [wrong, setWrong] = useState("");
  const { data, error } = useGet<Token[]>(admin ? "users/tokens" : "tokens", turn);
  const make = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    try {
      const made = await post<{ secret: string }>("tokens", { label: String(given.get("label")), scopes: given.getAll("scope"), days: Number(given.get("days")) });
      setSecret(made.secret);
      setWrong("");
      setTurn((n) => n + 1);
    } catch (error_) {
      setWrong(message(error_));
    }
  };
  return (
    <section>
      <h2>{t("Tokens for programs")}</h2>
      <Wrong error={error} />
      <table>
        <tbody>
          {(data ?? []).map((k) => (
            <tr key={k.id}>
              <th scope="row"><Words>{k.label || k.id}</Words></th>
              {admin && <td><Words>{k.user}</Words></td>}
              <td>{k.scopes.map((s) => t(s)).join(", ")}</td>
              <td>{t("until {day}", { day: new Date(k.expires * 1000).toISOString().slice(0, 10) })}</td>
              <td><button type="button" onClick={() => void remove(`tokens/${k.id}`).then(() => setTurn((n) => n + 1))}>{t("Take back")}</button></td>
            </tr>
          ))}
        </tbody>
      </table>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void make(e.currentTarget);
        }}
      >
        <label>{t("What for")} <input name="label" maxLength={100} /></label>
        <label>{t("Days")} <input name="days" type="number" min="1" max="365" defaultValue="90" /></label>
        <fieldset>
          <legend>{t("It may")}</legend>
          {SCOPES.filter((s) => me.may.includes(s)).map((s) => (
            <span key={s}>
              <input type="checkbox" name="scope" id={`scope-${s}`} value={s} defaultChecked={s === "read"} /> <label for={`scope-${s}`} style={{ display: "inline" }}>{t(s)}</label>{" "}
            </span>
          ))}
        </fieldset>
        <button type="submit">{t("Make a token")}</button>
      </form>
      {secret && <p class="notice">{t("It is told this once")}: <code>{secret}</code></p>}
      {wrong && <p class="wrong" role="alert" dir="auto">{wrong}</p>}
    </section>
  );
}

function Users({ me }: { me: Me }) {
  const [turn, setTurn] = useState(0);
  const [wrong, setWrong] = useState("");
  const { data, error } = useGet<User[]>("users", turn);
  const act = async (what: () => Promise<unknown>) => {
    try {
      await what();
      setWrong("");
    } catch (error_) {
      setWrong(message(error_));
    }
    setTurn((n) => n + 1);
  };
  return (
    <section class="across">
      <h2>{t("Users")}</h2>
      <Wrong error={error} />
      <table>
        <tbody>
          {(data ?? []).map((u) => (
            <tr key={u.name}>
              <th scope="row"><Words>{u.name}</Words></th>
              <td>
                <select aria-label={t("Role of {name}", { name: u.name })} value={u.role} disabled={u.name === me.name} onChange={(e) => void act(() => patch(`users/${encodeURIComponent(u.name)}`, { role: e.currentTarget.value }))}>
                  {ROLES.map((r) => <option key={r} value={r}>{t(r)}</option>)}
                </select>
              </td>
              <td>
                {u.name !== me.name && (
                  <button type="button" onClick={() => void act(() => patch(`users/${encodeURIComponent(u.name)}`, { active: !u.active }))}>
                    {u.active ? t("Shut out") : t("Let in")}
                  </button>
                )}
              </td>
              <td>
                <form
                  class="joined"
                  onSubmit={(e) => {
                    e.preventDefault();
                    const form = e.currentTarget;
                    void act(() => patch(`users/${encodeURIComponent(u.name)}`, { password: String(new FormData(form).get("password")) })).then(() => form.reset());
                  }}
                >
                  <input name="password" type="password" required minLength={10} maxLength={1000} autocomplete="new-password" placeholder={t("New password")} aria-label={t("New password of {name}", { name: u.name })} />
                  <button type="submit">{t("Set")}</button>
                </form>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          const form = e.currentTarget;
          const given = new FormData(form);
          void act(() => post("users", { name: String(given.get("name")), role: String(given.get("role")), password: String(given.get("password")) })).then(() => form.reset());
        }}
      >
        <label>{t("Name")} <input name="name" required maxLength={64} autocomplete="off" /></label>
        <label>{t("Role")} <select name="role">{ROLES.map((r) => <option key={r} value={r}>{t(r)}</option>)}</select></label>
        <label>{t("Password")} <input name="password" type="password" required minLength={10} autocomplete="new-password" /></label>
        <button type="submit">{t("Add a user")}</button>
      </form>
      {wrong && <p class="wrong" role="alert" dir="auto">{wrong}</p>}
    </section>
  );
}
