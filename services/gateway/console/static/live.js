// Asks for the page again while there is more to come, and puts in what has changed.
//
// What the gateway sends is parsed as a document of its own, in which nothing runs; of it come
// the elements with data-live, each into that of the same id. One that holds the
// focus is left as it is until that is elsewhere.

import { begin, noteSeen, showMoments } from "./moment.js";

const MOST_WAIT_S = 30;

const main = document.getElementById("main");
const looking = document.getElementById("looking");

let tag = main?.dataset.tag ?? "";
let failures = 0;

function ask() {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.responseType = "document";
    if (tag) request.setRequestHeader("If-None-Match", tag);
    request.onload = () => resolve(request);
    request.onerror = () => reject(new Error("no answer"));
    request.send();
  });
}

function put(page) {
  let more = 0;
  for (const part of page.querySelectorAll("[data-live][id]")) {
    const here = document.getElementById(part.id);
    if (!here) more += 1;
    else if (!here.contains(document.activeElement)) replace(here, part);
  }
  tellMore(page, more);
  showMoments(document);
}

// What somebody has written in a form stays there for as long as the gateway says the same of it.
const said = new Map();
for (const part of document.querySelectorAll("[data-live][id]")) said.set(part.id, part.innerHTML);

function replace(here, part) {
  if (said.get(part.id) === part.innerHTML) return;
  said.set(part.id, part.innerHTML);
  here.replaceChildren(...Array.from(part.childNodes, (node) => document.importNode(node, true)));
}

// Of a list: no line moves while somebody reads it. What is new waits behind a link, and a line
// that has left the first page is followed no more, which shows.
function tellMore(page, more) {
  const newer = document.getElementById("newer");
  if (!newer) return;
  newer.hidden = more === 0;
  newer.querySelector("a").textContent = `${more} new: show`;
  for (const here of document.querySelectorAll("[data-live][id]")) {
    here.classList.toggle("left", !page.querySelector(`#${CSS.escape(here.id)}`));
  }
}

async function look() {
  const answer = await ask();
  if (answer.status === 304) return;
  const page = answer.response?.getElementById("main");
  if (answer.status !== 200 || !page) throw new Error(`status ${answer.status}`);
  if (new URL(answer.responseURL).pathname !== location.pathname) {
    location.reload(); // signed out: the page says so itself
    return;
  }
  put(page);
  tag = page.dataset.tag ?? "";
  if (page.dataset.liveS) main.dataset.liveS = page.dataset.liveS;
  else delete main.dataset.liveS;
}

async function follow() {
  try {
    if (!document.hidden) {
      await look();
      noteSeen();
    }
    failures = 0;
  } catch {
    failures += 1;
  }
  const everyS = Number(main.dataset.liveS ?? 0);
  if (looking) looking.textContent = failures ? ", reconnecting" : everyS ? ", live" : "";
  if (everyS) setTimeout(follow, 1000 * Math.min(MOST_WAIT_S, everyS * 2 ** failures));
}

begin();
if (main?.dataset.liveS) {
  looking.textContent = ", live";
  setTimeout(follow, 1000 * Number(main.dataset.liveS));
}
