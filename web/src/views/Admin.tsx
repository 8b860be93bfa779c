// Who may use the server, tokens for programs, and how the record is doing.
import { useState } from "preact/hooks";
import { Failure, type Me, patch, post, remove, useGet } from "../api/client";
import type { components } from "../api/schema";
import type { Facets } from "../api/types";
import { number } from "../format";
import { Words, Wrong } from "../parts";
import { t } from "../words";

type User = components["schemas"]["UserShape"];
type Token = components["schemas"]["TokenShape"];
const ROLES = ["reader", "coder", "reviewer", "admin"] as const;
const SCOPES = ["read", "code", "judge", "admin"] as const;

function message(error: unknown): string {
  return error instanceof Failure || error instanceof Error ? error.message : String(error);
}

export function Login({ entered }: { entered: () => void }) {
  const [wrong, setWrong] = useState("");
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
        {wrong && <p class="wrong" role="alert" dir="auto">{wrong}</p>}
      </form>
    </div>
  );
}

export function Admin({ me, entered }: { me: Me; entered: () => void }) {
  return (
    <div class="admin">
      <h1>{t("Admin")}</h1>
      {me.accounts ? (
        <p>
          {t("You are")} <b><Words>{me.name}</Words></b> ({t(me.role ?? "")}).{" "}
          <button type="button" onClick={() => void post("logout").then(entered)}>{t("Log out")}</button>
        </p>
      ) : (
        <p class="notice">{t("This server has no accounts: whoever works on this computer may do everything. marsad users add NAME --role admin makes the first account.")}</p>
      )}
      <div class="panels">
        <Health />
        {me.accounts && <Tokens />}
        {me.accounts && me.may.includes("admin") && <Users />}
      </div>
    </div>
  );
}

function Health() {
  const head = useGet<{ seq: number }>("head");
  const facts = useGet<Facets>("facets?facet=source|accepted|disputed&size=40");
  const value = (facet: string, name: string) => facts.data?.facets[facet]?.find((v) => v.value === name)?.events ?? 0;
  return (
    <section>
      <h2>{t("The record")}</h2>
      <Wrong error={head.error ?? facts.error} again={facts.again} />
      <dl class="facts">
        <div><dt>{t("Events")}</dt><dd>{number(facts.data?.total ?? 0)}</dd></div>
        <div><dt>{t("reviewed")}</dt><dd>{number(value("accepted", "true"))}</dd></div>
        <div><dt>{t("disputed")}</dt><dd>{number(value("disputed", "true"))}</dd></div>
        <div><dt>{t("Last fact")}</dt><dd>#{number(head.data?.seq ?? 0)}</dd></div>
      </dl>
      <h3>{t("Sources")}</h3>
      <table>
        <tbody>
          {(facts.data?.facets["source"] ?? []).map((v) => (
            <tr key={v.value ?? ""}>
              <th scope="row"><Words>{v.value}</Words></th>
              <td class="num">{number(v.events)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Tokens() {
  const [turn, setTurn] = useState(0);
  const [secret, setSecret] = useState("");
  const [wrong, setWrong] = useState("");
  const { data, error } = useGet<Token[]>("tokens", turn);
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
              <td>{k.scopes.join(", ")}</td>
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
          {SCOPES.map((s) => (
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

function Users() {
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
    <section>
      <h2>{t("Users")}</h2>
      <Wrong error={error} />
      <table>
        <tbody>
          {(data ?? []).map((u) => (
            <tr key={u.name}>
              <th scope="row"><Words>{u.name}</Words></th>
              <td>
                <select aria-label={t("Role of {name}", { name: u.name })} value={u.role} onChange={(e) => void act(() => patch(`users/${encodeURIComponent(u.name)}`, { role: e.currentTarget.value }))}>
                  {ROLES.map((r) => <option key={r} value={r}>{t(r)}</option>)}
                </select>
              </td>
              <td>
                <button type="button" onClick={() => void act(() => patch(`users/${encodeURIComponent(u.name)}`, { active: !u.active }))}>
                  {u.active ? t("Shut out") : t("Let in")}
                </button>
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
