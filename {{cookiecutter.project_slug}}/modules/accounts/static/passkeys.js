// <form data-passkey="get" data-options="…" hidden>: its button asks the device for a passkey, and
// sends what the device says; "create" has it make one. [data-passkeys] is shown where passkeys are
// "there", or where they are "missing".
const passkeys = window.PublicKeyCredential;
const there = Boolean(navigator.credentials && passkeys?.parseCreationOptionsFromJSON);

const ask = {
  get: (options) => navigator.credentials.get({ publicKey: passkeys.parseRequestOptionsFromJSON(options) }),
  create: (options) => navigator.credentials.create({ publicKey: passkeys.parseCreationOptionsFromJSON(options) }),
};

async function send(form) {
  const button = form.querySelector("button");
  const message = form.querySelector("[role=alert]");
  message.textContent = "";
  button.disabled = true;
  try {
    const found = await ask[form.dataset.passkey](JSON.parse(form.dataset.options));
    form.elements["passkey-credential"].value = JSON.stringify(found);
  } catch (error) {
    const known = error.name === "InvalidStateError"; // the specification's word for it
    message.textContent = known ? form.dataset.known : form.dataset.failed;
    button.disabled = false;
    return;
  }
  const remember = form.elements["passkey-remember"];
  if (remember) remember.value = document.getElementById("remember").checked ? "y" : "";
  form.submit();
}

for (const element of document.querySelectorAll("[data-passkeys]")) {
  element.hidden = (element.dataset.passkeys === "there") !== there;
}
for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}
