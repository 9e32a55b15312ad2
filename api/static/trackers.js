// Labelling by keyboard: y, n and u press the buttons that say so.

import { isTyping } from "./page.js";

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  document.querySelector(`button[data-key="${CSS.escape(event.key.toLowerCase())}"]`)?.click();
});

// A second press while the first is on its way would label the same hit again.
for (const form of document.querySelectorAll(".verdicts")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
