// The stream's frame shows a failure as the browser names it ("NotReadableError: Could not start video source"), or with
// the browser's own text in brackets. Its texts are changed in place as they appear. data: sentences by that name, other
// for the rest of them, slow for a connection that takes long.
const FRAME = 'iframe[title*="webrtc_streamer"]';
const ALERT = ".MuiAlert-message";

function texts(alert) {
  const nodes = [], walker = document.createTreeWalker(alert, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

function inWords(alert, data) {
  const [, name] = alert.textContent.match(/^(\w*(?:Error|Exception)):/) ?? [];
  if (name) return data[name] ?? data.other;
  if (alert.textContent.includes("STUN/TURN")) return data.slow;
  return alert.textContent.replace(/ \([^()]*\)$/, "");
}

function change(page, data) {
  for (const alert of page.querySelectorAll(ALERT)) {
    const words = inWords(alert, data);
    if (words !== alert.textContent) texts(alert).forEach((node, i) => { node.nodeValue = i ? "" : words; });
  }
}

const begun = new WeakMap();

export default function (component) {
  const { parentElement, data } = component;
  begun.get(parentElement)?.();
  let page = null;
  const watcher = new MutationObserver(() => change(page, data));
  const look = () => {
    const now = document.querySelector(FRAME)?.contentDocument?.body;
    if (!now || now === page) return;
    page = now;
    watcher.disconnect();
    watcher.observe(page, { childList: true, subtree: true, characterData: true });
    change(page, data);
  };
  look();
  const timer = setInterval(look, 500);
  const end = () => { watcher.disconnect(); clearInterval(timer); };
  begun.set(parentElement, end);
  return end;
}
