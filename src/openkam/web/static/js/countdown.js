// A clock that was started for everybody runs on between two looks at the server.
(() => {
  const ends = new WeakMap();
  setInterval(() => {
    for (const clock of document.querySelectorAll("[data-countdown]")) {
      if (!ends.has(clock)) ends.set(clock, performance.now() + Number(clock.dataset.countdown) * 1000);
      const left = Math.max(0, Math.round((ends.get(clock) - performance.now()) / 1000));
      const words = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      clock.textContent = left ? words : clock.dataset.saysOver;
      clock.classList.toggle("is-over", !left);
    }
  }, 250);
})();
