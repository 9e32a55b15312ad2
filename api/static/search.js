// Answers while one types, without a page in between; the address always says what is shown.

import { dock } from "./dock.js";
import { isTyping, part, say, showLocalTimes } from "./page.js";

const TYPED_MS = 180;
const SLOW_MS = 300;
const DATE = /^\d{4}-\d\d-\d\d$/;
const HIDDEN = ["lead_id", "contact_id", "limit", "part", "one_turn", "group", "explain"];
// What may demand that a call passes, rather than rank it: quotes, brackets, a minus, an operator.
const DEMANDS = /["“”(-]|\b(AND|OR|NOT)\b/;

const form = document.getElementById("ask");
const box = document.getElementById("q");
const region = document.getElementById("answer");
const busy = document.getElementById("busy");
const how = document.getElementById("how");
const hint = document.getElementById("hint");
const PARTS = ["coverage", "open-filters", "groups", "how", "save", "moments-of-time", "parts", "facets", "answer"];

let waiting = 0;
let request = null;
let shown = canonical(location.search);

function canonical(search) {
  return new URLSearchParams(search).toString();
}

// What decides the counts beside the filters: they are not asked for while one only types words.
function narrowing(query) {
  const parameters = new URLSearchParams(query);
  if (!DEMANDS.test(parameters.get("q") ?? "")) parameters.delete("q");
  for (const name of ["mode", "cursor", "limit", "group", "explain"]) parameters.delete(name);
  return parameters.toString();
}

// The address that the form stands for: what is empty or usual is left out.
function asked() {
  const fields = [...new FormData(form)].filter(([, value]) => value.trim());
  const last = new Map(fields);
  const once = ["since", "until"];
  const kept = fields.filter(([name, value]) => !once.includes(name) || last.get(name) === value);
  const unusual = kept.filter(([name, value]) => name !== "mode" || value !== "hybrid");
  return new URLSearchParams(unusual).toString();
}

async function ask(query = asked(), { push = false, typing = false } = {}) {
  clearTimeout(waiting);
  request?.abort();
  if (query === shown) tellQuietly("");
  if (query === shown && !region.querySelector(".problem")) return settle();
  const mine = (request = new AbortController());
  const slow = setTimeout(() => { busy.hidden = false; region.ariaBusy = "true"; }, SLOW_MS);
  try {
    const wanted = narrowing(query) === narrowing(shown) ? "answer" : "answer and counts";
    const { answer, html } = await part(`/?${query}`, { wanted, signal: mine.signal });
    if (mine !== request) return;
    if (!html.querySelector("#answer, .problem")) throw new TypeError("no page of ours");
    const fault = html.getElementById("fault");
    if (fault && typing && region.querySelector(".hits")) return tellQuietly(fault.dataset.told);
    history[push ? "pushState" : "replaceState"](null, "", query ? `/?${query}` : "/");
    shown = query;
    show(html);
    tell(answer);
  } catch (error) {
    if (error.name !== "AbortError") showFailure();
  } finally {
    clearTimeout(slow);
    if (mine === request) settle();
  }
}

function settle() {
  request = null;
  busy.hidden = true;
  region.removeAttribute("aria-busy");
}

// While somebody types, what is still missing is no error: the answers before stay.
function tellQuietly(problem) {
  const told = problem && `${problem[0].toUpperCase()}${problem.slice(1)}`;
  if (told && told !== hint.textContent) say(told);
  hint.textContent = told;
  hint.hidden = !told;
  how.hidden = Boolean(told);
}

function show(html) {
  tellQuietly("");
  box.ariaInvalid = html.getElementById("fault") ? "true" : null;
  const hadFocus = document.activeElement !== document.body;
  const focused = document.activeElement?.id;
  const open = [...document.querySelectorAll("#facets details[open]")].map((details) => details.id);
  showLocalTimes(html);
  for (const id of PARTS) {
    const fresh = html.getElementById(id);
    if (fresh) document.getElementById(id).replaceChildren(...fresh.childNodes);
    else if (id === "answer") region.replaceChildren(...html.body.childNodes);
  }
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  if (document.activeElement === document.body && hadFocus) (document.getElementById(focused) ?? region).focus({ preventScroll: true });
  document.title = `${box.value.trim() || "Calls"} · Callsift`;
  tryAgainLater();
}

function tell(answer) {
  const hits = region.querySelectorAll(".hit").length;
  const heading = region.querySelector(".state h2, .state h1")?.textContent;
  const coverage = document.getElementById("coverage").innerText.replace(/\s+/g, " ");
  const things = region.querySelector(".rows") ? "moments" : "calls";
  say(answer.ok && hits ? `${hits} ${things} shown, ${coverage}` : heading || "No answer");
}

function showFailure() {
  const state = document.createElement("div");
  state.className = "state problem notice bad";
  state.setAttribute("role", "alert");
  const why = document.createElement("p");
  why.textContent = navigator.onLine
    ? "Callsift does not answer. What is shown below is of the question before."
    : "This device is offline. What is shown below is of the question before.";
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = "Try again";
  again.addEventListener("click", () => ask());
  state.append(why, again);
  region.querySelector(".problem.notice")?.remove();
  region.prepend(state);
}

// While the server loads, its answer says after how many seconds to ask again.
function tryAgainLater() {
  const seconds = Number(region.querySelector("[data-again]")?.dataset.again);
  if (seconds) waiting = setTimeout(() => ask(), seconds * 1000);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
box.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => ask(asked(), { typing: true }), TYPED_MS);
});
document.addEventListener("change", (event) => {
  if (event.target.form !== form || event.target === box) return;
  if (event.target.type === "date") form.querySelector(`input[type=hidden][name=${event.target.name}]`)?.remove();
  ask();
});

// Links to other answers (ages, lengths, what is chosen, the next page) are followed in place.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href^='/?'], a[href='/']");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const turns = link.closest(".pager, .how") !== null;
  link.closest("#help")?.hidePopover();
  fill(new URL(link.href).searchParams);
  ask(canonical(new URL(link.href).search), { push: turns }).then(() => {
    if (turns) {
      scrollTo({ top: 0 });
      region.querySelector("a.open")?.focus({ preventScroll: true });
    }
  });
});
addEventListener("popstate", () => {
  fill(new URLSearchParams(location.search));
  ask(canonical(location.search));
});

// Put the controls that an answer does not bring with it as an address has them.
function fill(parameters) {
  box.value = parameters.get("q") ?? "";
  for (const field of document.querySelectorAll(".exact input")) {
    const value = parameters.get(field.name) ?? "";
    field.value = field.type !== "date" || DATE.test(value) ? value : "";
  }
  document.querySelector("[name=mode]").value = parameters.get("mode") ?? "hybrid";
  for (const hidden of form.querySelectorAll("input[type=hidden]")) hidden.remove();
  const ages = ["since", "until"].filter((name) => !DATE.test(parameters.get(name) ?? ""));
  for (const name of [...HIDDEN, ...ages]) {
    for (const value of parameters.getAll(name)) {
      const hidden = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      form.append(hidden);
    }
  }
}

// Up and down move between the question and the calls; Enter, on a link, opens by itself.
document.addEventListener("keydown", (event) => {
  const inBox = event.target === box;
  if (event.key === "Escape" && !inBox && !isTyping(event.target) && !document.querySelector(":popover-open")) {
    box.focus();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const links = [...region.querySelectorAll("a.open")];
  const from = links.indexOf(event.target.closest?.(".hit")?.querySelector("a.open"));
  if (!inBox && from < 0) return;
  if (inBox && step < 0) return;
  event.preventDefault();
  const to = inBox ? 0 : from + step;
  if (to < 0) return box.focus();
  links[to]?.focus({ preventScroll: true });
  links[to]?.closest(".hit").scrollIntoView({ block: "nearest" });
});

dock(document.getElementById("dock"), region);
tryAgainLater();
