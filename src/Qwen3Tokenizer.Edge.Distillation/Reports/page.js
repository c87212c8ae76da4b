(() => {
  const players = [...document.querySelectorAll("audio")];
  const draw = () => {
    for (const player of players) {
      const share = player.duration ? player.currentTime / player.duration : 0;
      document.querySelectorAll(`[data-for="${player.id}"] .head`).forEach(head => {
        head.style.left = `${100 * share}%`;
        head.style.opacity = share > 0 ? 1 : 0;
      });
    }
    if (players.some(player => !player.paused)) requestAnimationFrame(draw);
  };
  const play = (player, time) => {
    players.forEach(other => other.pause());
    player.currentTime = time;
    player.play();
  };
  for (const player of players) {
    player.addEventListener("play", () => {
      players.forEach(other => { if (other !== player) other.pause(); });
      draw();
    });
    player.addEventListener("seeked", draw);
  }
  document.querySelectorAll(".track").forEach(track => track.addEventListener("click", event => {
    const box = track.getBoundingClientRect();
    const player = document.getElementById(track.dataset.for);
    play(player, player.duration * (event.clientX - box.left) / box.width);
  }));
  // Whichever of a section's players plays hands over to the next; when none does, the first begins.
  document.querySelectorAll(".switch").forEach(button => button.addEventListener("click", () => {
    const group = [...button.closest("section").querySelectorAll("audio")];
    const playing = group.findIndex(player => !player.paused);
    if (playing < 0) play(group[0], group[0].ended ? 0 : group[0].currentTime);
    else play(group[(playing + 1) % group.length], group[playing].currentTime);
  }));
})();
