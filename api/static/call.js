// A call: hear it from any line, follow along, find words, copy a quote, look for more like it.

import { element } from "./dock.js";
import { isTyping, length, part, say, showLocalTimes } from "./page.js";
import "./find.js";
import "./player.js";

const COPY = "Copy quote";

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
  if (what === "keep") location.assign(keeping(line));
});
// What is selected stays so while the button is pressed.
tools.addEventListener("mousedown", (event) => { if (event.target.dataset.do === "keep") event.preventDefault(); });

// The lines that are selected around this one, or this one; of a single line only the words selected.
function keeping(line) {
  const { kind } = line.closest(".track").dataset;
  const selected = getSelection();
  const range = selected.isCollapsed ? null : selected.getRangeAt(0);
  const touched = range ? [...line.closest(".transcript").querySelectorAll(".line")].filter((other) => range.intersectsNode(other.querySelector("p"))) : [];
  const lines = touched.includes(line) ? touched : [line];
  const asked = new URLSearchParams({ call_id: decodeURIComponent(location.pathname.split("/").pop()), kind, first: lines[0].dataset.index, last: lines.at(-1).dataset.index });
  const words = selected.toString().trim();
  if (touched.length === 1 && lines === touched && words && line.querySelector("p").textContent.includes(words)) asked.set("quote", words);
  return `/collections/add?${asked}`;
}

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

// [ and ] lead to the call before and the call after, among those one came from.
document.addEventListener("keydown", (event) => {
  const link = { "[": "previous", "]": "next" }[event.key];
  if (link && !isTyping(event.target)) document.getElementById(link)?.click();
});
