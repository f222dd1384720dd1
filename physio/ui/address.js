// Back goes to where the user was, one step for each thing they did. Streamlit makes a new step of the browser's history
// whenever the address changes: for one click on a page of the menu when the old page's parameters go, when the page
// changes, and when the new page adds its own. Only the first after a click or a key is one; the others complete it.
let acted = false;
const act = () => { acted = true; };

export default function () {
  if (history.stepwise) return;
  history.stepwise = true;
  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, act, true);
  const push = history.pushState.bind(history);
  history.pushState = (state, unused, address) => {
    if (acted) push(state, unused, address);
    else history.replaceState(state, unused, address);
    acted = false;
  };
}
