// Asks about an identity number as soon as it is typed, and fills in the birth and the sex that it says.

const place = document.getElementById("identity-check");
const input = document.querySelector("[name=identity]");
const RESIDENT = ["01", "02"]; // documents that bear the number

function documentKind() {
  const chosen = document.querySelector("[name=document_kind]:checked, select[name=document_kind]");
  return chosen?.value ?? "01";
}

function show(html) {
  const field = input.closest(".field");
  field.querySelector(".identity-verdict")?.remove();
  field.insertAdjacentHTML("beforeend", html);
  const verdict = field.querySelector(".identity-verdict");
  if (verdict?.dataset.bornOn) fillIn(verdict.dataset);
}

function fillIn({ bornOn, sex }) {
  const born = document.querySelector("[name=born_on]");
  if (born) born.value = bornOn;
  const choice = document.querySelector(`[name=sex][value="${sex}"]`);
  if (choice) choice.checked = true;
  input.form.dispatchEvent(new Event("input", { bubbles: true }));
}

async function ask() {
  const number = input.value.trim();
  if (!number || !RESIDENT.includes(documentKind())) {
    show("");
    return;
  }
  const body = new URLSearchParams({ identity: number, besides: place.dataset.besides });
  const token = input.form.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(place.dataset.url, { method: "POST", body, headers: { "X-CSRFToken": token } });
  if (answer.ok && input.value.trim() === number) show(await answer.text());
}

if (place && input) {
  input.addEventListener("change", ask);
  input.addEventListener("input", () => {
    if ([15, 18].includes(input.value.trim().length)) ask();
  });
}
