/** Brainshare in a page. Every name is that of the API: see /openapi.json. */

export type JobState = "pending" | "running" | "cancelling" | "completed" | "failed" | "cancelled";
export type StageName = "table" | "column" | "row";
export type StageState =
  | "pending" | "running" | "waiting for retry" | "completed" | "failed" | "cancelled" | "not asked";

export interface JobError {
  stage: StageName;
  kind: string;
  code: string | null;
  message: string;
  isRetryable: boolean;
}

export interface Stage {
  name: StageName;
  state: StageState;
  attempts: number;
  startedAt: string | null;
  endedAt: string | null;
  /** While waiting for a retry: when it is due, at the earliest. */
  retryAt: string | null;
  error: JobError | null;
  calls: { done: number; planned: number } | null;
}

export interface SuggestedColumn {
  key: string;
  name: string;
  isSuggested: boolean;
  [more: string]: unknown;
}

export interface SuggestionResult {
  columns: SuggestedColumn[];
  rows: { cells: Record<string, string | null>; [more: string]: unknown }[];
  engine: string;
  [more: string]: unknown;
}

export interface Job {
  jobId: string;
  tableId: string;
  title: string;
  status: JobState;
  /** 0 to 1; falls only when a failed job is put back. */
  progress: number;
  acceptedAt: string;
  startedAt: string | null;
  completedAt: string | null;
  error: JobError | null;
  stages: Stage[];
  version: number;
  tags: string[];
  /** A stage has failed, or waits until somebody looks after it. */
  needsAttention: boolean;
  /** What has been suggested; read once the job has completed. */
  result: SuggestionResult | null;
  /** Which of its results that is: 1 is what it has come to by itself. */
  resultVersion?: number;
}

export interface TableContext {
  title?: string;
  description?: string;
  columns?: { id?: string; name: string; dataType?: string; enumValues?: string[]; description?: string; locked?: boolean }[];
  rows?: { id?: string; cells: (string | null)[] | Record<string, string | null> }[];
  totalRowCount?: number;
  baseVersion?: string;
  anchor?: string;
  locale?: string;
}

export interface JobRequest {
  tableId: string;
  /** A table, or plain text whose first line is the title. */
  context: TableContext | string;
  stages?: StageName[];
  want?: { columns?: number; rows?: number; fillExisting?: boolean };
  options?: { maxCostUsd?: number };
  deadlineS?: number;
  tags?: string[];
  /** Where this job's events are sent, too: on a host that a webhook of the tenant takes. */
  webhook?: { url: string; events?: string[] };
}

/** An answer that is an error, as application/problem+json. */
export interface Problem {
  status: number;
  type?: string;
  title?: string;
  detail?: string;
  requestId?: string;
  errors?: { pointer: string; message: string }[];
}

export class BrainshareError extends Error {
  readonly problem: Problem;
  readonly status: number;
}

export interface BrainshareOptions {
  /** Where jobs are submitted, read and cancelled: your own routes, or a gateway. Default: here. */
  url?: string;
  /** Where events are followed; the same by default. */
  streamUrl?: string;
  /** Headers of each request but an EventSource's, which has none. */
  headers?: () => Record<string, string> | Promise<Record<string, string>>;
  /** A new stream token: for these jobs, or (none named) for all that this page may see. */
  token?: (jobIds: string[]) => Promise<string>;
  /** Where the ids of running jobs survive a reload; null for nowhere. */
  storage?: Pick<Storage, "getItem" | "setItem"> | null;
  /** How long to wait after a connection was refused, in milliseconds; the double each time, up to 16 times. */
  retryMs?: number;
}

export interface Brainshare {
  /** Submit a job, and follow it until it is removed. The same key is the same job. */
  submit(request: JobRequest, options?: { idempotencyKey?: string }): Promise<Job>;
  /** Follow a job; call what it returns to end that. All follow over one connection. */
  watch(jobId: string): () => void;
  /** Follow all jobs of a table, those of other pages too, as far as the token shows them. */
  watchTable(tableId: string): () => void;
  cancel(jobId: string, reason?: string): Promise<Job>;
  /** Run a failed job again, from the stage that gave up. */
  retry(jobId: string, reason?: string): Promise<Job>;
  /** Read a job now. */
  refresh(jobId: string): Promise<Job>;
  /** Forget a job. */
  remove(jobId: string): void;
  get(jobId: string): Job | undefined;
  /** All jobs that are known, by their ids: another Map after each change. */
  getSnapshot(): ReadonlyMap<string, Job>;
  subscribe(listener: () => void): () => void;
  /** End the connection for good. */
  close(): void;
}

export function createBrainshare(options?: BrainshareOptions): Brainshare;
export function isFinal(job: Pick<Job, "status"> | null | undefined): boolean;
