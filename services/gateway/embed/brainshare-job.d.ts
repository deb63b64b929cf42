import type { Brainshare } from "./brainshare.js";

/** `<brainshare-job job-id="...">`: a job's status, progress, cancel button and error.
 *
 * It sends `cancel` and `retry` events, which can be prevented, and does so. Parts:
 * dot, label, progress, cancel, retry, error. Properties: --brainshare-font, -color, -width,
 * -pending, -running, -completed, -failed.
 */
export class BrainshareJob extends HTMLElement {
  /** For all elements that have none of their own. */
  static client: Brainshare | undefined;
  client: Brainshare | undefined;
  /** What it says, by status and by part: cancel, retry, progress, waiting, attention. */
  words: Record<string, string>;
  readonly jobId: string;
}

declare global {
  interface HTMLElementTagNameMap {
    "brainshare-job": BrainshareJob;
  }
}
