// Shows one job by the hook, and keeps what was ever shown. `turn` asks for another, `add` tells it.
import { useState } from "react";
import { createRoot } from "react-dom/client";
import { BrainshareProvider, useBrainshareJob } from "./lib/brainshare-react.js";

const jobs = new Map([["one", { jobId: "one" }]]), listeners = new Set();
const subscribe = (listener) => (listeners.add(listener), () => listeners.delete(listener));
const client = { subscribe, get: (id) => jobs.get(id), watch: () => () => {} };
window.add = (id) => (jobs.set(id, { jobId: id }), listeners.forEach((listener) => listener()));
window.shown = [];

function Shown() {
  const [id, setId] = useState("one");
  window.turn = setId;
  const job = useBrainshareJob(id);
  window.shown.push([id, job?.jobId ?? id]);
  return <p role="status">{`${id}: ${job?.jobId ?? "not known"}`}</p>;
}

createRoot(document.body).render(<BrainshareProvider client={client}><Shown /></BrainshareProvider>);
