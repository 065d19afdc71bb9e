/* Asks the browser for a passkey and sends what it answers with the form around the button.
   Without this, or without passkeys in the browser, the code of the app is the way. */
"use strict";
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withId = (each) => ({ ...each, id: bytes(each.id) });

const asked = (options) => {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (options.user) {
    publicKey.user = withId(options.user);
  }
  for (const name of ["excludeCredentials", "allowCredentials"]) {
    if (options[name]) {
      publicKey[name] = options[name].map(withId);
    }
  }
  return { publicKey };
};

const answered = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) {
      response[name] = text(credential.response[name]);
    }
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
};

for (const box of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) {
    continue;
  }
  const form = box.closest("form");
  const send = async () => {
    const options = JSON.parse(box.dataset.options);
    try {
      const credential = await navigator.credentials[box.dataset.passkey](asked(options));
      form.elements.answer.value = answered(credential);
    } catch {
      box.querySelector("[role=status]").textContent = box.dataset.refused;
      return;
    }
    form.submit();
  };
  box.hidden = false;
  box.querySelector("button").addEventListener("click", send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
}
