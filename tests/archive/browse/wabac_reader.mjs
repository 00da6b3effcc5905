// ReplayWeb.page's reader without a browser: opens a WACZ by ranges and prints what it answers to each address.
// In: the address of the WACZ, and a JSON list of [timestamp, address]. Out: a JSON list of [status, type, sha256].
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

const require = createRequire(`${process.env.ZHUANZAI_TEST_WABAC}/package.json`);
const load = async (name) => import(pathToFileURL(require.resolve(name)));
globalThis.self = globalThis;
self.addEventListener ??= () => {};
self.registration = { scope: "http://localhost/" };
self.location ??= new URL("http://localhost/");
await load("fake-indexeddb/auto");
const { SWCollections, ArchiveRequest } = await load("@webrecorder/wabac/swlib");

const [source, wanted] = process.argv.slice(2);
const collections = new SWCollections({ static: "", replay: "http://localhost/w/", main: "", proxy: "" });
console.log = console.error;
const told = (percent, error) => { if (error) console.error(percent, error); };
if (!(await collections.addCollection({ name: "story", file: { sourceUrl: source } }, told))) process.exit(2);
const collection = await collections.getColl("story");
const { store } = collection;
collection.prefix = "http://localhost/w/story/";
const answers = [];
for (const [timestamp, url] of JSON.parse(wanted)) {
  const request = new ArchiveRequest(`${timestamp}id_/${url}`, new Request(url));
  let found = await store.getResource(request, "http://localhost/w/story/", null, { noRedirect: true });
  if (!found) { answers.push([0, "", ""]); continue; }
  if (found.headers.get("transfer-encoding") === "chunked") { // undone on the way to the browser, as for a picture
    const shown = new ArchiveRequest(`${timestamp}im_/${url}`, new Request(url));
    found = await collection.fullRewrite(shown, found, url, url, timestamp);
  }
  let body = found.getBuffer ? await found.getBuffer() : new Uint8Array(await found.arrayBuffer());
  if (found.headers.get("content-encoding") === "gzip") body = gunzipSync(body); // which a browser undoes
  answers.push([found.status, found.headers.get("content-type"), createHash("sha256").update(body).digest("hex")]);
}
process.stdout.write(JSON.stringify(answers));
process.exit(0);
