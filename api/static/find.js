// Finding words in a transcript.

import { element } from "./dock.js";
import { calm } from "./player.js";

// Each place is marked as one types, and Enter goes from one to the next.
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
