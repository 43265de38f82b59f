// Every page works without this. With it, the zone is guessed and searched, the time there is shown, and changes are
// saved without leaving the page.
(() => {
  "use strict";

  const byId = (id) => document.getElementById(id);
  const place = (name) => name.split("/").pop().replaceAll("_", " ");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const guess = (zone) => {
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (zone.value || !here) return;
    // A browser may know a zone by another name than the list does; the service knows both.
    if (![...zone.options].some((option) => option.value === here)) zone.add(new Option(place(here), here), 1);
    zone.value = here;
  };

  const showTime = () => {
    const zone = byId("zone");
    const now = byId("zone-now");
    if (!zone) return;
    try {
      const time = new Intl.DateTimeFormat(now.dataset.clock, { timeStyle: "short", timeZone: zone.value }).format(new Date());
      now.textContent = now.dataset.text.replace("{time}", time);
    } catch {
      now.textContent = "";
    }
  };

  // A list of 400 is long, and not every device lets one type in it.
  const search = (zone) => {
    const box = byId("zone-find");
    const found = byId("zone-found");
    const parts = [...zone.children].map((part) => ({ part, options: part.localName === "optgroup" ? [...part.children] : null }));
    box.parentElement.hidden = false;

    const narrow = () => {
      const wanted = plain(box.value.trim());
      const chosen = zone.value;
      const fits = (option) => plain(`${option.textContent} ${option.value.replaceAll("_", " ")}`).includes(wanted);
      const matches = [];
      zone.replaceChildren(...parts.filter(({ part, options }) => {
        if (!options) return true;
        const fitting = options.filter(fits);
        matches.push(...fitting);
        part.replaceChildren(...options.filter((option) => option.value === chosen || fitting.includes(option)));
        return part.firstChild;
      }).map(({ part }) => part));
      zone.value = wanted && matches.length === 1 ? matches[0].value : chosen;
      const { none, one, many } = found.dataset;
      found.textContent = !wanted ? ""
        : matches.length === 0 ? none
        : matches.length === 1 ? one.replace("{place}", matches[0].textContent.trim())
        : many.replace("{count}", matches.length);
      showTime();
    };

    box.addEventListener("input", narrow);
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      zone.focus();
    });
  };

  const start = () => {
    const zone = byId("zone");
    if (!zone) return;
    if ("guess" in zone.dataset) guess(zone);
    // Where a guess is at hand, nobody has to look for anything.
    if (!("guess" in zone.dataset && zone.value)) search(zone);
    zone.addEventListener("change", showTime);
    showTime();
  };

  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    if (!page.getElementById("main")) throw new Error("Not one of our pages.");
    document.documentElement.lang = page.documentElement.lang;
    document.title = page.title;
    document.body.replaceChildren(...page.body.children);
    start();
    scrollTo(0, 0);
    (document.querySelector("[autofocus]") ?? byId("main")).focus({ preventScroll: true });
  };

  let busy = false;
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!("stay" in form.dataset)) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    const button = event.submitter;
    const fields = new FormData(form);
    if (button?.name) fields.append(button.name, button.value);
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST", body: new URLSearchParams(fields), headers: { Accept: "text/html" }, signal: AbortSignal.timeout(20000),
      });
      if (!answer.ok && answer.status !== 409 && answer.status !== 422) throw new Error(answer.statusText);
      show(await answer.text());
    } catch {
      // As if this weren't here. To post the same twice does what posting it once does.
      if (button?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
      form.submit();
    } finally {
      busy = false;
    }
  });

  setInterval(showTime, 30000);
  start();
})();
