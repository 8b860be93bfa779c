// What is done to several marked events at once: accept, reject, merge, or one field of all of them corrected.
import { useState } from "preact/hooks";
import { coded } from "../format";
import { FIELDS, type Verb } from "../item/JudgeBar";
import { t } from "../words";

interface Props {
  count: number;
  may: boolean;
  busy: boolean;
  give: (verb: Verb, correction: { field: string; value: string; reason: string } | null) => void;
  none: () => void;
}

export function Marked({ count, may, busy, give, none }: Props) {
  const [correcting, setCorrecting] = useState(false);
  return (
    <div class="marked" role="group" aria-label={t("Marked events")}>
      <div class="results-head">
        <span>{t("{n} marked", { n: count })}</span>
        <span class="judge-verbs">
          <button type="button" disabled={busy} onClick={() => give("accept", null)}>{t("accept")}</button>
          <button type="button" disabled={busy} onClick={() => give("reject", null)}>{t("reject")}</button>
          <button type="button" disabled={busy} aria-pressed={correcting} onClick={() => setCorrecting(!correcting)}>{t("correct")}</button>
          {may && count > 1 && <button type="button" disabled={busy} onClick={() => give("merge", null)}>{t("merge")}</button>}
          <button type="button" class="plain" onClick={none}>{t("none")}</button>
        </span>
      </div>
      {correcting && (
        <form
          class="judge-form"
          onSubmit={(e) => {
            e.preventDefault();
            const given = new FormData(e.currentTarget);
            const text = (name: string) => String(given.get(name) ?? "").trim();
            give("correct", { field: text("field"), value: text("value"), reason: text("reason") });
          }}
        >
          <label>
            {t("Field")}
            <select name="field">
              {FIELDS["events"]?.map((f) => (
                <option key={f} value={f}>
                  {coded(f)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {t("What is right for all of them")}
            <input name="value" dir="auto" maxLength={2000} />
          </label>
          <label class="wide">
            {t("Why")}
            <input name="reason" required dir="auto" maxLength={2000} />
          </label>
          <div class="judge-verbs">
            <button type="submit" class="main" disabled={busy}>{t("Correct {n} events", { n: count })}</button>
          </div>
        </form>
      )}
    </div>
  );
}
