// What every page does: toasts, focus on errors, keyboard help, and one submission a click.

function showToasts(root) {
  for (const toast of root.querySelectorAll("[data-toast]")) {
    new window.bootstrap.Toast(toast, { delay: 6000 }).show();
  }
}

function focusFirst(root) {
  root.querySelector("[data-focus]")?.focus();
}

function isTyping(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

document.addEventListener("keydown", (event) => {
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") document.getElementById("keyboard-help")?.showModal();
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
    }
  }
});

document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("[data-submit]")) {
    // After this turn, or the button's own name and value would not be sent.
    setTimeout(() => { button.disabled = true; });
  }
});

window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("[data-submit]")) button.disabled = false;
});

for (const form of document.querySelectorAll("[data-filters]")) {
  // Empty filters stay out of the address.
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (value === "") formData.delete(name);
  });
}

// On a phone a row of tabs is longer than the screen: the open one is brought into view.
function showOpenTab(root) {
  for (const row of root.querySelectorAll(".tab-row, .nav-tabs")) {
    const open = row.querySelector(".active");
    if (open) row.scrollLeft = open.offsetLeft - row.offsetLeft - (row.clientWidth - open.offsetWidth) / 2;
  }
}

document.addEventListener("htmx:afterSwap", (event) => {
  showToasts(event.target);
  focusFirst(event.target);
  showOpenTab(event.target);
});

showToasts(document);
focusFirst(document);
showOpenTab(document);

// A draft that was sent goes once a page says that it was saved; offline or signed out it stays.
try {
  const sent = sessionStorage.getItem("draft-sent");
  if (sent && document.querySelector(".app-toast-success")) {
    localStorage.removeItem(sent);
    sessionStorage.removeItem("draft-sent");
  }
} catch {
  // No storage, no drafts.
}
