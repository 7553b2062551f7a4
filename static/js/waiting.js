// Work that is left while it runs is watched from the pages opened next; a toast says when it has ended.

const KEY = "waiting";
const EVERY = 5000; // milliseconds
const HEADERS = { "HX-Request": "true", "X-Unattended": "1" };

function watched() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

function watch(works) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(works));
  } catch {
    // No storage, no toast: the home page tells it as well.
  }
}

function tell(work, state) {
  const toast = document.getElementById("ended-toast").content.firstElementChild.cloneNode(true);
  const link = toast.querySelector("a");
  link.href = work.page;
  link.textContent = `${work.label} · ${state}`;
  document.querySelector(".toast-container").append(toast);
  new window.bootstrap.Toast(toast).show();
}

// Whether the work still goes on; what has ended is told, what this person may not see is forgotten.
async function goesOn(work) {
  const answer = await fetch(work.progress, { headers: HEADERS });
  if (!answer.ok || answer.redirected) return false;
  const shown = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-waiting]");
  if (shown?.hasAttribute("hx-get")) return true;
  if (shown) tell(work, shown.querySelector(".state").textContent.trim());
  return false;
}

async function look() {
  const left = [];
  for (const work of watched()) {
    // Offline, one asks again.
    if (await goesOn(work).catch(() => true)) left.push(work);
  }
  watch(left);
  if (left.length) setTimeout(look, EVERY);
}

window.addEventListener("pagehide", () => {
  const here = [...document.querySelectorAll("[data-waiting][hx-get]")].map((panel) => ({
    page: location.pathname,
    progress: panel.getAttribute("hx-get"),
    label: panel.dataset.waiting,
  }));
  if (here.length) watch([...watched().filter((work) => work.page !== location.pathname), ...here]);
});

watch(watched().filter((work) => work.page !== location.pathname));
if (watched().length) setTimeout(look, 1000);
