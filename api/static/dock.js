// Listening without leaving the answers: a player at the foot of the page.

import { length, say } from "./page.js";

const PLAY = "M4.5 2.8v10.4L13 8z";
const PAUSE = "M4 3h3v10H4zM9 3h3v10H9z";
const FASTER = [1, 1.25, 1.5, 2];

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// Buttons and a clock for an <audio>: the same under the answers and on a call's page.
export function controls(audio) {
  const NS = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(NS, "svg");
  const path = document.createElementNS(NS, "path");
  icon.setAttribute("viewBox", "0 0 16 16");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  path.setAttribute("class", "solid");
  icon.append(path);
  const toggle = element("button", { type: "button", className: "round" }, icon);
  const clock = element("span", { className: "clock" });
  const speed = element("select", { ariaLabel: "Speed" });
  for (const times of FASTER) speed.append(element("option", { value: times, textContent: `${times}×` }));
  toggle.addEventListener("click", () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()));
  speed.addEventListener("change", () => { audio.playbackRate = Number(speed.value); });
  const show = () => {
    const whole = Number.isFinite(audio.duration) ? audio.duration : Number(audio.dataset.duration);
    path.setAttribute("d", audio.paused ? PLAY : PAUSE);
    toggle.ariaLabel = audio.paused ? "Play" : "Pause";
    clock.textContent = `${length(audio.currentTime)} / ${length(whole)}`;
  };
  for (const type of ["play", "pause", "timeupdate", "loadedmetadata", "emptied"]) audio.addEventListener(type, show);
  audio.addEventListener("loadedmetadata", () => { audio.playbackRate = Number(speed.value); });
  show();
  return { toggle, clock, speed };
}

// Go to a second and play; before anything is known of the audio, once it is.
export function playFrom(audio, seconds) {
  const start = () => {
    audio.currentTime = seconds;
    audio.play().catch(() => {});
  };
  if (audio.readyState > 0) return start();
  audio.addEventListener("loadedmetadata", start, { once: true });
  audio.preload = "auto";
  audio.load();
}

// Why there is nothing to hear, in the server's own words.
export async function whySilent(audio) {
  try {
    const answer = await fetch(audio.src, { method: "GET", headers: { Range: "bytes=0-0" } });
    if (answer.ok) return "This browser cannot play the audio.";
    const problem = await answer.json();
    return `The audio cannot be played: ${problem.detail}`;
  } catch {
    return "The audio cannot be played: Callsift does not answer.";
  }
}

export function dock(bar, region) {
  const audio = element("audio", { preload: "none" });
  const { toggle, clock, speed } = controls(audio);
  const what = element("a", { className: "what" });
  const seek = element("input", { type: "range", min: 0, max: 0, step: 0.1, value: 0, ariaLabel: "Position in the recording" });
  const close = element("button", { type: "button", className: "quiet", textContent: "Close" });
  bar.append(toggle, clock, seek, speed, what, close, audio);

  region.addEventListener("click", (event) => {
    const at = event.target.closest?.("[data-audio] a.at[data-at]");
    if (!at || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const { audio: source } = at.closest("[data-audio]").dataset;
    const call = at.closest(".hit").querySelector("a.open");
    bar.hidden = false;
    document.body.classList.add("playing");
    what.textContent = call.textContent.trim();
    what.href = at.href;
    what.classList.remove("failed");
    if (audio.getAttribute("src") !== source) audio.src = source;
    playFrom(audio, Number(at.dataset.at));
  });
  audio.addEventListener("timeupdate", () => {
    seek.max = audio.duration || 0;
    seek.value = audio.currentTime;
    seek.setAttribute("aria-valuetext", length(audio.currentTime));
  });
  seek.addEventListener("input", () => { audio.currentTime = Number(seek.value); });
  audio.addEventListener("error", async () => {
    if (!audio.getAttribute("src")) return;
    const why = await whySilent(audio);
    what.textContent = why;
    what.classList.add("failed");
    say(why);
  });
  close.addEventListener("click", () => {
    audio.pause();
    audio.removeAttribute("src");
    bar.hidden = true;
    document.body.classList.remove("playing");
  });
}
