// The recording above a transcript: hear it from any line, and follow along.

import { controls, element, playFrom, whySilent } from "./dock.js";
import { isTyping, length } from "./page.js";

const STRIP = 1000;
const LEFT_ALONE_MS = 4000;

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

export function calm() {
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
