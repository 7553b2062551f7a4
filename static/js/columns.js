// Which columns of a list its reader wants to see: kept in this browser, by person and list, under the columns' names,
// so that a column which comes or goes in a later version hides no other.

const choice = document.querySelector("[data-columns]");

function remembered() {
  try {
    return new Set(JSON.parse(localStorage.getItem(choice.dataset.columns)) ?? []);
  } catch {
    return new Set();
  }
}

function remember(hidden) {
  try {
    if (hidden.size) localStorage.setItem(choice.dataset.columns, JSON.stringify([...hidden]));
    else localStorage.removeItem(choice.dataset.columns);
  } catch {
    // No storage: the choice lasts as long as the page.
  }
}

// Columns of words, not of boxes and buttons; the first of them says what the row is about and always stays.
function named(table) {
  const heads = [...table.tHead.rows[0].cells];
  return heads.filter((head) => head.textContent.trim() && !head.classList.contains("d-print-none")).slice(1);
}

function show(hidden) {
  for (const table of document.querySelectorAll("[data-rows] table")) {
    for (const head of named(table)) {
      const isHidden = hidden.has(head.textContent.trim());
      for (const row of table.rows) row.cells[head.cellIndex].hidden = isHidden;
    }
  }
}

function tell(heads, hidden) {
  const gone = heads.filter((head) => hidden.has(head.textContent.trim())).length;
  const count = gone ? `${heads.length + 1 - gone}/${heads.length + 1}` : "";
  choice.querySelector("[data-columns-shown]").textContent = count;
}

function offer(heads, hidden) {
  for (const head of heads) {
    const name = head.textContent.trim();
    const label = document.createElement("label");
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", className: "form-check-input", checked: !hidden.has(name) });
    box.addEventListener("change", () => {
      if (box.checked) hidden.delete(name);
      else hidden.add(name);
      remember(hidden);
      show(hidden);
      tell(heads, hidden);
    });
    label.append(box, ` ${name}`);
    choice.querySelector("[data-columns-offered]").append(label);
  }
}

const table = document.querySelector("[data-rows] table");
if (choice && table) {
  const heads = named(table);
  const hidden = remembered();
  show(hidden);
  tell(heads, hidden);
  choice.hidden = false;
  choice.addEventListener("toggle", () => offer(heads, hidden), { once: true });
  document.addEventListener("htmx:afterSwap", () => show(hidden));
}
