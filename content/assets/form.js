// The form works without this. With it, the zone is guessed, and the time there is shown.
(() => {
  "use strict";
  const zone = document.getElementById("zone");
  const now = document.getElementById("zone-now");
  const guess = Intl.DateTimeFormat().resolvedOptions().timeZone;

  if (!zone.value && guess) {
    // A browser may know a zone by another name than the list does; the service knows both.
    if (![...zone.options].some((option) => option.value === guess)) {
      zone.add(new Option(guess.split("/").pop().replaceAll("_", " "), guess), 1);
    }
    zone.value = guess;
  }

  const show = () => {
    try {
      const time = new Intl.DateTimeFormat(now.dataset.clock, { timeStyle: "short", timeZone: zone.value }).format(new Date());
      now.textContent = now.dataset.text.replace("{time}", time);
    } catch {
      now.textContent = "";
    }
  };
  zone.addEventListener("change", show);
  setInterval(show, 30000);
  show();
})();
