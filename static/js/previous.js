// In grey beside a changed field, what is stored.

const form = document.querySelector("form[data-guard]");
const stored = JSON.parse(document.getElementById("stored-values").textContent);

function said(name) {
  const words = [];
  for (const control of form.querySelectorAll(`[name="${name}"]`)) {
    if (control.matches("select")) words.push(...[...control.selectedOptions].map((option) => option.text));
    else if (!control.matches("[type=radio], [type=checkbox]")) words.push(control.value);
    else if (control.checked) words.push(control.labels[0].textContent);
  }
  return joined(words);
}

function joined(words) {
  return words.map((text) => text.replaceAll("\r\n", "\n").trim()).join("、");
}

function show(name, text) {
  const field = form.querySelector(`[data-field="${name}"]`);
  let line = field?.querySelector(".previous");
  if (said(name) === text) {
    line?.remove();
  } else if (field) {
    if (!line) {
      line = document.createElement("p");
      line.className = "form-text previous";
      field.append(line);
    }
    line.textContent = form.dataset.previous + (text || form.dataset.empty);
  }
}

function showAll() {
  for (const [name, words] of Object.entries(stored)) show(name, joined(words));
}

form.addEventListener("input", showAll);
form.addEventListener("change", showAll);
window.addEventListener("pageshow", showAll);
showAll();
