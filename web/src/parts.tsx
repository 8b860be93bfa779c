// Small pieces that every view uses.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "./api/client";
import type { Place } from "./api/types";
import { placeParts } from "./format";
import { language, t } from "./words";

/** Words out of a report or the record: isolated, so that Arabic and Latin names don't disturb each other. */
export function Words({ children }: { children: string | null | undefined }) {
  return <bdi dir="auto">{children ?? ""}</bdi>;
}

/** A place by name; `~` before one that is only near the spot, a word for one known to a region only. */
export function PlaceName({ place }: { place: Place | null | undefined }) {
  if (!place) return <span class="faint">{t("no place")}</span>;
  const loose = (place.precision ?? 1) > 1;
  return (
    <span>
      {loose && (
        <abbr class="loose" title={place.precision === 3 ? t("region or country only") : t("near, or part of an area")}>
          ~
        </abbr>
      )}
      {placeParts(place).map((part, i) => (
        <span key={part}>
          {i > 0 && (language() === "ar" ? "، " : ", ")}
          <Words>{part}</Words>
        </span>
      ))}
    </span>
  );
}

export function Wrong({ error, again }: { error: Failure | null; again?: () => void }) {
  if (!error) return null;
  return (
    <div class="wrong" role="alert">
      <p dir="auto">{error.message}</p>
      {again && (
        <button type="button" onClick={again}>
          {t("Try again")}
        </button>
      )}
    </div>
  );
}

export function Loading({ on }: { on: boolean }) {
  return (
    <p class="loading" role="status">
      {on ? t("Loading…") : ""}
    </p>
  );
}

export function Confidence({ value }: { value: number }) {
  const bars = value >= 0.9 ? 4 : value >= 0.75 ? 3 : value >= 0.5 ? 2 : 1;
  return (
    <span class="confidence" title={`${t("confidence")} ${value.toFixed(2)}`}>
      <span aria-hidden="true" class={`bars b${bars}`}>
        <i />
        <i />
        <i />
        <i />
      </span>
      <span class="figure">{value.toFixed(2)}</span>
    </span>
  );
}

/** A window over the page. Escape and the button close it; the keyboard stays inside while it is open. */
export function Dialog({ title, close, children }: { title: string; close: () => void; children: ComponentChildren }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = box.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={box}
      aria-label={title}
      onCancel={close}
      onClick={(e) => {
        if (e.target === box.current) close();
      }}
    >
      <header>
        <h2>{title}</h2>
        <button type="button" class="plain" onClick={close} aria-label={t("Close")}>
          ✕
        </button>
      </header>
      <div class="inside">{children}</div>
    </dialog>
  );
}

export function Copy({ text, label }: { text: string; label?: string }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      setTimeout(() => setDone(false), 2000);
    } catch {
      setDone(false);
    }
  };
  return (
    <button type="button" onClick={() => void copy()}>
      {done ? t("Copied") : (label ?? t("Copy"))}
    </button>
  );
}
