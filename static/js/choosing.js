// Lists in which rows are chosen: one box for the whole page, and how many are chosen on the button.

for (const form of document.querySelectorAll("[data-choosing]")) {
  const all = form.querySelector("[data-choose-all]");
  const boxes = [...form.querySelectorAll("tbody input[type=checkbox]")];
  const submit = form.querySelector("[data-chosen-submit]");
  const count = form.querySelector("[data-chosen-count]");

  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    if (count) count.textContent = chosen ? `(${chosen})` : "";
    if (submit) submit.disabled = chosen === 0;
  };

  all?.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    show();
  });
  form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}
