/* Comfort for the keyboard: arrows or j and k walk through a list, once the focus is in it.
   Everything works without this. */
"use strict";
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
