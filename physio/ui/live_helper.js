// Two things the page cannot do by itself: the space bar for the page's own button that begins and stops a session, or
// for the one in the stream's frame that switches the camera on while there is no session to begin; and a sentence that
// helps when the camera is missing or refused. data: texts {insecure, none, denied}; wanted: whether a camera is needed.
const OWN = ".st-key-live_begin button, .st-key-live_stop button";
const FRAME = 'iframe[title*="webrtc_streamer"]';
const BUSY = "input, textarea, select, button, a, [contenteditable], [role=combobox], [role=listbox], [role=slider]";

function startStop() {
  const own = document.querySelector(OWN);
  if (own) { own.click(); return; }
  const frame = document.querySelector(FRAME);
  const buttons = [...(frame?.contentDocument?.querySelectorAll("button") ?? [])];
  buttons.find((button) => !button.disabled)?.click();
}

function onKey(event) {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
  if (event.code !== "Space" || !plain || event.target.closest?.(BUSY)) return;
  event.preventDefault();
  startStop();
}

async function problem() {
  if (!window.isSecureContext || !navigator.mediaDevices) return "insecure";
  try {
    const permission = await navigator.permissions.query({ name: "camera" });
    if (permission.state === "denied") return "denied";
  } catch { /* this browser does not tell */ }
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.some((device) => device.kind === "videoinput") ? "" : "none";
}

// By element: what ends what was begun there. Streamlit calls again for new data without ending the call before, whose
// timer would go on to say what the old data said.
const begun = new WeakMap();

export default function (component) {
  const { parentElement, data } = component;
  begun.get(parentElement)?.();
  const line = parentElement.querySelector("p");
  let over = false;
  const tell = async () => {
    const found = data.wanted ? await problem() : "";
    if (over) return;
    line.textContent = found ? data.texts[found] : "";
    line.hidden = !found;
  };
  tell();
  document.addEventListener("keydown", onKey);
  navigator.mediaDevices?.addEventListener("devicechange", tell);
  const timer = setInterval(tell, 3000);
  const end = () => {
    if (over) return;
    over = true;
    document.removeEventListener("keydown", onKey);
    navigator.mediaDevices?.removeEventListener("devicechange", tell);
    clearInterval(timer);
  };
  begun.set(parentElement, end);
  return end;
}
