// Back goes to where the user was. Streamlit makes a new step of the browser's history whenever the page changes its
// address, also when it only adds what the address lacked (/trends becomes /trends?patient=P001): that is no step.
const completes = (old, now) =>
  old.pathname === now.pathname && now.search !== old.search &&
  [...old.searchParams].every(([name, value]) => now.searchParams.get(name) === value);

export default function () {
  if (history.completing) return;
  history.completing = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, unused, address) => {
    const now = new URL(address ?? location.href, location.href);
    if (completes(new URL(location.href), now)) history.replaceState(state, unused, address);
    else push(state, unused, address);
  };
}
