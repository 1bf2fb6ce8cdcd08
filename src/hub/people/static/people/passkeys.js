// Passkeys: ask the device, put its answer into the form's hidden field, and send the form as any other.
// A form says where its question is: data-passkey (an address that gives it), data-passkey-options or data-passkey-new
// (the id of a JSON script). Without passkeys in the browser the forms stay hidden.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

function question(options) {
  const asked = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
  if (asked.user) asked.user = { ...asked.user, id: bytes(asked.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (asked[list]) asked[list] = asked[list].map((each) => ({ ...each, id: bytes(each.id) }));
  }
  return { publicKey: asked };
}

function answer(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

async function asked(form) {
  if (!form.dataset.passkey) {
    const given = JSON.parse(document.getElementById(form.dataset.passkeyNew || form.dataset.passkeyOptions).textContent);
    return given.creation_options || given.request_options;
  }
  const reply = await fetch(form.dataset.passkey, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!reply.ok) throw new Error(reply.statusText);
  return (await reply.json()).request_options;
}

async function use(form) {
  const wrong = form.querySelector("[data-wrong]");
  wrong.hidden = true;
  try {
    const options = question(await asked(form));
    if (form.dataset.passkeyNew) {
      // A key that knows whom it belongs to lets its person in without an address.
      options.publicKey.authenticatorSelection = {
        ...options.publicKey.authenticatorSelection,
        residentKey: "required",
        requireResidentKey: true,
        userVerification: "required",
      };
    }
    const credential = await (form.dataset.passkeyNew
      ? navigator.credentials.create(options)
      : navigator.credentials.get(options));
    form.elements.credential.value = JSON.stringify(answer(credential));
    form.requestSubmit();
  } catch (error) {
    wrong.textContent =
      error.name === "InvalidStateError"
        ? "This device has a passkey here already."
        : "The device gave no passkey. Try again, or choose another way.";
    wrong.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey], [data-passkey-options], [data-passkey-new]")) {
    form.hidden = false;
    form.querySelector("button[type=button]").addEventListener("click", () => use(form));
  }
  document.querySelector("[data-no-passkey]")?.remove();
}
