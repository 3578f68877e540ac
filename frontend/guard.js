// Watches over the page: says so when it does not start, when it stops, and when it takes long. It uses the document alone,
// because the program itself may be dead. It also starts the worker that keeps the page for times without a connection.
(() => {
  "use strict";

  /** After this time without a page a sentence says what is slow, in milliseconds. */
  const SLOW_MS = 4000;

  const causes = {
    stopped: {
      title: "The page stopped working",
      text:
        "It is a mistake in Callboard, not in what you did. Nothing that was saved is lost. Reload the page to go on.",
    },
    missing: {
      title: "The page could not be loaded",
      text:
        "A part of it did not arrive. The portal may just have been updated, or the connection broke. " +
        "Reload the page; if that does not help, clear what the browser keeps of this site.",
    },
    old: {
      title: "This browser cannot show the portal",
      text:
        "The portal needs WebAssembly, which is missing or switched off here. Use a current version of Chrome, Edge, " +
        "Firefox or Safari, or ask whoever manages this device to allow WebAssembly.",
    },
  };

  let hasStarted = false;
  let isOver = false;

  const whenParsed = (run) => {
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", run, { once: true });
    else run();
  };

  /** The names of what the query asks for, without values: those may be secrets. */
  const address = () => {
    const names = location.search
      .slice(1)
      .split("&")
      .filter(Boolean)
      .map((pair) => pair.split("=")[0]);
    return location.pathname + (names.length ? `?${names.join("&")} (values left out)` : "");
  };

  const version = () => {
    try {
      return JSON.parse(document.querySelector('meta[name="callboard-config"]').content).version;
    } catch {
      return "unknown";
    }
  };

  const report = (message) =>
    [
      message,
      "",
      `Version: ${version()}`,
      `Address: ${address()}`,
      `Time: ${new Date().toISOString()}`,
      `Browser: ${navigator.userAgent}`,
      `Window: ${innerWidth} × ${innerHeight}, ${navigator.onLine ? "online" : "offline"}`,
    ].join("\n");

  /** Shows what happened in place of the page. The first cause counts: others follow from it. */
  const show = (cause, message) => {
    if (isOver) return;
    isOver = true;
    const written = report(message);
    whenParsed(() => {
      const crash = document.getElementById("crash");
      if (!crash) return;
      // Also for what comes later.
      document.body.classList.add("is-over");
      for (const other of document.body.children) if (other !== crash) other.hidden = true;
      const heading = crash.querySelector("h1");
      heading.textContent = causes[cause].title;
      crash.querySelector("p").textContent = causes[cause].text;
      document.getElementById("crash-report").textContent = written;
      document.getElementById("crash-reload").href = location.href;
      document.getElementById("crash-reload").addEventListener("click", (event) => {
        event.preventDefault();
        location.reload();
      });
      document.getElementById("crash-copy").addEventListener("click", (event) => copy(event.target, written));
      // Taken out rather than closed: what the program had begun may still open one, and nothing else could be used then.
      for (const dialog of document.querySelectorAll("dialog")) dialog.remove();
      crash.hidden = false;
      document.title = causes[cause].title;
      heading.focus();
    });
  };

  const copy = async (button, text) => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      // Without a clipboard the text is selected, to be copied by hand.
      getSelection().selectAllChildren(document.getElementById("crash-report"));
      button.textContent = "Selected: copy it now";
    }
  };

  const isOfProgram = (error) => typeof WebAssembly === "object" && error instanceof WebAssembly.RuntimeError;

  const isTooNew = (error) =>
    typeof WebAssembly !== "object" || error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError;

  // The program says its last words before it stops.
  addEventListener("callboard:panic", (event) => show("stopped", String(event.detail)));

  // What it cannot say: memory that ran out, a stack that was too deep.
  addEventListener(
    "error",
    (event) => {
      const isPart = event.target instanceof HTMLScriptElement;
      if (isPart && !hasStarted) show("missing", `A script did not load: ${event.target.src || "the start of the page"}`);
      else if (!isPart && isOfProgram(event.error)) show("stopped", `${event.error}\n${event.error.stack ?? ""}`);
      else if (!isPart && !hasStarted && event.error) show("missing", String(event.error));
    },
    true,
  );
  addEventListener("unhandledrejection", (event) => {
    const { reason } = event;
    if (isOfProgram(reason)) show("stopped", `${reason}\n${reason.stack ?? ""}`);
    else if (hasStarted) return;
    else if (isTooNew(reason)) show("old", String(reason));
    else show("missing", String(reason));
  });

  const slow = setTimeout(() => {
    whenParsed(() => {
      const boot = document.getElementById("boot");
      if (boot && !isOver && !hasStarted) boot.hidden = false;
    });
  }, SLOW_MS);

  // Sent by the start script once the program runs.
  addEventListener("TrunkApplicationStarted", () => {
    hasStarted = true;
    clearTimeout(slow);
    document.getElementById("boot")?.remove();
    // Workers need a safe connection; without one the page works, but not offline.
    if ("serviceWorker" in navigator && isSecureContext) {
      navigator.serviceWorker.register("/sw.js").catch((error) => console.warn("The page is not kept for times offline:", error));
    }
  });

  if (typeof WebAssembly !== "object" || typeof WebAssembly.instantiate !== "function") show("old", "WebAssembly is not there.");
})();
