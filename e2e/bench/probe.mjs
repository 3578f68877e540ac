// What runs inside the page and measures there. It is added before the page's own scripts.

/** Adds `window.probe` to every document of a page. */
export async function installProbe(page) {
  await page.addInitScript(() => {
    const frame = () => new Promise((painted) => requestAnimationFrame(painted));
    /** The task after the painting of a frame, asked for from within that frame. */
    const painted = () =>
      new Promise((done) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => done(performance.now());
        port2.postMessage(undefined);
      });
    /** The end of the first frame in which something stands: the task after its painting. */
    const presented = async (isDone, deadline = Infinity) => {
      // What stands when a frame begins to be made is painted by that frame.
      do {
        if (performance.now() > deadline) return undefined;
        await frame();
      } while (!isDone());
      return painted();
    };
    let shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) shift += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    const tasks = [];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask", buffered: true });

    const element = (selector) => {
      const found = document.querySelector(selector);
      if (!found) throw new Error(`nothing matches ${selector}`);
      return found;
    };
    const isVisible = (selector, text) =>
      [...document.querySelectorAll(selector)].some((found) => found.getClientRects().length > 0 && found.textContent.includes(text ?? ""));
    const read = (selector) => document.querySelector(selector)?.textContent ?? "";
    const act = ({ click, press, on, ctrl, type, back, visit }) => {
      if (click) element(click).click();
      if (visit) {
        const link = document.body.appendChild(document.createElement("a"));
        link.href = visit;
        link.click();
        link.remove();
      }
      if (back) history.back();
      if (press) {
        const target = on ? element(on) : document.body;
        target.dispatchEvent(new KeyboardEvent("keydown", { key: press, ctrlKey: !!ctrl, bubbles: true, cancelable: true }));
      }
      if (type) {
        const field = element(on);
        field.value = type;
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    };

    window.probe = {
      layoutShift: () => shift,
      /** Milliseconds from `start` of this document's clock until a selector stands in a frame. */
      async since(start, selector) {
        return (await presented(() => isVisible(selector))) - start;
      },
      /** Does something; answers the milliseconds until it shows. A page that is gone before counts from its new content. */
      async time(what, { shows, text, changes, count }) {
        const before = changes ? read(changes) : location.href;
        const started = performance.now();
        act(what);
        const isDone = () => (count ? document.querySelectorAll(shows).length >= count : changes ? read(changes) !== before : isVisible(shows, text) && (location.href !== before || what.press));
        const ended = await presented(isDone, started + 10_000);
        if (ended === undefined) throw new Error(`nothing happened after ${JSON.stringify(what)}`);
        return ended - started;
      },
      /** Waits until nothing has been asked for or painted for a while. */
      async quiet() {
        let n = -1;
        while (performance.getEntriesByType("resource").length !== n) {
          n = performance.getEntriesByType("resource").length;
          await new Promise((wake) => setTimeout(wake, 300));
        }
        performance.clearResourceTimings();
      },
      /** Watches frames until the answered function is called, which tells how long they took. */
      watchFrames() {
        const frames = [];
        tasks.length = 0;
        let isOn = true;
        let last = performance.now();
        const next = () => {
          const now = performance.now();
          frames.push(now - last);
          last = now;
          if (isOn) requestAnimationFrame(next);
        };
        requestAnimationFrame(next);
        this.stopWatching = () => {
          isOn = false;
          frames.sort((a, b) => a - b);
          return { frames: frames[Math.floor(frames.length * 0.95)] ?? 0, longest: Math.max(0, ...tasks) };
        };
      },
      /** Scrolls from the top to the bottom, by this part of a screen with each frame, and answers what it took. */
      async scrollThrough(selector, part) {
        const scroller = element(selector);
        scroller.scrollTop = 0;
        await presented(() => true);
        tasks.length = 0;
        const shiftBefore = shift;
        const frames = [];
        let last = performance.now();
        while (scroller.scrollTop + scroller.clientHeight < scroller.scrollHeight - 1) {
          scroller.scrollTop += scroller.clientHeight * part;
          await frame();
          const now = performance.now();
          frames.push(now - last);
          last = now;
        }
        await new Promise((wake) => setTimeout(wake, 500));
        frames.sort((a, b) => a - b);
        return {
          longTasks: tasks.length,
          longest: Math.max(0, ...tasks),
          frames: frames[Math.floor(frames.length * 0.95)] ?? 0,
          cls: shift - shiftBefore,
        };
      },
    };
  });
}
