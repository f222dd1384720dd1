// The angle over the last seconds on a canvas. data: t (s), y (degrees or null), reps and rejected [[start, end]],
// target (degrees or null), low, high (degrees), seconds, side ("left", "right", "both");
// words: label, last, now.
const HEIGHT = 132, LEFT = 34, RIGHT = 8, TOP = 8, BOTTOM = 20;

function colours(root) {
  const probe = root.querySelector("i");
  return (name) => {
    probe.style.color = `var(--ph-${name})`;
    return getComputedStyle(probe).color;
  };
}

function hatch(context, colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.strokeStyle = colour;
  for (const shift of [-8, 0, 8]) {
    pen.beginPath();
    pen.moveTo(shift, 8);
    pen.lineTo(shift + 8, 0);
    pen.stroke();
  }
  return context.createPattern(tile, "repeat");
}

function paint(root, data) {
  const canvas = root.querySelector("canvas");
  const width = Math.max(canvas.clientWidth, 60), ratio = window.devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = HEIGHT * ratio;
  const c = canvas.getContext("2d"), colour = colours(root);
  c.scale(ratio, ratio);
  c.font = "12px system-ui, sans-serif";
  const end = data.t.length ? data.t[data.t.length - 1] : data.seconds;
  const start = Math.max(0, end - data.seconds), span = data.seconds;
  const x = (t) => LEFT + ((t - start) / span) * (width - LEFT - RIGHT);
  const y = (v) => HEIGHT - BOTTOM - ((v - data.low) / (data.high - data.low)) * (HEIGHT - TOP - BOTTOM);
  const clamp = (t) => Math.min(Math.max(x(t), LEFT), width - RIGHT);

  const shade = (spans, style, alpha) => {
    c.fillStyle = style;
    c.globalAlpha = alpha;
    for (const [a, b] of spans) c.fillRect(clamp(a), TOP, Math.max(clamp(b) - clamp(a), 0), HEIGHT - TOP - BOTTOM);
    c.globalAlpha = 1;
  };
  shade(data.reps, colour("correct"), 0.18);
  shade(data.rejected, hatch(c, colour("unusable")), 0.9);

  c.textAlign = "right";
  c.textBaseline = "middle";
  c.lineWidth = 1;
  for (const v of data.ticks) {
    c.strokeStyle = colour("neutral");
    c.beginPath();
    c.moveTo(LEFT, Math.round(y(v)) + 0.5);
    c.lineTo(width - RIGHT, Math.round(y(v)) + 0.5);
    c.stroke();
    c.fillStyle = colour("muted");
    c.fillText(`${v}°`, LEFT - 5, y(v));
  }
  if (data.target !== null) {
    c.strokeStyle = colour("correct");
    c.setLineDash([6, 4]);
    c.beginPath();
    c.moveTo(LEFT, y(data.target));
    c.lineTo(width - RIGHT, y(data.target));
    c.stroke();
    c.setLineDash([]);
  }
  c.strokeStyle = colour(data.side);
  c.lineWidth = 2;
  c.lineJoin = "round";
  c.beginPath();
  let down = false;
  data.t.forEach((t, i) => {
    if (data.y[i] === null) { down = false; return; }
    if (down) c.lineTo(x(t), y(data.y[i])); else c.moveTo(x(t), y(data.y[i]));
    down = true;
  });
  c.stroke();
  c.fillStyle = colour("muted");
  c.textBaseline = "alphabetic";
  c.textAlign = "left";
  c.fillText(data.last, LEFT, HEIGHT - 5);
  c.textAlign = "right";
  c.fillText(data.now, width - RIGHT, HEIGHT - 5);
  canvas.setAttribute("aria-label", data.label);
}

export default function (component) {
  const { parentElement, data } = component;
  parentElement.lastData = data;
  paint(parentElement, data);
  if (!parentElement.watcher) {
    parentElement.watcher = new ResizeObserver(() => paint(parentElement, parentElement.lastData));
    parentElement.watcher.observe(parentElement.querySelector("canvas"));
  }
  return () => {
    parentElement.watcher?.disconnect();
    parentElement.watcher = null;
  };
}
