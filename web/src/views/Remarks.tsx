// What people say about an item, beside the record.
import { useState } from "preact/hooks";
import { Failure, post, useGet } from "../api/client";
import { kindOf } from "../api/types";
import { coded } from "../format";
import { FIELDS } from "../item/JudgeBar";
import { Words } from "../parts";
import { t } from "../words";

interface Remark {
  id: number;
  subject: string;
  field: string | null;
  by: string;
  text: string;
  at: number;
}


export function Remarks({ subject, box, may }: { subject: string; box?: { current: HTMLTextAreaElement | null }; may: boolean }) {
  const [turn, setTurn] = useState(0);
  const [wrong, setWrong] = useState("");
  const { data, error } = useGet<Remark[] | { data: Remark[] }>(`remarks?subject=${encodeURIComponent(subject)}`, turn);
  if (error?.status === 404) return null;
  const found = Array.isArray(data) ? data : (data?.data ?? []);
  const send = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    const field = String(given.get("field") ?? "");
    try {
      await post("remarks", { subject, text: String(given.get("text")).trim(), ...(field ? { field } : {}) });
      form.reset();
      setWrong("");
      setTurn((n) => n + 1);
    } catch (error_) {
      setWrong(error_ instanceof Failure ? error_.message : String(error_));
    }
  };
  return (
    <section class="remarks">
      <h3>{t("Comments")}</h3>
      <ul>
        {found.map((r) => (
          <li key={r.id}>
            {r.field && <code>{coded(r.field)}: </code>}
            <Words>{r.text}</Words>{" "}
            <span class="faint">
              <Words>{r.by}</Words>, {new Date(r.at * 1000).toISOString().slice(0, 16).replace("T", " ")}
            </span>
          </li>
        ))}
      </ul>
      {found.length === 0 && !may && <p class="faint">{t("Nobody has said anything yet.")}</p>}
      {may && <form
        onSubmit={(e) => {
          e.preventDefault();
          void send(e.currentTarget);
        }}
        onKeyDown={(e) => {
          if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) void send(e.currentTarget);
        }}
      >
        <label>
          {t("A comment")}{" "}
          <textarea name="text" {...(box ? { ref: box } : {})} required maxLength={2000} dir="auto" rows={2} />
        </label>
        <label>
          {t("on the field")}{" "}
          <select name="field">
            <option value="">{t("the whole")}</option>
            {FIELDS[kindOf(subject)]?.map((f) => (
              <option key={f} value={f}>
                {coded(f)}
              </option>
            ))}
          </select>
        </label>{" "}
        <button type="submit">{t("Comment")}</button>
        {wrong && <p class="wrong" role="alert" dir="auto">{wrong}</p>}
      </form>}
    </section>
  );
}
