// The module of a page, answered by a script and with a clock that never waits. Prints what came of it.
// Arguments: the module's URL; {events: answers in turn, job: an answer, isFull: whether other tabs hold all
// connections, isUnused: whether nobody asks the client}, each answer {status, headers, body}.

const [module, told] = process.argv.slice(2);
const { events, job, isFull, isUnused } = JSON.parse(told);
const MOST_WAITS = 40;

const kept = new Map([["brainshare.jobs", JSON.stringify({ "job-1": "bst_x" })]]);
const waits = [];
const preferred = [];
let asked = 0;

delete globalThis.EventSource;
Math.random = () => 0;
globalThis.setTimeout = (act, ms = 0) => {
  const timer = { isOff: false };
  waits.push(ms);
  if (waits.length < MOST_WAITS) setImmediate(() => timer.isOff || act());
  return timer;
};
globalThis.clearTimeout = (timer) => timer && (timer.isOff = true);
const locks = { request: async (name, options, act) => act(isFull ? null : {}) };
Object.defineProperty(globalThis, "navigator", { value: { locks } });
globalThis.fetch = async (url, init) => {
  if (String(url).includes("/v1/events")) preferred.push(init.headers.Prefer ?? "");
  const answer = String(url).includes("/v1/events") ? events[asked++ % events.length] : job;
  return new Response(JSON.stringify(answer.body ?? {}), answer);
};

const { createBrainshare } = await import(module);
const client = createBrainshare({
  url: "http://gateway",
  storage: { getItem: (name) => kept.get(name), setItem: (name, text) => kept.set(name, text) },
});
if (!isUnused) client.subscribe(() => {});
process.on("exit", () => console.log(JSON.stringify({ waits, preferred, kept: kept.get("brainshare.jobs") })));
