// Posts webhooks, each with its headers, to the example's handler, and prints what it answers.
import hook from "./hook.cjs";

const statuses = [];
for (const [body, headers] of JSON.parse(process.argv[2])) {
  const sent = new Request("https://app.example", { method: "POST", body, headers });
  statuses.push((await hook.POST(sent)).status);
}
console.log(statuses.join());
