// What every page does: times in the reader's zone, and `/` to search.

const WHEN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function showLocalTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) {
      time.title = `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
      time.textContent = WHEN.format(at);
    }
  }
}

export function isTyping(target) {
  return target.closest?.("input:not([type=checkbox], [type=radio], [type=range]), select, textarea, [contenteditable]");
}

export function length(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

export function say(text) {
  const told = document.getElementById("told");
  told.textContent = "";
  told.textContent = text;
}

// A part of a page of ours; null when it cannot be had. Signed out, it leads to sign in.
export async function part(url, { wanted = "answer", ...options } = {}) {
  const headers = { Accept: "text/html", "Callsift-Part": wanted };
  const answer = await fetch(url, { headers, credentials: "same-origin", ...options });
  if (answer.redirected && new URL(answer.url).pathname === "/sign-in") {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
    throw new DOMException("signed out", "AbortError");
  }
  const html = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { answer, html };
}

showLocalTimes(document);

document.addEventListener("keydown", (event) => {
  const box = document.getElementById("q");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !box || isTyping(event.target)) return;
  event.preventDefault();
  box.focus();
  box.select();
});
