// masto.js, which knows nothing of us, asks a timeline: FOLDER URL page|stream LAST|ask. Prints one line of JSON, or a
// line `listening` before it. FOLDER is where fetch_masto.sh put the library.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// masto.js 8 streams on node 22 and newer, which have this and a WebSocket; nothing else keeps it from older ones.
Promise.withResolvers ??= function () {
  const made = {};
  made.promise = new this((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
};

const [folder, url, command, last] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(createRequire(folder + "/package.json").resolve(name)));
const { createRestAPIClient, createStreamingAPIClient } = await load("masto");
const client = createRestAPIClient({ url });

async function page() {
  const ids = [];
  for await (const statuses of client.v1.timelines.public.list({ local: true, limit: 20 }))
    ids.push(...statuses.map((status) => status.id));
  return { ids };
}

// Two subscriptions over one WebSocket, at the address that the instance names. A ping that is answered behind the
// second one tells that both are heard.
async function stream() {
  const { default: WebSocket } = await load("ws");
  globalThis.WebSocket ??= WebSocket;
  class Counting extends WebSocket {
    sent = 0;
    send(data) {
      super.send(data);
      if (++this.sent !== 2) return;
      this.once("pong", () => console.log("listening"));
      this.ping();
    }
  }
  const { configuration } = await client.v2.instance.fetch();
  const streamingApiUrl = configuration.urls.streaming;
  const streaming = createStreamingAPIClient({ streamingApiUrl, retry: false, implementation: Counting });
  const collect = async (events) => {
    const ids = [];
    for await (const event of events) {
      if (event.event === "update") ids.push(event.payload.id);
      if (event.payload.id === last) break;
    }
    return ids;
  };
  const all = collect(streaming.public.subscribe());
  const tagged = collect(streaming.hashtag.subscribe({ tag: "git" }));
  const found = { ids: await all, tagged: await tagged };
  streaming.close();
  return found;
}

async function ask() {
  const { title, configuration } = await client.v2.instance.fetch();
  const git = await client.v1.accounts.lookup({ acct: "git" });
  const [status] = await client.v1.accounts.$select(git.id).statuses.list({ limit: 1 });
  const found = await client.v2.search.list({ q: "sentence", type: "statuses" });
  const refused = await client.v1.accounts.verifyCredentials().catch((error) => error.message);
  const written = await client.v1.statuses.create({ status: "x" }).catch((error) => error.message);
  const limits = configuration.statuses;
  return {
    title,
    weight: limits.charactersReservedPerUrl,
    git: git.acct,
    says: (await client.v1.statuses.$select(status.id).fetch()).content,
    tagged: (await client.v1.timelines.tag.$select("kernel").list({ limit: 3 })).length,
    found: found.statuses.length,
    refused,
    written,
  };
}

console.log(JSON.stringify(await { page, stream, ask }[command]()));
