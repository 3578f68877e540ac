// Browser tests against the real server, in the system's Chromium. `./justw test-e2e` runs them.
import { defineConfig, devices, type ReporterDescription } from "@playwright/test";

const results = process.env.CALLBOARD_E2E_RESULTS;
const reporters: ReporterDescription[] = [["list"]];
if (results) reporters.push(["json", { outputFile: results }]);

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: !!process.env.CI,
  // A test that only passes the second time has found something.
  retries: 0,
  workers: 2,
  // For a machine three times slower than the slowest one that was seen: these end what hangs, and measure nothing.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: reporters,
  // One picture of a page for every machine: the tree of roles and names, not pixels.
  snapshotPathTemplate: "{testDir}/snapshots/{testFileName}/{arg}{ext}",
  use: {
    ...devices["Desktop Chrome"],
    locale: "en-GB",
    // Requests of a page go past its worker only where a test is about the worker: `page.route` sees no others.
    serviceWorkers: "block",
    timezoneId: "UTC",
    // Pictures of every step would take the time of the page.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.CALLBOARD_CHROMIUM || undefined,
      args: [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
