/* A QR picture holds the address of this page with the code after "#", which no server is sent. It is put into
   the box, and taken out of the address. Without this, the code is typed. */
"use strict";
const box = document.querySelector("input[name=code]");
const take = () => {
  const code = /^#([0-9A-Za-z-]{17,25})$/.exec(location.hash);
  if (box && code) {
    box.value = code[1];
    history.replaceState(null, "", location.pathname);
  }
};
addEventListener("hashchange", take);
take();
