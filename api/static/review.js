// A review with the keyboard only: questions, answers, quotes; saved without leaving the page.

import { element, playFrom } from "./dock.js";
import "./find.js";
import { isTyping, length, part, say, showLocalTimes } from "./page.js";
import { calm } from "./player.js";

const lines = [...document.querySelectorAll(".line[data-index]")];
let current = 0; // the question one is at
let chosen = { from: -1, to: -1 }; // utterances, by their place among `lines`
let isDirty = false;
let isSending = false;

const card = () => document.getElementById("scorecard");
const form = () => document.getElementById("answers");
const questions = () => [...document.querySelectorAll(".question")];
const isAnswered = (question) => question.querySelector("input[type=radio]:checked") !== null;

// Questions.

function goTo(number) {
  const all = questions();
  if (!all.length) return;
  current = Math.min(Math.max(number, 0), all.length - 1);
  all[current].focus({ preventScroll: true });
  all[current].scrollIntoView({ block: "nearest", behavior: calm() });
}

function answer(key) {
  const question = questions()[current];
  const option = question?.querySelector(`input[data-key="${CSS.escape(key)}"]`);
  if (!option) return false;
  option.checked = true;
  changed();
  say(`${question.querySelector("legend").textContent}: ${option.nextElementSibling.textContent}`);
  return true;
}

function changed() {
  isDirty = true;
  document.getElementById("unsaved").hidden = false;
  count();
}

function count() {
  const told = document.getElementById("answered");
  if (!told) return;
  const all = questions();
  told.textContent = `${all.filter(isAnswered).length} of ${all.length} answered`;
}

// Utterances.

function choose(from, to) {
  chosen = { from, to };
  const [first, last] = [Math.min(from, to), Math.max(from, to)];
  lines.forEach((line, n) => line.classList.toggle("is-chosen", n >= first && n <= last));
  lines[to]?.scrollIntoView({ block: "nearest", behavior: calm() });
  if (lines[to]) say(lines[to].querySelector("p").textContent);
}

function step(by, isExtending) {
  if (!lines.length) return;
  const heard = lines.findIndex((line) => line.classList.contains("is-now"));
  const from = chosen.to < 0 ? Math.max(heard, 0) - (heard < 0 ? by : 0) : chosen.to;
  const to = Math.min(Math.max(from + by, 0), lines.length - 1);
  choose(isExtending && chosen.from >= 0 ? chosen.from : to, to);
}

// What is to be quoted: text selected by mouse, else chosen utterances, else what is being said.
function quoted() {
  const selection = getSelection();
  if (selection.rangeCount && !selection.isCollapsed) {
    const found = lines.filter((line) => selection.containsNode(line.querySelector("p"), true));
    if (found.length) return found;
  }
  if (chosen.to >= 0) return lines.slice(Math.min(chosen.from, chosen.to), Math.max(chosen.from, chosen.to) + 1);
  const now = document.querySelector(".line.is-now");
  return now ? [now] : [];
}

function typedOf(found) {
  const kind = found[0].closest(".track").dataset.kind;
  const [first, last] = [found[0].dataset.index, found.at(-1).dataset.index];
  const range = first === last ? first : `${first}-${last}`;
  return kind === "recording" ? range : `${kind}:${range}`;
}

function attach() {
  const question = questions()[current];
  const found = quoted();
  if (!question || !found.length) return say("Choose an utterance first, with the arrow keys");
  const kind = found[0].closest(".track");
  const typed = typedOf(found.filter((line) => line.closest(".track") === kind));
  const box = question.querySelector("input[name^='q.']");
  const known = box.value.split(",").map((one) => one.trim()).filter(Boolean);
  if (known.includes(typed)) return say("That is quoted already");
  box.value = [...known, typed].join(", ");
  const text = found.map((line) => line.querySelector("p").textContent).join("\n");
  const place = found[0].querySelector("a.at");
  const drop = element("button", { type: "button", className: "quiet" }, "Remove", element("span", { className: "unseen" }, " this quote"));
  drop.dataset.drop = "";
  const item = element(
    "li", {}, element("blockquote", { className: "lines", textContent: text }),
    element("a", { href: place.getAttribute("href"), textContent: found[0].dataset.at ? length(found[0].dataset.at) : "In the call" }), drop,
  );
  item.dataset.typed = typed;
  question.querySelector(".quotes").append(item);
  getSelection().removeAllRanges();
  changed();
  say("Quoted");
}

function drop(item) {
  const question = item.closest(".question");
  const box = question.querySelector("input[name^='q.']");
  box.value = box.value.split(",").map((one) => one.trim()).filter((one) => one && one !== item.dataset.typed).join(", ");
  item.remove();
  question.focus();
  changed();
}

// Saving and finishing.

async function send(what) {
  if (isSending || !form()) return;
  isSending = true;
  const at = current;
  const top = card().scrollTop;
  const fields = new URLSearchParams(new FormData(form()));
  fields.set("do", what);
  try {
    const { html } = await part(form().action, { wanted: "review", method: "POST", body: fields });
    const fresh = html.getElementById("scorecard");
    if (!fresh) throw new Error("no scorecard in the answer");
    showLocalTimes(fresh);
    card().replaceWith(fresh);
    const trouble = document.getElementById("trouble");
    isDirty = trouble !== null;
    if (form()) {
      document.getElementById("unsaved").hidden = !isDirty;
      goTo(at);
      card().scrollTop = top;
      count();
    } else {
      document.getElementById("card-title").focus();
    }
    if (trouble) trouble.scrollIntoView({ block: "nearest" });
    else say(form() ? "Saved" : "Finished");
  } catch {
    say("It could not be saved: Callsift does not answer");
    document.getElementById("unsaved").textContent = "Not saved: Callsift does not answer";
    document.getElementById("unsaved").hidden = false;
  } finally {
    isSending = false;
  }
}

function finish() {
  const open = questions().findIndex((question) => !isAnswered(question));
  if (open >= 0) {
    goTo(open);
    const left = questions().filter((question) => !isAnswered(question)).length;
    return say(left === 1 ? "One question is not answered yet" : `${left} questions are not answered yet`);
  }
  document.getElementById("sure").showModal();
}

document.addEventListener("submit", (event) => {
  if (event.target.id !== "answers") return;
  event.preventDefault();
  if (event.submitter?.value === "finish") finish();
  else send("save");
});
document.addEventListener("close", (event) => {
  if (event.target.id === "sure" && event.target.returnValue === "finish") send("finish");
}, true);
addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });

document.addEventListener("input", (event) => { if (event.target.closest?.("#answers")) changed(); });
document.addEventListener("focusin", (event) => {
  const at = questions().indexOf(event.target.closest?.(".question"));
  if (at >= 0) current = at;
});
document.addEventListener("click", (event) => {
  const item = event.target.closest?.("[data-drop]")?.closest("li");
  if (item) drop(item);
  const line = event.target.closest?.(".line");
  if (line && !event.target.closest("a, button") && getSelection().isCollapsed) {
    const at = lines.indexOf(line);
    choose(event.shiftKey && chosen.from >= 0 ? chosen.from : at, at);
  }
});

// Keys.

const ACTS = {
  j: () => goTo(current + 1),
  k: () => goTo(current - 1),
  ArrowDown: () => goTo(current + 1),
  ArrowUp: () => goTo(current - 1),
  ArrowRight: (event) => step(1, event.shiftKey),
  ArrowLeft: (event) => step(-1, event.shiftKey),
  q: attach,
  s: () => send("save"),
  c: () => questions()[current]?.querySelector("textarea").focus(),
  p: () => {
    const line = lines[chosen.to];
    const audio = line?.closest(".track").querySelector("audio");
    if (audio && line.dataset.at) playFrom(audio, Number(line.dataset.at));
  },
  Enter: finish,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape" && event.target.closest(".question")) goTo(current);
    return;
  }
  if (!form()) {
    const next = document.getElementById("next");
    if (event.key === "Enter" && next && !event.target.closest("a, button, summary")) next.click();
    return;
  }
  const isRadio = event.target.matches("input");
  if (isRadio && event.key.startsWith("Arrow")) return; // a browser's own way among answers
  if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
  if (answer(event.key)) return event.preventDefault();
  const act = ACTS[event.key];
  if (!act) return;
  event.preventDefault();
  act(event);
});

if (form()) {
  goTo(Math.max(0, questions().findIndex((question) => !isAnswered(question))));
  isDirty = document.getElementById("trouble") !== null;
  document.getElementById("unsaved").hidden = !isDirty;
  count();
}
