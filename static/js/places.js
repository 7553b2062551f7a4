// The search field above a choice of places: what is found stands in the choice itself, the first match chosen.

const WAIT = 250; // milliseconds without a further key

function wire(choice) {
  const words = choice.querySelector("input");
  const select = choice.querySelector("select");
  const nearby = [...select.options];
  const chosen = select.value;
  let asked = 0;
  let timer;

  async function search() {
    const turn = ++asked;
    const text = words.value.trim();
    if (!text) {
      select.replaceChildren(...nearby);
      select.value = chosen;
      return;
    }
    const answer = await fetch(`${choice.dataset.placeChoice}?q=${encodeURIComponent(text)}`);
    if (!answer.ok || turn !== asked) return;
    const found = document.createElement("template");
    found.innerHTML = await answer.text();
    if (turn !== asked) return;
    select.replaceChildren(...nearby.filter((option) => option.value === ""), found.content);
    const first = [...select.options].find((option) => option.value && !option.disabled);
    select.value = first ? first.value : "";
  }

  words.hidden = false;
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, WAIT);
  });
  words.addEventListener("keydown", async (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    clearTimeout(timer);
    await search();
    words.form.requestSubmit();
  });
}

for (const choice of document.querySelectorAll("[data-place-choice]")) wire(choice);
