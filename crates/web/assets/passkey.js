// Asks the browser for a passkey: makes one, or lets one sign. The form, which is hidden without this script, carries the answer
// in base64url.
"use strict";
{
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const named = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function answer(form) {
    const question = JSON.parse(form.dataset.question);
    question.challenge = bytes(question.challenge);
    if (form.dataset.passkey === "create") {
      question.user.id = bytes(question.user.id);
      question.excludeCredentials = named(question.excludeCredentials);
      const { response } = await navigator.credentials.create({ publicKey: question });
      return { client_data: text(response.clientDataJSON), attestation: text(response.attestationObject) };
    }
    question.allowCredentials = named(question.allowCredentials);
    const { rawId, response } = await navigator.credentials.get({ publicKey: question });
    return {
      credential: text(rawId), client_data: text(response.clientDataJSON),
      authenticator_data: text(response.authenticatorData), signature: text(response.signature),
    };
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = !window.PublicKeyCredential;
    const [button, failed] = [form.querySelector("button"), form.querySelector("[role=alert]")];
    const ask = async () => {
      if (!form.reportValidity()) return;
      failed.hidden = true;
      try {
        for (const [name, value] of Object.entries(await answer(form))) form.elements[name].value = value;
        form.submit();
      } catch {
        // The person cancelled, or has no passkey here.
        failed.hidden = false;
      }
    };
    button.addEventListener("click", ask);
    // Enter in a field of the form is the same; without a button that sends it, the browser would send it without an answer.
    form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  }
}
