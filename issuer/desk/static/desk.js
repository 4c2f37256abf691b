// A little comfort; every page works without it. Loaded once, with `defer`.
"use strict";

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A page that shows work under way: replace the live part every two seconds, and stop the plain refresh of the whole page.
const live = document.querySelector("[data-live]");
if (live) {
  window.stop && document.querySelector("meta[http-equiv=refresh]")?.remove();
  const ask = async () => {
    try {
      const answer = await fetch(live.dataset.live, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) { location.reload(); return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.querySelector("[data-live]");
      if (!part) { location.reload(); return; }
      live.replaceChildren(...part.childNodes);
    } catch { /* no connection: try again */ }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 2000);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
