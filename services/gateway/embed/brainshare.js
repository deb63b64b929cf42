// Brainshare in a page: jobs submitted, followed over one connection a tab, and kept over a reload.
// Types and comments for users: brainshare.d.ts. Needs nothing.

const KEY = "brainshare.jobs";
const READY_MS = 5000;
const WAIT_S = 25;
const RETRY_MS = 2000;
const MOST_DOUBLED = 4;
const AT_A_TIME = 50;
const MOST_HELD = 4;

export const isFinal = (job) => ["completed", "failed", "cancelled"].includes(job?.status);

// crypto.randomUUID is there on https and localhost only.
const makeKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

export class BrainshareError extends Error {
  constructor(problem) {
    super(problem.detail ?? `the server answered ${problem.status}`);
    Object.assign(this, { name: "BrainshareError", problem, status: problem.status });
  }
}

export function createBrainshare(options = {}) {
  const { url = "", streamUrl = url, headers = () => ({}), token, retryMs = RETRY_MS } = options;
  const storage = "storage" in options ? options.storage : globalThis.sessionStorage;
  let jobs = new Map(); // replaced at each change: what a snapshot holds stays as it is
  const watched = new Map(); // id -> how many watch it
  const tables = new Map(); // table id -> how many watch it
  const tokens = new Map(); // id -> stream token
  const retried = new Map(); // id of a failed job that is to run again -> when it had ended
  const listeners = new Set();
  let cursor, source, polling, timer, free, connected = "", isBuffered = false, isUsed = false, isClosed = false, failures = 0, refused = 0;

  // What survives a reload: the ids of jobs that are not final, with their tokens.
  for (const [id, held] of Object.entries(load())) {
    watched.set(id, 1);
    if (held) tokens.set(id, held);
  }

  function load() {
    try {
      return JSON.parse(storage.getItem(KEY)) ?? {};
    } catch {
      return {};
    }
  }

  function save() {
    try {
      const open = [...watched.keys()].filter((id) => !isFinal(jobs.get(id)));
      storage.setItem(KEY, JSON.stringify(Object.fromEntries(open.map((id) => [id, tokens.get(id)]))));
    } catch {} // a page that may keep nothing loses it at a reload only
  }

  function change(edit) {
    jobs = new Map(jobs);
    edit(jobs);
    save();
    for (const listener of listeners) listener();
  }

  async function ask(path, init = {}) {
    const response = await fetch(url + path, {
      ...init,
      headers: { ...(await headers()), ...init.headers },
    });
    if (response.ok) return response.status === 204 ? undefined : response.json();
    const problem = await response.json().catch(() => ({}));
    throw new BrainshareError({ ...problem, status: response.status });
  }

  const post = (path, body, more = {}) =>
    ask(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...more },
    });

  const path = (id) => `/v1/jobs/${encodeURIComponent(id)}`;

  // A job as it is told: an older one never replaces a newer one, and a result once read stays.
  function take(told, isForced) {
    const known = jobs.get(told.jobId);
    if (told.completedAt !== retried.get(told.jobId)) retried.delete(told.jobId);
    if (known && !isForced && (told.version < known.version || (told.version === known.version && !told.result))) return;
    change((all) => all.set(told.jobId, { ...told, result: told.result ?? known?.result ?? null }));
    if (told.status === "completed" && !("result" in told)) refresh(told.jobId).catch(() => {});
  }

  const pause = () => new Promise((end) => setTimeout(end, retryMs));
  const isWanted = (job) => watched.has(job.jobId) || tables.has(job.tableId);

  async function refresh(id, isAgain) {
    const held = tokens.get(id);
    try {
      const job = await ask(path(id), held && { headers: { Authorization: `Bearer ${held}` } });
      take(job, true);
      return job;
    } catch (error) {
      if (error.status === 404 || error.status === 410) remove(id); // deleted, or of long ago
      if (error.status !== 401 || !token || isAgain) throw error;
      tokens.set(id, await token([id]));
      return refresh(id, true);
    }
  }

  function remove(id) {
    watched.delete(id);
    tokens.delete(id);
    retried.delete(id);
    change((all) => all.delete(id));
    plan();
  }

  // Longer and longer, and each page another time: a server that comes back is not run over.
  const backOff = () => retryMs * 2 ** Math.min(refused++, MOST_DOUBLED) * (1 + Math.random() / 2);

  // --- the connection -------------------------------------------------------------------------

  const open = () => [...watched.keys()].filter((id) => !isFinal(jobs.get(id)) || retried.has(id));
  const topics = () => [...open().slice(-AT_A_TIME).map((id) => `job:${id}`), ...[...tables.keys()].map((id) => `table:${id}`)].join();

  function plan() {
    clearTimeout(timer);
    timer = setTimeout(connect); // of all changes of this moment one connection is made
  }

  function disconnect() {
    source?.close();
    polling?.abort();
    source = polling = undefined;
    connected = "";
  }

  // For all of its tabs a browser makes six connections to a server (HTTP/1.1): four tabs hold one, the others ask now and then.
  async function reserve() {
    const locks = globalThis.navigator?.locks; // on https and localhost only
    if (!locks) free ??= () => {};
    for (let n = 0; n < MOST_HELD && !free; n++) {
      await new Promise((next) => {
        const hold = (lock) => new Promise((end) => (lock && !free && !isClosed ? (free = end) : end(), next()));
        locks.request(`brainshare.${n}`, { ifAvailable: true }, hold).catch(() => next((free ??= () => {})));
      });
    }
  }

  const letGo = () => (free?.(), (free = undefined));

  async function connect() {
    const wanted = !isUsed || isClosed || globalThis.document?.hidden ? "" : topics();
    if (wanted === connected && (source || polling)) return;
    disconnect();
    if (!wanted) return letGo();
    connected = wanted;
    const query = new URLSearchParams({ topics: wanted });
    const ids = open();
    const held = tables.size ? [await token?.([]).catch(() => {})] : ids.map((id) => tokens.get(id));
    await reserve();
    if (!connected) return letGo();
    if (connected !== wanted || source || polling) return; // another one was planned meanwhile
    if (held[0]) query.set("token", held.filter(Boolean).join());
    if (cursor) query.set("after", cursor);
    if (!free || isBuffered || !globalThis.EventSource) poll(query);
    else listen(query);
  }

  function listen(query) {
    const mine = (source = new EventSource(`${streamUrl}/v1/events?${query}`));
    const late = setTimeout(() => mine === source && ((isBuffered = true), again()), READY_MS);
    const on = (name, act) =>
      mine.addEventListener(name, (event) => mine === source && act(JSON.parse(event.data), event));
    on("ready", () => (clearTimeout(late), (failures = refused = 0)));
    on("reset", ({ jobs: told }) => reset(told));
    on("history", (_, event) => (cursor = event.lastEventId));
    on("status", (job) => tell([job]));
    mine.onerror = () => {
      clearTimeout(late);
      if (mine !== source) return;
      if (mine.readyState === 2) renew(); // refused for good: a token that has ended, mostly
      else if (++failures > 2) (isBuffered = true), again();
    };
  }

  // The same events by long polls, for a way that holds a stream back.
  async function poll(query) {
    const mine = (polling = new AbortController());
    try {
      while (mine === polling) {
        if (!free) {
          await reserve();
          if (mine !== polling) return;
          if (free) return again();
        }
        if (cursor) query.set("after", cursor);
        const response = await fetch(`${streamUrl}/v1/events?${query}`, {
          headers: { ...(await headers()), Accept: "application/json", ...(free && { Prefer: `wait=${WAIT_S}` }) },
          signal: mine.signal,
        });
        if (mine !== polling) return;
        if (response.status === 401 || response.status === 403) return renew();
        if (!response.ok) return again(Math.max(backOff(), 1000 * response.headers.get("Retry-After") || 0));
        const told = await response.json();
        refused = 0;
        cursor = told.next;
        told.isReset ? reset(told.jobs) : tell(told.jobs);
        // A gateway that has as many waits as may be answers at once.
        if (!told.jobs.length && !response.headers.get("Preference-Applied")) await pause();
      }
    } catch {
      if (mine === polling) again(backOff());
    }
  }

  function again(afterMs) {
    disconnect();
    clearTimeout(timer);
    timer = setTimeout(connect, afterMs ?? 0);
  }

  async function renew() {
    disconnect();
    clearTimeout(timer);
    const ids = open();
    try {
      if (token) for (const id of ids) tokens.set(id, await token([id]));
      save();
    } catch {} // asked again with the next try
    again(backOff());
  }

  function tell(told) {
    told.filter(isWanted).forEach((job) => take(job));
    plan();
  }

  function reset(told) {
    told.filter(isWanted).forEach((job) => take(job, true));
    const ids = new Set(told.map((job) => job.jobId));
    for (const id of open()) if (!ids.has(id)) refresh(id).catch(() => {});
    plan();
  }

  const count = (counts, id, by) => {
    const now = (counts.get(id) ?? 0) + by;
    now > 0 ? counts.set(id, now) : counts.delete(id);
    save();
    isUsed = true;
    plan();
  };

  // What is watched is watched until the last who watches has ended; submitted jobs until removed.
  const watch = (counts, id) => {
    if (!counts.has(id) && !jobs.has(id)) cursor = undefined; // how it is now is told first
    count(counts, id, 1);
    let isOver = false;
    return () => isOver || ((isOver = true), count(counts, id, -1));
  };

  globalThis.document?.addEventListener("visibilitychange", plan);

  // React's strict form makes two and uses one: what a reload has left is followed once somebody asks.
  const use = () => isUsed || ((isUsed = true), plan());

  return {
    async submit(body, { idempotencyKey = makeKey() } = {}) {
      const { streamToken, ...job } = await post("/v1/jobs", body, { "Idempotency-Key": idempotencyKey });
      if (streamToken) tokens.set(job.jobId, streamToken.token);
      take(job, true);
      count(watched, job.jobId, 1);
      return jobs.get(job.jobId);
    },
    watch: (id) => watch(watched, id),
    watchTable: (tableId) => watch(tables, tableId),
    async cancel(id, reason) {
      const job = await post(`${path(id)}/cancel`, reason ? { reason } : {});
      if (watched.has(id)) take(job, jobs.get(id)?.version === job.version);
      return job;
    },
    async retry(id, reason) {
      const job = await post(`${path(id)}/retry`, reason ? { reason } : {});
      retried.set(id, job.completedAt);
      plan();
      return job;
    },
    refresh,
    remove,
    get: (id) => (use(), jobs.get(id)),
    getSnapshot: () => (use(), jobs),
    subscribe(listener) {
      use();
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      disconnect();
      letGo();
      globalThis.document?.removeEventListener("visibilitychange", plan);
    },
  };
}
