// Drawing a sample: the preview follows what is chosen. Without this, a button shows it.

const plan = document.getElementById("plan");
let waiting;
let latest = 0;

async function preview() {
  const asked = new URLSearchParams(new FormData(plan));
  const mine = ++latest;
  if (!plan.checkValidity()) return;
  const answer = await fetch(`/samples/new?${asked}`, { credentials: "same-origin" }).catch(() => null);
  if (!answer || mine !== latest || ![200, 422].includes(answer.status)) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("found").replaceWith(page.getElementById("found"));
  const problem = page.querySelector(".notice[role=alert]");
  document.querySelector("main > .notice[role=alert]")?.remove();
  if (problem) document.querySelector("h1").after(problem);
  history.replaceState(null, "", `/samples/new?${asked}`);
  const title = document.getElementById("preview");
  document.getElementById("told").textContent = problem ? problem.textContent : title.textContent;
}

plan.addEventListener("change", () => {
  clearTimeout(waiting);
  waiting = setTimeout(preview, 250);
});
