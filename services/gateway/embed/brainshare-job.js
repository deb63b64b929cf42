// <brainshare-job job-id="...">: the state of a job, with a cancel button. Needs brainshare.js only.
import { isFinal } from "./brainshare.js";

const STYLE = `:host{display:inline-flex;gap:.5em;align-items:center;flex-wrap:wrap;font:var(--brainshare-font,inherit);color:var(--brainshare-color,inherit)}
[hidden]{display:none!important}
[part=dot]{width:.7em;height:.7em;border-radius:50%;background:var(--brainshare-pending,#767676)}
[data-status=running]{background:var(--brainshare-running,#1a66d0)}
[data-status=completed]{background:var(--brainshare-completed,#1b7f3b)}
[data-status=failed]{background:var(--brainshare-failed,#c02626)}
progress{accent-color:var(--brainshare-running,#1a66d0);width:var(--brainshare-width,8em)}
button{font:inherit}[part=error]{color:var(--brainshare-failed,#c02626);flex-basis:100%}`;
const PARTS = [
  ["span", "dot", { "aria-hidden": "true" }],
  ["span", "label", { role: "status" }],
  ["progress", "progress", { max: "1" }],
  ["button", "cancel", { type: "button" }],
  ["button", "retry", { type: "button" }],
  ["span", "error", { role: "alert" }],
];
const WORDS = { cancel: "Cancel", retry: "Try again", progress: "Progress", waiting: "waiting to try again", attention: "needs attention" };

function makePart([tag, part, attributes]) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries({ part, ...attributes })) element.setAttribute(name, value);
  return element;
}

export class BrainshareJob extends (globalThis.HTMLElement ?? class {}) {
  static observedAttributes = ["job-id"];
  static client; // for all elements that have none of their own
  words = WORDS;

  connectedCallback() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet]; // no inline style: it works under a strict policy
    root.replaceChildren(...PARTS.map(makePart)); // and no markup from text: trusted types
    this.part_("cancel").onclick = () => this.act("cancel", () => this.using.cancel(this.jobId));
    this.part_("retry").onclick = () => this.act("retry", () => this.using.retry(this.jobId));
    this.follow();
  }

  disconnectedCallback() {
    this.leave?.();
    this.leave = undefined;
  }

  attributeChangedCallback() {
    if (this.isConnected && this.shadowRoot) this.follow();
  }

  get using() {
    return this.client ?? BrainshareJob.client;
  }

  get jobId() {
    return this.getAttribute("job-id") ?? "";
  }

  part_(name) {
    return this.shadowRoot.querySelector(`[part=${name}]`);
  }

  follow() {
    this.leave?.();
    const id = this.jobId;
    const ends = id && this.using ? [this.using.subscribe(() => this.show()), this.using.watch(id)] : [];
    this.leave = () => ends.forEach((end) => end());
    this.failed = "";
    this.show();
  }

  // An app may take an act over: it listens for `cancel` or `retry`, and prevents the default.
  async act(name, byDefault) {
    const event = new CustomEvent(name, { detail: { jobId: this.jobId }, bubbles: true, composed: true, cancelable: true });
    if (!this.dispatchEvent(event)) return;
    try {
      this.failed = "";
      await byDefault();
    } catch (error) {
      this.failed = error.message;
    }
    this.show();
  }

  show() {
    const job = this.using?.get(this.jobId);
    const status = job?.status ?? "pending";
    const isOver = isFinal(job);
    const waits = job?.stages?.some((stage) => stage.state === "waiting for retry");
    const more = isOver ? "" : job?.needsAttention ? this.words.attention : waits ? this.words.waiting : "";
    const set = (name, text, isShown = true) => {
      const part = this.part_(name);
      if (part.textContent !== text) part.textContent = text;
      part.hidden = !isShown;
    };
    this.part_("dot").dataset.status = status;
    set("label", [this.words[status] ?? status, more].filter(Boolean).join(", "));
    set("progress", "", !isOver);
    this.part_("progress").value = job?.progress ?? 0;
    this.part_("progress").setAttribute("aria-label", this.words.progress);
    set("cancel", this.words.cancel, !!job && !isOver && status !== "cancelling");
    set("retry", this.words.retry, status === "failed");
    set("error", this.failed || (status === "failed" && job.error?.message) || "", !!this.failed || status === "failed");
  }
}

globalThis.customElements?.get("brainshare-job") ?? globalThis.customElements?.define("brainshare-job", BrainshareJob);
