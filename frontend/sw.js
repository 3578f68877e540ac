// Keeps the page itself, so that a reload without a connection still shows it.
//
// Only files of the page are kept: the document, which is the same for everyone, and the files that it names, whose names
// change with their content. Answers of the API are never kept here. The document always comes from the server when the
// server answers, so a new release is shown at once and nothing can hold on to an old one.
"use strict";

/** Everything is in one cache; another number throws away what an older worker kept. */
const CACHE = "callboard-page-1";
/** The document under which every path starts. */
const DOCUMENT = "/";
/** A server that has not answered by then counts as away, if there is something to show instead. In milliseconds. */
const PATIENCE_MS = 8000;
/** Below these the server answers for itself. */
const OF_SERVER = /^\/(?:api|\.backstage)(?:\/|$)|^\/metrics$/;
/** Files of which the name says the content. */
const IS_FIXED = /-[0-9a-f]{8,}[^/]*$|\?v=[\w-]+$/;
/** Files that a document names: hashed ones, fonts, and what is branded. */
const NAMED = /\/(?:[\w.-]+\/)*[\w.-]+-[0-9a-f]{8,}\w*\.(?:js|wasm|bin|css|svg)|\/fonts\/[\w.-]+\.woff2|\/branding[\w./-]*\?v=[\w-]+/g;
/** Stands in the document of the portal, and not in what a proxy may send in its place. */
const MARK = "callboard-config";

self.addEventListener("install", (event) => {
  // Old pages need nothing of an old worker, so the new one may take over at once.
  self.skipWaiting();
  event.waitUntil(keepPage());
});

self.addEventListener("activate", (event) => {
  const drop = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("callboard-page-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
  };
  event.waitUntil(drop());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || OF_SERVER.test(url.pathname)) return;
  if (request.mode === "navigate") event.respondWith(openDocument(event));
  else if (IS_FIXED.test(url.pathname + url.search)) event.respondWith(fromCacheFirst(request));
  else if (/^\/(?:fonts|app-icons)\//.test(url.pathname)) event.respondWith(fromServerFirst(request));
});

/** The document of the server, or the kept one where the server or the proxy before it is away. */
async function openDocument(event) {
  const kept = await keptDocument();
  try {
    const answer = await inTime(fetch(event.request), kept ? PATIENCE_MS : undefined);
    const isAway = answer.status >= 502 && answer.status <= 504;
    if (isAway && kept) return kept;
    if (answer.ok && !answer.redirected) event.waitUntil(keepIfNew(answer.clone()));
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

async function keptDocument() {
  const cache = await caches.open(CACHE);
  return cache.match(DOCUMENT);
}

function inTime(promise, limitMs) {
  if (limitMs === undefined) return promise;
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("the server is slow")), limitMs));
  return Promise.race([promise, late]);
}

/** What makes a document another one: the files it names and the configuration it carries. */
function signature(text) {
  const config = /<meta name="?callboard-config"? content="([^"]*)"/.exec(text)?.[1] ?? "";
  return [...new Set(text.match(NAMED) ?? [])].sort().join("\n") + config;
}

/** Keeps a document that differs from the kept one. Another path only has another title. */
async function keepIfNew(answer) {
  if (!(answer.headers.get("content-type") ?? "").startsWith("text/html")) return;
  const text = await answer.text();
  if (!text.includes(MARK)) return;
  const kept = await keptDocument();
  if (!kept || signature(await kept.text()) !== signature(text)) await keepPage();
}

/** Keeps the document and everything it names, or, if a part is missing, leaves what was kept before. */
async function keepPage() {
  const answer = await fetch(DOCUMENT, { cache: "no-cache", redirect: "error" });
  const text = await answer.text();
  if (!answer.ok || !text.includes(MARK)) return;
  const names = [...new Set(text.match(NAMED) ?? [])];
  const cache = await caches.open(CACHE);
  const missing = [];
  for (const name of names) if (!(await cache.match(name))) missing.push(name);
  await cache.addAll(missing);
  const headers = new Headers(answer.headers);
  // The text is no longer compressed.
  headers.delete("content-encoding");
  headers.delete("content-length");
  await cache.put(DOCUMENT, new Response(text, { headers }));
  const wanted = new Set([DOCUMENT, ...names]);
  for (const request of await cache.keys()) {
    const url = new URL(request.url);
    const isOld = IS_FIXED.test(url.pathname + url.search) && !wanted.has(url.pathname + url.search);
    if (isOld) await cache.delete(request);
  }
}

async function fromCacheFirst(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

async function fromServerFirst(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}
