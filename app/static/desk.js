/* Comfort at the desk. Everything works without this. */
"use strict";
/* Arrows or j and k walk through a list, once the focus is in it. */
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  const here = document.activeElement;
  if (!step || event.ctrlKey || event.metaKey || event.altKey || !here || !here.matches("a.row-link, a.queue-item")) {
    return;
  }
  const links = [...document.querySelectorAll("a.row-link, a.queue-item")];
  const next = links[links.indexOf(here) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

/* A form of the record that holds something is not saved: the browser asks before that is lost. Not when this
   form is sent, nor at a link to a paper, which leaves the page where it is. */
let sent = null;
let takesPaper = false;
const holds = (field) => (["checkbox", "radio"].includes(field.type) ? field.checked : field.value.trim() !== "");
const isUnsaved = (form) => form !== sent && [...form.querySelectorAll("input:not([type=hidden]), textarea")].some(holds);
document.addEventListener("submit", (event) => {
  sent = event.target;
});
document.addEventListener("click", (event) => {
  if (event.target.closest("a[type='application/pdf']")) {
    takesPaper = true;
    setTimeout(() => (takesPaper = false), 1000);
  }
});
window.addEventListener("pageshow", () => {
  sent = null;
});
window.addEventListener("beforeunload", (event) => {
  if (!takesPaper && [...document.querySelectorAll(".desk-record form")].some(isUnsaved)) {
    event.preventDefault();
  }
});

/* What was saved is said once: not when the page is loaded again, nor to whom its address is passed on. */
const address = new URL(location.href);
if (address.searchParams.has("saved")) {
  address.searchParams.delete("saved");
  history.replaceState(null, "", address);
}
