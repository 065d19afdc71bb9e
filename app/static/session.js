/* Says two minutes before a session ends that it ends, and asks for more time. The page carries the times;
   nothing is asked of the server but by the button. Without this, forms that come too late are kept. */
"use strict";
const box = document.querySelector(".session");
if (box) {
  const EARLY = 120;
  const stay = box.querySelector("button");
  const others = "BroadcastChannel" in window ? new BroadcastChannel("desk-session") : null;
  const started = Date.now();
  let idleEnd = started + box.dataset.idle * 1000;
  const lastEnd = started + box.dataset.end * 1000;
  const idleLength = box.dataset.idle * 1000;
  let timer = 0;

  const show = (when) => {
    for (const each of box.querySelectorAll("[data-when]")) {
      each.hidden = each.dataset.when !== when;
    }
    stay.hidden = when !== "idle";
    box.hidden = !when;
  };

  const look = () => {
    clearTimeout(timer);
    const now = Date.now();
    const end = Math.min(idleEnd, lastEnd);
    if (now >= end) {
      show("over");
      return;
    }
    const warns = end - EARLY * 1000;
    show(now < warns ? "" : lastEnd <= idleEnd ? "last" : "idle");
    timer = setTimeout(look, (now < warns ? warns : end) - now);
  };

  const goOn = () => {
    idleEnd = Date.now() + idleLength;
    look();
  };

  stay.addEventListener("click", async () => {
    const body = new URLSearchParams({ csrf_token: box.dataset.token });
    try {
      const answer = await fetch(box.dataset.stay, { method: "POST", body });
      if (answer.status !== 204) {
        throw new Error("not signed in");
      }
      goOn();
      others?.postMessage("seen");
      document.querySelector("main").focus();
    } catch {
      show("over");
    }
  });
  others?.addEventListener("message", goOn);
  others?.postMessage("seen");
  document.addEventListener("visibilitychange", look);
  look();
}
