// What a provider's state means, in words.

import { counted, duration, milliseconds } from "./format.js";

const tones = {
  starting: "active", running: "active", sweeping: "active", resting: "good", held: "warning", paused: "warning",
  throttled: "warning", "rate limited": "warning", "backing off": "warning", "waits for Redis": "bad", cancelled: "muted", failed: "bad",
  purging: "active", purged: "muted",
};

/** How a status is coloured. */
export const tone = (status) => tones[status] ?? "muted";

/** Whether a cycle goes on. */
export const works = (provider) => ["starting", "running", "sweeping"].includes(provider.phase);

/** Since when it has this status, as text; null where nobody knows. */
export function since(provider) {
  if (provider.pausedSince) return provider.pausedSince;
  const cycle = provider.cycle;
  switch (provider.status) {
    case "throttled": return provider.throttledSince;
    case "backing off": return provider.errorAt;
    case "waits for Redis": return provider.redisErrorSince;
    case "rate limited": return cycle.lastPageAt ?? cycle.startedAt;
    case "running": case "starting": return cycle.startedAt;
    case "sweeping": return cycle.lastPageAt;
    case "resting": return provider.completedAt ?? cycle.endedAt;
    case "failed": return cycle.endedAt ?? provider.errorAt;
    default: return cycle.endedAt;
  }
}

/** What happens next: words, and the time in milliseconds until which is counted down, or null. */
export function next(provider) {
  const due = milliseconds(provider.dueAt);
  const calls = milliseconds(provider.noCallsUntil);
  if (provider.pausedSince) return { text: "Nothing until it is resumed", at: null };
  if (provider.phase === "purged") return { text: "Nothing until it is started", at: null };
  if (provider.phase === "purging") return { text: "What is known is being forgotten", at: null };
  if (provider.phase === "failed") return { text: "Nothing until it is retried or started", at: null };
  if (provider.held) {
    const text = "Waits for a decision";
    return due === null ? { text, at: null } : { text: `${text}; the next cycle decides anew`, at: due };
  }
  if (provider.status === "throttled") return { text: "Waits for its consumers; looks again", at: due };
  if (provider.status === "rate limited") return { text: "Waits for its source; next call", at: Math.max(calls ?? 0, due ?? 0) };
  const { active, waiting, newer, newestVersion } = provider.jobs;
  if (newer > 0 && active === 0 && waiting === 0 && newer >= provider.cycle.outstandingChains) {
    return { text: `Waits for a worker that knows version ${newestVersion}`, at: null };
  }
  switch (provider.waits) {
    case "interval": return { text: "Next burst", at: due };
    case "backoff": return { text: "Next attempt", at: due };
    case "rest": case "cancelled": return { text: "Next cycle", at: due };
    case "throttled": return { text: "Waits for its consumers; looks again", at: due };
    case "calls": return { text: "Waits for its call rate; next call", at: due };
    case "redis": return { text: "Waits for Redis; next try", at: due };
  }
  if (provider.phase === "sweeping") return { text: "What was not marked is being removed", at: null };
  if (provider.jobs.active > 0) return { text: "Pages are being read", at: null };
  return { text: "Waits for a worker", at: null };
}

/** How the polling of changes between cycles gets on; empty where there is none. */
export function changes({ changes: feed }, now) {
  if (!feed) return "";
  if (!feed.hasPoint) return "Changes are polled once a cycle has begun.";
  if (feed.failures > 0) return `Changes could not be polled, ${counted(feed.failures, "time")} in a row: ${feed.error}`;
  const due = milliseconds(feed.dueAt);
  const again = due !== null && due > now ? `asked again in ${duration(due - now)}` : "asked again now";
  const until = feed.caughtUpAt === null ? "" : `all until ${duration(now - milliseconds(feed.caughtUpAt))} ago are published; `;
  return `Changes between cycles: ${until}${counted(feed.told, "change")} so far; ${again}.`;
}

/** The problems of a provider that its card does not tell of already. */
export function otherProblems(provider) {
  return provider.problems.filter((problem) => ["behind", "throttled", "redis", "republishing", "newer", "unserved", "otherPlan"].includes(problem.kind));
}

/** Of a group of consumers: entries that it has not acknowledged; null where Redis cannot tell. */
export const behind = (group) => (group.lag === null ? null : group.lag + group.pending);

/** Of the slowest group; null without any, or where Redis cannot tell. */
export function lag(provider) {
  const lags = provider.groups.map(behind).filter((number) => number !== null);
  return lags.length > 0 ? Math.max(...lags) : null;
}
