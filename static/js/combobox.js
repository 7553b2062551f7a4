// A drop-down of more choices than stand side by side is searched by typing: a field in front of the <select>, which stays
// what is sent. Tab and Enter take the marked choice, Esc leaves everything as it was.

const AS_CHIPS = 7; // as in core/forms.py

let made = 0;

// What a choice says, with the group that it stands in.
function textOf(option) {
  return [option.closest("optgroup")?.label, option.text.trim()].filter(Boolean).join(" · ");
}

function search(select) {
  const input = document.createElement("input");
  const list = document.createElement("ul");
  const box = document.createElement("div");
  let marked = -1;
  let shown = []; // the options that match what was typed

  function dress() {
    const id = select.id || `choice-${(made += 1)}`;
    for (const { name, value } of select.attributes) if (name.startsWith("aria-")) input.setAttribute(name, value);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", `${id}-choices`);
    input.setAttribute("aria-required", String(select.required));
    list.setAttribute("role", "listbox");
    select.removeAttribute("id"); // labels and links of errors lead to the field
    Object.assign(select, { hidden: true, required: false }); // or the browser asks for what it does not show
    Object.assign(input, { id, className: "form-select", autocomplete: "off", spellcheck: false, disabled: select.disabled });
    Object.assign(list, { id: `${id}-choices`, className: "combobox-choices" });
    box.className = "combobox";
    select.before(box);
    box.append(input, list, select);
  }

  const isOpen = () => !list.hidden;

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    input.value = select.selectedOptions.length ? textOf(select.selectedOptions[0]) : "";
  }

  function mark(index) {
    marked = index;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
    list.children[index]?.scrollIntoView({ block: "nearest" });
    if (shown.length) input.setAttribute("aria-activedescendant", list.children[index].id);
    else input.removeAttribute("aria-activedescendant");
  }

  function open(words) {
    const wanted = words.toLowerCase().split(/\s+/);
    const fits = (option) => !option.disabled && wanted.every((word) => textOf(option).toLowerCase().includes(word));
    shown = [...select.options].filter(fits);
    list.replaceChildren(...(shown.length ? shown.map(row) : [document.body.dataset.noChoice]));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(Math.max(shown.findIndex((option) => (words ? option.text.trim() === words : option.selected)), 0));
  }

  function row(option, at) {
    const item = document.createElement("li");
    item.id = `${list.id}-${at}`;
    item.setAttribute("role", "option");
    item.textContent = textOf(option);
    item.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the field keeps the focus
      take(option);
    });
    return item;
  }

  function take(option) {
    const isNew = select.value !== option.value;
    option.selected = true;
    close();
    if (isNew) for (const kind of ["input", "change"]) select.dispatchEvent(new Event(kind, { bubbles: true }));
  }

  function press(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (!isOpen()) open("");
      else if (shown.length) mark((marked + step + shown.length) % shown.length);
    } else if (isOpen() && (event.key === "Enter" || event.key === "Tab")) {
      if (event.key === "Enter") event.preventDefault(); // a filter is not sent yet; form-guard.js moves on
      if (shown.length) take(shown[marked]);
    } else if (isOpen() && event.key === "Escape") {
      close();
    }
  }

  dress();
  close();
  input.addEventListener("click", () => {
    if (isOpen()) close();
    else open("");
    input.select(); // what is typed next takes the place of the words
  });
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", press);
  input.addEventListener("input", (event) => {
    event.stopPropagation(); // words of a search are nothing typed into the form
    if (!event.isComposing) open(input.value.trim());
  });
  input.addEventListener("compositionend", () => open(input.value.trim()));
  const follow = () => isOpen() || close(); // a draft was put back, or the page is gone back to
  select.form?.addEventListener("input", follow);
  window.addEventListener("pageshow", follow);
}

function searchAll(root) {
  for (const select of root.querySelectorAll("select:not([multiple], [hidden])")) {
    const isLong = [...select.options].filter((option) => option.value).length > AS_CHIPS;
    if (isLong && !select.closest("[data-place-choice]")) search(select); // places have their own search
  }
}

document.addEventListener("htmx:afterSwap", (event) => searchAll(event.target));
searchAll(document);
