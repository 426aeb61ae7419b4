// Prints an account's statuses, newest first, as masto.js reads them: one JSON object a line.
//   node read_statuses.mjs MASTO URL TOKEN      MASTO is the library's folder
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, url, accessToken] = process.argv.slice(2);
const main = createRequire(folder + "/package.json").resolve("masto");
const { createRestAPIClient } = await import(pathToFileURL(main));
const reader = createRestAPIClient({ url, accessToken });
const me = await reader.v1.accounts.verifyCredentials();
for (const status of await reader.v1.accounts.$select(me.id).statuses.list({ limit: 40 })) {
    const { id, content, spoilerText: warning, inReplyToId: reply } = status;
    console.log(JSON.stringify({ id, content, warning, reply }));
}
