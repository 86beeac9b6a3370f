// Sees what a page does wrong by itself: errors in its console, errors nobody caught, requests to strangers.

/** Watches `page`; `faults` and `log` fill up as it lives. */
export function watch(page, origin, tolerate) {
  const faults = [];
  const log = [];

  const fault = (text) => {
    log.push(`FAULT ${text}`);
    if (!tolerate.some((pattern) => pattern.test(text))) faults.push(text);
  };

  page.on('console', (message) => {
    const { url, lineNumber } = message.location();
    const text = `${message.text()} (${url}:${lineNumber})`;
    if (message.type() === 'error') fault(`console error: ${text}`);
    else log.push(`${message.type()} ${text}`);
  });
  page.on('pageerror', (error) => fault(`uncaught error: ${error.stack ?? error}`));
  page.on('crash', () => fault('the page crashed'));

  // From the whole context: a worker's requests and those of windows the page opens count as the page's own.
  page.context().on('request', (request) => {
    if (!staysHome(request.url(), origin)) fault(`request to another origin: ${request.url()}`);
  });
  page.context().on('response', (response) => {
    // Chromium logs a failed load of the page's parts, but not a worker's.
    if (response.status() >= 400) fault(`${response.status()} for ${response.url()}`);
  });
  page.on('websocket', (socket) => fault(`web socket: ${socket.url()}`));

  return { faults, log };
}

/** Whether a request stays with the page's own server, or inside the browser. */
function staysHome(url, origin) {
  const { protocol, origin: target } = new URL(url);
  return target === origin || protocol === 'data:' || protocol === 'blob:' || protocol === 'about:';
}
