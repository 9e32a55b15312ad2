// A call: hear it from any line, follow along, find words, copy a quote, look for more like it.

import { controls, element, playFrom, whySilent } from "./dock.js";
import { isTyping, length, part, say, showLocalTimes } from "./page.js";

const STRIP = 1000;
const LEFT_ALONE_MS = 4000;
const COPY = "Copy quote";

for (const track of document.querySelectorAll(".track")) {
  const audio = track.querySelector("audio");
  if (audio) play(track, audio);
}

function play(track, audio) {
  const whole = Number(audio.dataset.duration);
  const lines = [...track.querySelectorAll(".line[data-at]")];
  const starts = lines.map((line) => Number(line.dataset.at));
  const head = track.querySelector(".strip .head");
  const { toggle, clock, speed } = controls(audio);
  const follow = element("input", { type: "checkbox", checked: true });
  const followed = element("label", { className: "follow" }, follow, "Follow the text");
  const seek = element("input", { type: "range", min: 0, max: whole, step: 0.1, value: 0, ariaLabel: "Position in the audio" });
  track.querySelector(".controls").append(toggle, clock, speed, followed);
  track.querySelector(".strip")?.append(seek);
  track.classList.add("has-audio");
  let now = null;
  let touched = 0;

  seek.addEventListener("input", () => {
    if (audio.readyState) audio.currentTime = Number(seek.value);
    else playFrom(audio, Number(seek.value));
  });
  track.addEventListener("click", (event) => {
    const at = event.target.closest?.(".line[data-at] > a.at");
    if (!at || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    history.replaceState(null, "", at.getAttribute("href"));
    playFrom(audio, Number(at.closest(".line").dataset.at));
  });
  for (const type of ["wheel", "touchmove", "keydown"]) {
    addEventListener(type, () => { touched = Date.now(); }, { passive: true });
  }
  audio.addEventListener("timeupdate", () => {
    head?.setAttribute("x", String(Math.min(1, audio.currentTime / whole) * STRIP));
    seek.value = audio.currentTime;
    seek.setAttribute("aria-valuetext", length(audio.currentTime));
    const line = lines[starts.findLastIndex((start) => start <= audio.currentTime + 0.05)] ?? null;
    if (line === now) return;
    now?.classList.remove("is-now");
    line?.classList.add("is-now");
    now = line;
    const isLeftAlone = Date.now() - touched > LEFT_ALONE_MS;
    if (line && follow.checked && isLeftAlone && !audio.paused) line.scrollIntoView({ block: "center", behavior: calm() });
  });
  audio.addEventListener("error", async () => {
    const state = track.querySelector(".audio-state[role]");
    state.textContent = await whySilent(audio);
    state.hidden = false;
    toggle.disabled = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || isTyping(event.target) || event.target.closest?.("button, a:not(.at), summary, label, input")) return;
    if (track !== document.querySelector(".track.has-audio")) return;
    event.preventDefault();
    toggle.click();
  });
}

function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

// `#t=83.2` names a line exactly; any other second leads to the line that is spoken then.
function goToNearest() {
  const asked = /^#([tv])=(\d+(?:\.\d+)?)$/.exec(location.hash);
  if (!asked || document.getElementById(location.hash.slice(1))) return;
  const kind = asked[1] === "t" ? "recording" : "voicemail";
  const lines = [...document.querySelectorAll(`[data-kind=${kind}] .line[data-at]`)];
  const line = lines.findLast((other) => Number(other.dataset.at) <= Number(asked[2])) ?? lines[0];
  line?.scrollIntoView({ block: "center" });
  line?.classList.add("matched");
}
goToNearest();
addEventListener("hashchange", goToNearest);

// One small bar of tools, on whichever line is pointed at or reached by keyboard.
const tools = document.getElementById("tools").content.firstElementChild;
for (const type of ["pointerover", "focusin"]) {
  document.addEventListener(type, (event) => {
    const line = event.target.closest?.(".line");
    if (line && tools.parentElement !== line) {
      tools.firstElementChild.textContent = COPY;
      line.querySelector(".at").after(tools);
    }
    if (!line && type === "focusin") tools.remove();
  });
}
tools.addEventListener("click", (event) => {
  const line = tools.closest(".line");
  const what = event.target.closest("button")?.dataset.do;
  if (what === "copy") copy(line, event.target);
  if (what === "similar") showSimilar(similarTo(line), line);
});

async function copy(line, button) {
  const who = line.closest(".turn").querySelector(".who").firstChild.textContent.trim();
  const lead = document.querySelector("h1").textContent.trim();
  const when = document.querySelector(".heading time").textContent;
  const link = new URL(location.pathname + line.querySelector(".at").getAttribute("href"), location.origin);
  const place = line.dataset.at ? `, at ${length(line.dataset.at)}` : "";
  const text = `“${line.querySelector("p").textContent.trim()}”\n${who}, ${lead}, ${when}${place}\n${link}`;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copyTheOldWay(text)) return say("The browser does not let a page copy here");
  }
  say("Quote copied, with its link");
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = COPY; }, 1500);
}

// Where a page came over plain http from another machine there is no clipboard for it.
function copyTheOldWay(text) {
  const area = element("textarea", { value: text, className: "unseen" });
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand("copy");
  area.remove();
  return isCopied;
}

function similarTo(line) {
  const { kind } = line.closest(".track").dataset;
  return `${location.pathname}/similar?utterance=${line.dataset.index}&kind=${kind}`;
}

async function showSimilar(url, after) {
  const shown = after.querySelector(":scope > .similar");
  if (shown) return shown.remove();
  try {
    const { html } = await part(url);
    showLocalTimes(html);
    const found = html.querySelector(".similar, .state");
    after.append(found);
    say(`${found.querySelectorAll(".hit").length} similar moments`);
  } catch {
    say("Similar moments cannot be had just now");
  }
}

for (const link of document.querySelectorAll("a[data-similar]")) {
  link.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    showSimilar(link.href, link.closest("li"));
  });
}

// Finding words: each place is marked as one types, and Enter goes from one to the next.
const find = document.getElementById("find");
const texts = [...document.querySelectorAll(".line > p")].map((p) => ({ p, nodes: [...p.childNodes], text: p.textContent }));
let places = [];
let at = -1;

function plain(text) {
  return text.toLowerCase();
}

function mark(query) {
  places = [];
  at = -1;
  const wanted = plain(query.trim());
  for (const { p, nodes, text } of texts) {
    const low = plain(text);
    if (wanted.length < 2 || low.length !== text.length || !low.includes(wanted)) {
      p.replaceChildren(...nodes);
      continue;
    }
    const parts = [];
    let end = 0;
    for (let from = low.indexOf(wanted); from >= 0; from = low.indexOf(wanted, end)) {
      const place = element("mark", { textContent: text.slice(from, from + wanted.length) });
      parts.push(text.slice(end, from), place);
      places.push(place);
      end = from + wanted.length;
    }
    p.replaceChildren(...parts, text.slice(end));
  }
  count(wanted.length >= 2);
}

function count(isAsked) {
  const of = places.length;
  document.getElementById("find-count").textContent = !isAsked ? "" : at < 0 ? `${of} found` : `${at + 1} of ${of}`;
}

function step(by) {
  if (!places.length) return;
  places[at]?.classList.remove("is-here");
  const from = at < 0 && by < 0 ? 0 : at; // backwards from no place at all begins with the last
  at = (from + by + places.length) % places.length;
  places[at].classList.add("is-here");
  places[at].scrollIntoView({ block: "center", behavior: calm() });
  count(true);
}

if (find) {
  const box = document.getElementById("find-q");
  box.addEventListener("input", () => mark(box.value));
  find.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
    if (event.key === "Escape") { box.value = ""; mark(""); }
  });
  document.getElementById("find-next").addEventListener("click", () => step(1));
  document.getElementById("find-previous").addEventListener("click", () => step(-1));
}

// [ and ] lead to the call before and the call after, among those one came from.
document.addEventListener("keydown", (event) => {
  const link = { "[": "previous", "]": "next" }[event.key];
  if (link && !isTyping(event.target)) document.getElementById(link)?.click();
});
