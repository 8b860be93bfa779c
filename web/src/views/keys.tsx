// The keys of the review, and how to change them. They are kept in this browser.
import { t } from "../words";

export const ACTIONS = ["next", "previous", "accept", "reject", "correct", "merge", "split", "undo", "comment", "mark", "help"] as const;
export type Action = (typeof ACTIONS)[number];
export type Keys = Record<Action, string>;

const GIVEN: Keys = {
  next: "j", previous: "k", accept: "a", reject: "r", correct: "c", merge: "m", split: "s", undo: "u", comment: "n", mark: "x", help: "?",
}; // prettier-ignore
const KEPT = "marsad-keys";

export function readKeys(): Keys {
  try {
    const held = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Record<string, unknown>;
    const own = Object.fromEntries(ACTIONS.filter((a) => typeof held[a] === "string" && held[a] !== "").map((a) => [a, String(held[a]).slice(0, 1)]));
    return { ...GIVEN, ...own };
  } catch {
    return GIVEN;
  }
}

export function keyFor(keys: Keys, pressed: string): Action | null {
  return ACTIONS.find((a) => keys[a] === pressed) ?? null;
}

export function KeyMap({ keys, onKeys }: { keys: Keys; onKeys: (keys: Keys) => void }) {
  const change = (next: Keys) => {
    try {
      localStorage.setItem(KEPT, JSON.stringify(next));
    } catch {
      // Kept for this visit alone.
    }
    onKeys(next);
  };
  const twice = new Set(ACTIONS.map((a) => keys[a]).filter((k, i, all) => all.indexOf(k) !== i));
  return (
    <div>
      <div class="keymap">
        {ACTIONS.map((a) => (
          <label key={a}>
            {t(a)}
            <input value={keys[a]} maxLength={1} aria-invalid={twice.has(keys[a])} onFocus={(e) => e.currentTarget.select()} onInput={(e) => e.currentTarget.value && change({ ...keys, [a]: e.currentTarget.value })} />
          </label>
        ))}
      </div>
      {twice.size > 0 && <p class="wrong">{t("A key is used twice: {keys}. The first action has it.", { keys: [...twice].join(" ") })}</p>}
      <p>
        <button type="button" onClick={() => change(GIVEN)}>{t("As they came")}</button>
      </p>
    </div>
  );
}
