// The page: who is here, which view is open, and what is new in the record.
import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import "maplibre-gl/dist/maplibre-gl.css";
import "./style.css";
import { API, get, type Me, remember } from "./api/client";
import codes from "./countries.json";
import { Explore } from "./explore/Explore";
import { learnCountries } from "./format";
import { Item } from "./item/Item";
import { go, useRoute } from "./route";
import { language, type Language, speak, t } from "./words";
import { AccessBoard } from "./views/AccessBoard";
import { Add } from "./views/Add";
import { Admin, Login } from "./views/Admin";
import { Review } from "./views/Review";
import { Statistics } from "./views/Statistics";

learnCountries(codes);

const VIEWS: readonly { view: string; title: string; needs: string }[] = [
  { view: "explore", title: "Explore", needs: "read" },
  { view: "board", title: "Access", needs: "read" },
  { view: "statistics", title: "Statistics", needs: "read" },
  { view: "review", title: "Review", needs: "judge" },
  { view: "add", title: "Add", needs: "code" },
  { view: "admin", title: "Admin", needs: "own" },
];
const PAUSE = 1200;

/** A number that grows when the record has changed, and how many items have changed since the page was opened. */
function useLive(on: boolean): { turn: number; news: number } {
  const [state, setState] = useState({ turn: 0, news: 0 });
  const waiting = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    if (!on || typeof EventSource === "undefined") return undefined;
    const stream = new EventSource(new URL("stream", API));
    let fresh = 0;
    const came = () => {
      fresh += 1;
      waiting.current ??= setTimeout(() => {
        waiting.current = null;
        const count = fresh;
        fresh = 0;
        setState((s) => ({ turn: s.turn + 1, news: s.news + count }));
      }, PAUSE);
    };
    for (const name of ["event", "statistic", "condition", "gone"]) stream.addEventListener(name, came);
    return () => {
      stream.close();
      if (waiting.current) clearTimeout(waiting.current);
    };
  }, [on]);
  return state;
}

function App() {
  const route = useRoute();
  const [me, setMe] = useState<Me | null | "none">(null);
  const [spoken, setSpoken] = useState<Language>(language());
  const main = useRef<HTMLElement>(null);
  const may = me && me !== "none" ? me.may : [];
  const anonymous = me !== null && me !== "none" && me.accounts && me.csrf === null;
  const { turn, news } = useLive(may.includes("read"));

  const enter = () => {
    get<Me>("me")
      .then((found) => {
        remember(found);
        setMe(found);
      })
      .catch(() => setMe("none"));
  };
  useEffect(enter, []);
  const place = `${route.view}/${route.id}`;
  const before = useRef(place);
  useEffect(() => {
    const title = VIEWS.find((v) => v.view === route.view)?.title ?? route.id;
    document.title = `${t(title)} · Marsad`;
    if (before.current !== place) {
      before.current = place;
      scrollTo(0, 0);
      main.current?.focus({ preventScroll: true });
    }
  }, [place, spoken]);

  if (me === null) return <p class="loading">{t("Loading…")}</p>;
  return (
    <>
      <a class="skip" href="#main" onClick={(e) => (e.preventDefault(), main.current?.focus())}>
        {t("To the content")}
      </a>
      <header class="top">
        <a class="brand" href="#/explore">
          <img src="./icon.svg" alt="" width="26" height="26" /> Marsad <span lang="ar">مرصد</span>
        </a>
        <nav aria-label={t("Views")}>
          {VIEWS.filter((v) => may.includes(v.needs) && (v.view !== "admin" || !anonymous)).map(({ view, title }) => (
            <a key={view} href={`#/${view}`} {...(route.view === view ? { "aria-current": "page" as const } : {})}>
              {t(view === "admin" && !may.includes("admin") ? "Account" : title)}
            </a>
          ))}
          {anonymous && may.includes("read") && <a href="#/login">{t("Log in")}</a>}
        </nav>
        <p class="live" role="status">
          {news > 0 ? t("{n} changes since you opened this", { n: news }) : ""}
        </p>
        <button
          type="button"
          class="language"
          lang={spoken === "ar" ? "en" : "ar"}
          onClick={() => {
            speak(spoken === "ar" ? "en" : "ar");
            setSpoken(language());
          }}
        >
          {spoken === "ar" ? "English" : "العربية"}
        </button>
      </header>
      <main id="main" ref={main} tabIndex={-1} key={spoken}>
        {me === "none" ? (
          <p class="wrong" role="alert">
            {t("The server can't be reached. Is marsad serve still running?")}
          </p>
        ) : !may.includes("read") ? (
          <Login me={me} entered={enter} />
        ) : route.view === "login" ? (
          <Login
            me={me}
            entered={() => {
              go("#/explore");
              enter();
            }}
          />
        ) : (
          <View route={route} turn={turn} me={me} entered={enter} />
        )}
      </main>
    </>
  );
}

function View({ route, turn, me, entered }: { route: ReturnType<typeof useRoute>; turn: number; me: Me; entered: () => void }) {
  switch (route.view) {
    case "event":
    case "statistic":
    case "condition":
      return <Item key={route.id} route={route} turn={turn} may={me.may} />;
    case "board":
      return <AccessBoard route={route} turn={turn} />;
    case "statistics":
      return <Statistics route={route} turn={turn} />;
    case "review":
      return <Review route={route} turn={turn} me={me} />;
    case "add":
      return <Add fetches={me.fetch ?? false} />;
    case "admin":
      return <Admin me={me} entered={entered} />;
    case "explore":
      return <Explore route={route} turn={turn} me={me} />;
    default:
      return (
        <p class="wrong">
          {t("There is no such view.")} <a href="#/explore">{t("Explore")}</a>
        </p>
      );
  }
}

speak(language());
const root = document.getElementById("app");
if (root) render(<App />, root);
