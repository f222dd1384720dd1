// Two soft notes for each new alert, made here: no file is fetched. A browser lets a page sound once it was clicked, which
// it has been when something is recorded.
// data: alert: which one is shown, "" for none.
let heard = "";
let context = null;

function note(frequency, from, seconds) {
  const tone = context.createOscillator(), volume = context.createGain();
  tone.type = "sine";
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(0.25, from + 0.03);
  volume.gain.exponentialRampToValueAtTime(0.001, from + seconds);
  tone.connect(volume).connect(context.destination);
  tone.start(from);
  tone.stop(from + seconds);
}

async function chime() {
  context ??= new AudioContext();
  if (context.state === "suspended") await context.resume();
  note(660, context.currentTime, 0.35);
  note(880, context.currentTime + 0.22, 0.5);
}

export default function ({ parentElement, data }) {
  if (!data.alert || data.alert === heard) return;
  heard = data.alert;
  parentElement.querySelector("i").dataset.heard = heard;
  chime().catch(() => { /* this browser stays silent; the banner is there */ });
}
