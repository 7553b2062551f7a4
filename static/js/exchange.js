// The upload form: a file may be dropped anywhere on the form, and its size is told before it is sent.

for (const input of document.querySelectorAll("[data-file]")) {
  const form = input.closest("form");

  form.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("is-drop-target");
  });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("is-drop-target");
  });
  form.addEventListener("drop", (event) => {
    form.classList.remove("is-drop-target");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
