// A link from another site arrives without the session's cookie, which is kept to our own pages.
// From here, our own page, it is sent: whoever is signed in goes on to where the link led.

import "./page.js";

const following = document.getElementById("following");
const isAnswered = document.getElementById("wrong") !== null;
const options = { headers: { Accept: "text/html" }, redirect: "manual" };
const answer = isAnswered ? null : await fetch("/status", options).catch(() => null);
if (answer?.ok) location.replace(following.href);
