// What can't be its own key: short words that stand for a code, or mean several things in another language.
export const en: Record<string, string> = {
  "openness.shut": "shut",
  "openness.partly": "partly open or in dispute",
  "openness.open": "open",
  "openness.held": "held",
  "field.claim": "what happened",
  "field.who": "who",
  "field.whom": "to whom",
  "field.where": "where",
  "field.when": "when",
  "field.counts": "how many",
  "field.according_to": "who says so",
};
