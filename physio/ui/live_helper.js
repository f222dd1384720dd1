// Three things the page cannot do by itself: the space bar for the page's own button that begins and stops a session, or
// for the one in the camera's frame that switches it on; keys that are pressed while that frame has the focus, as it has
// after its button was pressed; and a sentence that helps when the camera is missing or refused.
// data: texts {insecure, none, denied}; wanted: whether a camera is needed.
const FRAME = 'iframe[title*="webrtc_streamer"]';
const MAIN = ".st-key-live_begin button, .st-key-live_stop button";
const ASKED = ".st-key-live_other"; // it is asked who is in front of the camera: no key begins anything, or switches it off
const TYPING = "input, textarea, select, [contenteditable]";
const BUSY = "input, textarea, select, button, a, [contenteditable], [role=combobox], [role=listbox], [role=slider]";

function startStop() {
  if (document.querySelector(ASKED)) return;
  const own = document.querySelector(MAIN);
  if (own) { own.click(); return; }
  const buttons = [...(document.querySelector(FRAME)?.contentDocument?.querySelectorAll("button") ?? [])];
  buttons.find((button) => !button.disabled)?.click();
}

const heard = new WeakSet();

// The frame's keys go to the page, whose shortcuts they are; Space too, once there is a session to begin: the focus is
// still on the frame's own button, which would switch the camera off.
function hearFrame() {
  const inside = document.querySelector(FRAME)?.contentDocument;
  if (!inside || heard.has(inside)) return;
  heard.add(inside);
  inside.addEventListener("keydown", (event) => {
    const pressesButton = event.code === "Space" && !document.querySelector(`${MAIN}, ${ASKED}`);
    if (event.target.closest?.(pressesButton ? BUSY : TYPING)) return;
    const { key, code, ctrlKey, metaKey, altKey, shiftKey, repeat } = event;
    const again = { key, code, ctrlKey, metaKey, altKey, shiftKey, repeat, bubbles: true, cancelable: true };
    if (!document.body.dispatchEvent(new KeyboardEvent("keydown", again))) event.preventDefault();
  });
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
    hearFrame();
    const found = data.wanted ? await problem() : "";
    if (over) return;
    line.textContent = found ? data.texts[found] : "";
    line.hidden = !found;
  };
  tell();
  document.addEventListener("keydown", onKey);
  window.addEventListener("blur", hearFrame);
  navigator.mediaDevices?.addEventListener("devicechange", tell);
  const timer = setInterval(tell, 3000);
  const end = () => {
    if (over) return;
    over = true;
    document.removeEventListener("keydown", onKey);
    window.removeEventListener("blur", hearFrame);
    navigator.mediaDevices?.removeEventListener("devicechange", tell);
    clearInterval(timer);
  };
  begun.set(parentElement, end);
  return end;
}
