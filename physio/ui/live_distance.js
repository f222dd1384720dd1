// While it is on the page the browser shows the page on the full screen, where it allows that. Esc then only leaves the
// full screen, so leaving it presses the button that leaves distance mode.
const LEAVE = ".st-key-live_distance_leave button";
let open = 0;

function left() {
  if (!document.fullscreenElement) document.querySelector(LEAVE)?.click();
}

export default function () {
  open += 1;
  const root = document.documentElement;
  if (!document.fullscreenElement) root.requestFullscreen?.().catch(() => { /* not allowed here */ });
  document.addEventListener("fullscreenchange", left);
  return () => {
    document.removeEventListener("fullscreenchange", left);
    open -= 1;
    if (!open && document.fullscreenElement) document.exitFullscreen().catch(() => { /* left already */ });
  };
}
