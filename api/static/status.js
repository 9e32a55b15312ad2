// Progress as it happens: the page is asked for again, sooner while something is going on.

import { part, showLocalTimes } from "./page.js";

const BUSY_MS = 2000;
const QUIET_MS = 15000;

const region = document.getElementById("status");

function isBusy() {
  const { worker, due } = region.querySelector("[data-worker]").dataset;
  return worker === "syncing" || (worker === "idle" && due !== "0");
}

async function refresh() {
  try {
    const isRead = !document.hidden && getSelection().isCollapsed; // nobody is copying from it
    if (isRead) show(await part(location.pathname + location.search));
  } catch {
    // The server is away: what is shown stays, and is asked for again.
  }
  setTimeout(refresh, isBusy() ? BUSY_MS : QUIET_MS);
}

function show({ html }) {
  const coverage = html.getElementById("coverage-now");
  if (!coverage) return;
  const { activeElement } = document;
  const key = region.contains(activeElement) && (activeElement.getAttribute("href") ?? activeElement.id);
  showLocalTimes(html);
  document.getElementById("coverage").replaceChildren(...coverage.cloneNode(true).childNodes);
  region.replaceChildren(...html.body.childNodes);
  if (!key) return;
  [...region.querySelectorAll("a, button")].find((other) => (other.getAttribute("href") ?? other.id) === key)?.focus();
}

setTimeout(refresh, isBusy() ? BUSY_MS : QUIET_MS);
