// Keeps what a person typed: warns before leaving, keeps a draft in this browser until saved, and lets Enter move on.
// Fields marked data-private (identity, telephone) and hidden ones are never written to a draft.

const DRAFT_DAYS = 3;
const SAVE_AFTER = 600; // milliseconds without a key

const keyOf = () => `draft:${location.pathname}`;

function isKept(field) {
  return field.name && field.type !== "hidden" && field.type !== "file" && field.type !== "password" && !("private" in field.dataset);
}

function read(form) {
  const values = {};
  for (const field of form.elements) {
    if (!isKept(field)) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      if (field.checked) (values[field.name] ??= []).push(field.value);
    } else if (field.value) {
      values[field.name] = [field.value];
    }
  }
  return values;
}

function fill(form, values) {
  for (const field of form.elements) {
    if (!isKept(field)) continue;
    const wanted = values[field.name] ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = wanted.includes(field.value);
    else field.value = wanted[0] ?? "";
  }
}

function storedDraft() {
  try {
    const draft = JSON.parse(localStorage.getItem(keyOf()));
    if (draft && Date.now() - draft.at < DRAFT_DAYS * 86400e3) return draft;
  } catch {
    // No storage, or not ours: go on without drafts.
  }
  return null;
}

function forget() {
  try {
    localStorage.removeItem(keyOf());
  } catch {
    // No storage, nothing kept.
  }
}

function offerDraft(form, bar, draft) {
  bar.hidden = false;
  bar.querySelector("[data-draft-restore]").addEventListener("click", () => {
    fill(form, draft.values);
    bar.hidden = true;
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
  bar.querySelector("[data-draft-drop]").addEventListener("click", () => {
    forget();
    bar.hidden = true;
  });
}

function guard(form) {
  let isDirty = form.hasAttribute("data-unsaved");
  let timer = 0;
  const version = form.elements.version?.value ?? "";
  const bar = form.querySelector("[data-draft]");
  const draft = storedDraft();
  const isFresh = !isDirty;
  if (bar && draft && isFresh && draft.version === version && JSON.stringify(draft.values) !== JSON.stringify(read(form))) {
    offerDraft(form, bar, draft);
  }

  form.addEventListener("input", () => {
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => {
      try {
        localStorage.setItem(keyOf(), JSON.stringify({ at: Date.now(), version, values: read(form) }));
      } catch {
        // Full or forbidden: the warning on leaving still stands.
      }
    }, SAVE_AFTER);
  });
  form.addEventListener("submit", () => {
    isDirty = false;
    clearTimeout(timer);
    try {
      sessionStorage.setItem("draft-sent", keyOf()); // app.js drops it on a page that says it was saved
    } catch {
      // No storage, nothing kept.
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
  form.addEventListener("keydown", (event) => moveOn(form, event));
}

function moveOn(form, event) {
  if (event.key !== "Enter" || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  const field = event.target;
  if (!field.matches("input:not([type=submit]), select")) return;
  event.preventDefault();
  const stops = [...form.elements].filter((next) => isStop(next, field));
  stops[stops.indexOf(field) + 1]?.focus();
}

// One stop a group of radio buttons: the chosen one, or the first.
function isStop(next, current) {
  if (next === current) return true;
  if (next.disabled || next.type === "hidden" || next.closest("[hidden]")) return false;
  if (next.type !== "radio") return next.matches("input, select, textarea, button");
  if (next.name === current.name) return false;
  const group = [...next.form.elements].filter((other) => other.name === next.name);
  return next === (group.find((other) => other.checked) ?? group[0]);
}

for (const form of document.querySelectorAll("form[data-guard]")) guard(form);
