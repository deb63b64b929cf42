// Serves a folder, and the example's route handler as Next.js would. Prints its address.
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { GET, POST } from "./route.mjs";

const PREFIX = "/api/brainshare/";
const TYPES = { html: "text/html", js: "text/javascript" };

async function handle(request, response) {
  const url = new URL(request.url, `http://${request.headers.host}`);
  if (!url.pathname.startsWith(PREFIX)) {
    const name = url.pathname === "/" ? "index.html" : url.pathname.slice(1);
    const body = await readFile(new URL(name, import.meta.url));
    response.writeHead(200, { "Content-Type": TYPES[name.split(".").pop()] });
    return response.end(body);
  }
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  const init = { method: request.method, headers: request.headers, signal: gone.signal };
  if (request.method === "POST") init.body = Buffer.concat(await Array.fromAsync?.(request) ?? await request.toArray());
  const params = Promise.resolve({ path: url.pathname.slice(PREFIX.length).split("/") });
  const answer = await (request.method === "POST" ? POST : GET)(new Request(url, init), { params });
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (!answer.body) return response.end();
  const body = Readable.fromWeb(answer.body);
  body.on("error", () => response.destroy());
  return body.pipe(response);
}

const server = createServer((request, response) =>
  handle(request, response).catch(() => {
    if (!response.headersSent) response.writeHead(502);
    response.end();
  }),
);
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
