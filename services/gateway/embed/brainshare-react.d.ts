/** Hooks over the job store of brainshare.js. */
import type { FunctionComponent, PropsWithChildren } from "react";
import type { Brainshare, Job } from "./brainshare.js";

export const BrainshareProvider: FunctionComponent<PropsWithChildren<{ client: Brainshare }>>;

/** The client that the provider holds. */
export function useBrainshare(): Brainshare;

/** All jobs that the page knows, by their ids. */
export function useBrainshareJobs(): ReadonlyMap<string, Job>;

/** One job; undefined until it is known, and never a former one's data. */
export function useBrainshareJob(id: string | null | undefined): Job | undefined;

/** The jobs of a table, newest first; `current` is the newest that runs, else the newest. */
export function useBrainshareJobsOf(tableId: string | null | undefined): {
  jobs: Job[];
  current: Job | undefined;
};
