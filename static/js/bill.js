// The entry of a bill: whose number was typed, and what the typed amounts leave outside the policy.

const place = document.getElementById("bill-person");
const input = document.querySelector("[name=identity]");
const total = document.querySelector("[name=total]");
const inPolicy = document.querySelector("[name=in_policy]");
const words = document.getElementById("bill-words")?.dataset;
const stated = [...document.querySelectorAll("[name^=stated_]")];

function show(html) {
  const field = input.closest(".field");
  field.querySelector(".identity-verdict")?.remove();
  field.insertAdjacentHTML("beforeend", html);
}

async function ask() {
  const number = input.value.trim();
  if (!number) {
    show("");
    return;
  }
  const token = input.form.querySelector("[name=csrfmiddlewaretoken]").value;
  const body = new URLSearchParams({ identity: number });
  const answer = await fetch(place.dataset.url, { method: "POST", body, headers: { "X-CSRFToken": token } });
  if (answer.ok && input.value.trim() === number) show(await answer.text());
}

// Whole fen, so that the sums are exact; NaN for what is no amount.
function fen(field) {
  const text = field.value.replaceAll(",", "").replace("元", "").trim();
  if (text === "") return null;
  const found = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(text);
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : Number.NaN;
}

function yuan(amount) {
  return (amount / 100).toLocaleString("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

function tell(field, name, text) {
  let line = field.closest(".field").querySelector(`[data-told=${name}]`);
  if (!line) {
    line = document.createElement("p");
    line.className = "form-text";
    line.dataset.told = name;
    line.setAttribute("role", "status");
    field.closest(".field").append(line);
  }
  line.textContent = text;
}

function weigh() {
  const [whole, covered] = [fen(total), fen(inPolicy)];
  const isKnown = Number.isInteger(whole) && Number.isInteger(covered);
  tell(inPolicy, "rest", isKnown ? words.rest.replace("%", yuan(whole - covered)) : "");
  const parts = stated.map(fen).filter((amount) => amount !== null);
  const isStated = parts.length > 0 && Number.isInteger(whole) && parts.every(Number.isInteger);
  const off = isStated ? parts.reduce((sum, amount) => sum + amount, 0) - whole : 0;
  const last = stated.at(-1);
  tell(last, "balance", isStated ? words.balance.replace("%", yuan(off)) : "");
}

if (place && input) {
  input.addEventListener("change", ask);
  input.addEventListener("input", () => {
    if ([15, 18].includes(input.value.trim().length)) ask();
  });
  if (input.value) ask();
}
if (words && total && inPolicy) {
  for (const field of [total, inPolicy, ...stated]) field.addEventListener("input", weigh);
  weigh();
}
