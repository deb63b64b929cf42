// Says beside each moment of a page how long ago it was, and of the page how old it is.

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const TICK_MS = 1000;
const words = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });

let seenAtMs = Date.now();

function tellAge(seconds) {
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return words.format(-Math.trunc(seconds / size), unit);
  }
  return words.format(-Math.trunc(seconds), "second");
}

// The clock of the gateway counts, not that of this machine: what the page says of itself is its.
let aheadMs = 0;

export function showMoments(root) {
  const nowMs = Date.now() - aheadMs;
  for (const time of root.querySelectorAll("time[data-moment]")) {
    const atMs = Date.parse(time.dateTime);
    if (!time.title) time.title = time.textContent;
    const said = tellAge((nowMs - atMs) / 1000);
    if (time.textContent !== said) time.textContent = said;
  }
}

export function noteSeen() {
  seenAtMs = Date.now();
}

function tellSeen(age) {
  const seconds = Math.round((Date.now() - seenAtMs) / 1000);
  age.textContent = seconds < 2 ? "Updated just now" : `Updated ${tellAge(seconds).replace(" ago", "")} ago`;
}

export function begin() {
  const age = document.getElementById("age");
  const asOf = age?.querySelector("time");
  if (asOf) aheadMs = Date.now() - Date.parse(asOf.dateTime);
  const tick = () => {
    if (age) tellSeen(age);
    showMoments(document);
  };
  tick();
  setInterval(tick, TICK_MS);
}
