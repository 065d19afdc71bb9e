/* A shared screen counts down its last minute, and goes when its time is over. The server clears it by its own
   clock; without this file the page goes there by itself. Who types or touches says by it "I am still here". */
"use strict";
const clock = document.querySelector(".clock");
const said = document.querySelector(".clock-said");
const stay = document.querySelector(".clock-stay");
const SAY_EVERY = 30 * 1000;
const end = Date.now() + Number(clock.dataset.most) * 1000;
let saidAt = Date.now();
let over = Date.now() + Number(clock.dataset.left) * 1000;

const tick = () => {
  const left = Math.ceil((Math.min(over, end) - Date.now()) / 1000);
  if (left < 0) {
    location.replace(clock.dataset.cleared);
    return;
  }
  clock.hidden = left > 60;
  clock.querySelector(".clock-left").textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  const step = [10, 30, 60].find((each) => left <= each);
  const words = step ? said.getAttribute(`data-at-${step}`) : "";
  if (said.textContent !== words) {
    said.textContent = words;
  }
};

const begin = () => {
  saidAt = Date.now();
  over = saidAt + Number(clock.dataset.unused) * 1000;
  tick();
};

/* Only the server's answer starts the time anew: what it has cleared does not come back. The buttons of the clock
   speak for themselves, and must not go from under a finger. */
const use = async (event) => {
  if (clock.contains(event.target) || Date.now() - saidAt < SAY_EVERY || Date.now() > Math.min(over, end)) {
    return;
  }
  saidAt = Date.now();
  try {
    const answer = await fetch(stay.action, { method: "POST", body: new FormData(stay) });
    if (answer.status === 204) {
      begin();
    }
  } catch {
    // Without the server the time goes on as before.
  }
};

stay.addEventListener("submit", begin);
["input", "pointerdown", "keydown"].forEach((each) => document.addEventListener(each, use));
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
document.addEventListener("visibilitychange", tick);
setInterval(tick, 1000);
tick();
