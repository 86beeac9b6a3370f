// What can be seen wrong on a screen without looking at it: things cut off, hidden under others, or beyond the edge.

/**
 * Everything wrong with the layout of `page` now, in words. `within` is a selector for what lies on top (a dialog, a
 * sheet); without it the whole page is looked at, with nothing open.
 */
export function wrongs(page, within) {
  return page.evaluate(lookAround, within ?? null);
}

/** Runs in the page. */
function lookAround(within) {
  const root = within ? document.querySelector(within) : document.body;
  if (!root) return [`there is no ${within}`];
  const found = [];
  const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
  const { scrollWidth, scrollHeight } = document.documentElement;
  if (scrollWidth > innerWidth || scrollHeight > innerHeight) {
    found.push(`the page is ${scrollWidth} × ${scrollHeight} on a screen of ${innerWidth} × ${innerHeight}`);
  }
  if (within && !isInside(root.getBoundingClientRect(), screen)) found.push(`${within} is not on the screen: ${box(root)}`);

  const controls = [...root.querySelectorAll('button, input, select, textarea, summary, a')].filter(isSeen);
  for (const control of controls) {
    const rect = control.getBoundingClientRect();
    const scroller = scrollerOf(control)?.getBoundingClientRect();
    // What scrolls may be above or below what is shown of it, but not beside it.
    const room = scroller ? { left: scroller.left, right: scroller.right, top: -Infinity, bottom: Infinity } : screen;
    if (!isInside(rect, room)) found.push(`${name(control)} is cut off: ${box(control)}`);
    const [x, y] = [(rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2];
    const middle = { left: x, right: x, top: y, bottom: y };
    // Half out of its scroller's sight, or under the edge by which something is made larger: that can be scrolled.
    if (!isInside(middle, screen) || (scroller && !isInside(middle, grown(scroller, -10)))) continue;
    const top = document.elementFromPoint(x, y);
    if (top && !control.contains(top) && !top.contains(control)) found.push(`${name(control)} is under ${name(top)}`);
  }
  const buttons = controls.filter((control) => control.matches('button'));
  for (const [i, one] of buttons.entries()) {
    for (const other of buttons.slice(i + 1)) {
      if (scrollerOf(one) !== scrollerOf(other) || one.contains(other)) continue;
      const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 1) found.push(`${name(one)} and ${name(other)} overlap`);
    }
  }
  for (const words of root.querySelectorAll('button, summary, h1, h2, h3, dt, dd, .tile-value, .tile-label, .unit, .clock, .seed')) {
    if (!isSeen(words) || words.matches('.sr-only, .wordmark')) continue;
    const cut = words.scrollWidth > words.clientWidth + 1 && words.clientWidth > 1;
    if (cut && getComputedStyle(words).overflowX !== 'visible') found.push(`the words of ${name(words)} are cut off`);
  }
  return found;

  function isSeen(element) {
    const { width, height } = element.getBoundingClientRect();
    return width > 1 && height > 1 && element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  }
  function scrollerOf(element) {
    for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(at).overflowY) && at.scrollHeight > at.clientHeight + 1) return at;
    }
    return null;
  }
  function isInside(a, b) {
    return a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
  }
  function grown({ left, top, right, bottom }, by) {
    return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
  }
  function box(element) {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return `${Math.round(left)}…${Math.round(right)} × ${Math.round(top)}…${Math.round(bottom)}`;
  }
  function name(element) {
    const id = element.closest('[data-testid]')?.dataset.testid ?? '';
    return `<${element.localName} class="${element.className?.baseVal ?? element.className}"> (${id}) '${element.textContent.trim().slice(0, 30)}'`;
  }
}
