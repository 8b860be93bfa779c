// How far two coders agree beyond chance: Cohen's kappa over what both accepted or rejected.
import { useState } from "preact/hooks";
import { type Me, useGet } from "../api/client";
import { percent } from "../format";
import { Wrong } from "../parts";
import { kindOf } from "../api/types";
import { link } from "../route";
import { t } from "../words";

interface Answer {
  items: number;
  agree: number | null;
  kappa: number | null;
  table: Record<string, number>;
  differ: string[];
}

export function Agreement({ me }: { me: Me }) {
  const [pair, setPair] = useState<{ one: string; other: string } | null>(null);
  const asked = pair ? `judgements/agreement?${new URLSearchParams(pair)}` : null;
  const { data, error } = useGet<Answer>(asked);
  return (
    <div>
      <form
        class="fields"
        onSubmit={(e) => {
          e.preventDefault();
          const given = new FormData(e.currentTarget);
          setPair({ one: String(given.get("one")), other: String(given.get("other")) });
        }}
      >
        <label>
          {t("A coder")} <input name="one" required defaultValue={me.name} dir="auto" />
        </label>
        <label>
          {t("Another coder")} <input name="other" required dir="auto" />
        </label>
        <button type="submit">{t("Compare")}</button>
      </form>
      <Wrong error={error} />
      {data && (
        <>
          <p>
            {t("Both judged")}: <b>{data.items}</b> · {t("agree")}: <b>{data.agree == null ? "—" : percent(data.agree)}</b> · κ:{" "}
            <b>{data.kappa == null ? "—" : data.kappa.toFixed(2)}</b>
          </p>
          <table>
            <tbody>
              {Object.entries(data.table).map(([pairing, n]) => (
                <tr key={pairing}>
                  <th scope="row">{pairing.split("/").map((v) => t(v)).join(" / ")}</th>
                  <td class="num">{n}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {data.differ.length > 0 && (
            <p>
              {t("They differ on")}:{" "}
              {data.differ.map((id) => (
                <a key={id} href={link(kindOf(id).slice(0, -1), id)}>
                  {id}{" "}
                </a>
              ))}
            </p>
          )}
        </>
      )}
    </div>
  );
}
