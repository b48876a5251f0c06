// Passkeys and security keys: the browser's own dialogue between a form and the server. Forms: data-passkey="create|get", with the
// options in a script of JSON (data-passkey-options names its id), or asked of the form's own address.
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
function text(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
function unpack(options) {
  const wanted = structuredClone(options.publicKey ?? options);
  wanted.challenge = bytes(wanted.challenge);
  if (wanted.user) wanted.user.id = bytes(wanted.user.id);
  for (const list of [wanted.excludeCredentials, wanted.allowCredentials]) for (const one of list ?? []) one.id = bytes(one.id);
  return wanted;
}
function pack(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const answer = Object.fromEntries(parts.filter((part) => response[part]).map((part) => [part, text(response[part])]));
  if (response.getTransports) answer.transports = response.getTransports();
  return JSON.stringify({
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    response: answer,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}
async function optionsOf(form) {
  if (form.dataset.passkeyOptions) return JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  let done = false;
  form.querySelector("[data-passkey-start]")?.addEventListener("click", () => form.requestSubmit());
  form.addEventListener("submit", async (event) => {
    if (done) return;
    event.preventDefault();
    const failed = document.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      const options = await optionsOf(form);
      let credential;
      if (form.dataset.passkey === "create") {
        const wanted = unpack(options.creation_options);
        wanted.authenticatorSelection = { ...wanted.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
        credential = await navigator.credentials.create({ publicKey: wanted });
      } else {
        credential = await navigator.credentials.get({ publicKey: unpack(options.request_options) });
      }
      form.elements.namedItem("credential").value = pack(credential);
      done = true;
      form.submit();
    } catch {
      failed.hidden = false;
    }
  });
}
