// Hooks over the job store of brainshare.js. React is the only peer.
import { createContext, createElement, useContext, useEffect, useMemo, useSyncExternalStore } from "react";
import { isFinal } from "./brainshare.js";

const Context = createContext(null);
const NONE = new Map();

export function BrainshareProvider({ client, children }) {
  return createElement(Context.Provider, { value: client }, children);
}

export function useBrainshare() {
  const client = useContext(Context);
  if (!client) throw new Error("put <BrainshareProvider client={createBrainshare(...)}> around this");
  return client;
}

// All jobs that the page knows, by their ids.
export function useBrainshareJobs() {
  const { subscribe, getSnapshot } = useBrainshare();
  return useSyncExternalStore(subscribe, getSnapshot, () => NONE);
}

// One job; undefined until it is known, never a former one.
export function useBrainshareJob(id) {
  const client = useBrainshare();
  const read = () => (id ? client.get(id) : undefined);
  const job = useSyncExternalStore(client.subscribe, read, () => undefined);
  useEffect(() => (id ? client.watch(id) : undefined), [client, id]);
  return job;
}

// The jobs of a table, the newest first; `current` is the newest that runs, else the newest.
export function useBrainshareJobsOf(tableId) {
  const client = useBrainshare();
  const all = useBrainshareJobs();
  useEffect(() => (tableId ? client.watchTable(tableId) : undefined), [client, tableId]);
  return useMemo(() => {
    const jobs = [...all.values()].filter((job) => job.tableId === tableId);
    jobs.sort((one, other) => (one.acceptedAt < other.acceptedAt ? 1 : -1));
    return { jobs, current: jobs.find((job) => !isFinal(job)) ?? jobs[0] };
  }, [all, tableId]);
}
