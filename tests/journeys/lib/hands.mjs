// Three ways of using the page: with the mouse, with the keyboard alone, with a finger. All can do the same:
//
//   press(testid)              a button
//   menu(testid)               an entry of the menu
//   add(kind, [x, y])          a component of the list onto the canvas; by mouse at a place, in shares of the canvas
//   connect(from, to)          two components, by their ids
//   select(id)                 a component, with its settings open; null: the model's settings
//   type(testid, text)         into a box of the settings
//   choose(testid, words)      an entry of a list of the settings
//   load(times)                about so many times the load
//   insert(kind, from, to)     a component into a link
//   leave()                    whatever covers the canvas on a small screen

import { by } from './reading.mjs';

/** The middle of an element, as the screen has it now. */
async function middle(page, testid) {
  const target = page.locator(by(testid));
  await target.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await target.boundingBox();
  return [x + width / 2, y + height / 2];
}

/** A place on the canvas, given in shares of its width and height. */
async function onCanvas(page, [right, down]) {
  const { x, y, width, height } = await page.locator(by('canvas')).boundingBox();
  return [x + right * width, y + down * height];
}

/** The middle of a link's line on the screen. */
function onLink(page, id) {
  return page.locator(`${by(`link-${id}`)} .line`).evaluate((line) => {
    const { x, y } = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(line.getScreenCTM());
    return [x, y];
  });
}

/** Where the thumb of the load slider is for a load, and where it is now. */
async function onSlider(page, times) {
  const slider = page.locator(by('load'));
  const { x, y, width, height } = await slider.boundingBox();
  const thumb = height;
  const at = (position) => [x + thumb / 2 + (position / 1000) * (width - thumb), y + height / 2];
  const position = ((Math.log10(times) + 1) / 3) * 1000;
  return [at(Number(await slider.inputValue())), at(position)];
}

export function mouse(page) {
  const drag = async ([x0, y0], [x1, y1]) => {
    await page.mouse.move(x0, y0);
    await page.mouse.down();
    await page.mouse.move((x0 + x1) / 2, (y0 + y1) / 2, { steps: 4 });
    await page.mouse.move(x1, y1, { steps: 4 });
    await page.mouse.up();
  };
  const press = (testid) => page.locator(by(testid)).click();
  return {
    press,
    menu: async (testid) => {
      await press('menu');
      await press(testid);
    },
    add: async (kind, place) => drag(await middle(page, `palette-${kind}`), await onCanvas(page, place)),
    connect: async (from, to) => drag(await middle(page, `port-out-${from}`), await middle(page, `node-${to}`)),
    select: async (id) => page.mouse.click(...(id ? await middle(page, `node-${id}`) : await onCanvas(page, [0.5, 0.5]))),
    type: async (testid, text) => {
      await page.locator(by(testid)).click({ clickCount: 3 });
      await page.keyboard.type(text);
      await page.keyboard.press('Enter');
    },
    choose: async (testid, words) => void (await page.locator(by(testid)).selectOption({ label: words })),
    load: async (times) => drag(...(await onSlider(page, times))),
    insert: async (kind, from, to) => {
      await drag(await middle(page, `palette-${kind}`), await onLink(page, `${from}-${to}`));
    },
    leave: async () => {},
  };
}

export function keyboard(page) {
  const key = (name) => page.keyboard.press(name);

  /** Whether what has the focus comes after the element wanted, so that Shift + Tab is the way. */
  const isBehind = (selector) =>
    page.evaluate((wanted) => {
      const order = document.activeElement.compareDocumentPosition(document.querySelector(wanted));
      return (order & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
    }, selector);

  /** Tabs until something that answers to `selector` has the focus. */
  const tabTo = async (selector) => {
    await page.locator(selector).first().waitFor();
    const there = () => page.evaluate((wanted) => document.activeElement?.matches(wanted), selector);
    const way = (await isBehind(selector)) ? 'Shift+Tab' : 'Tab';
    for (let tabs = 0; !(await there()); tabs += 1) {
      if (tabs > 200) throw new Error(`${selector} cannot be reached with the Tab key`);
      await key(way);
    }
  };

  const press = async (testid) => {
    await tabTo(by(testid));
    await key('Enter');
  };

  /** Walks the canvas with the arrows; `here` names the card that one has come to. */
  const walk = async (id, here) => {
    for (let steps = 0; (await here()) !== id; steps += 1) {
      const at = await here();
      if (steps > 20) throw new Error(`the arrows do not lead to ${id}, but to ${at}`);
      const [from, to] = await Promise.all([at, id].map((node) => page.locator(`#node-${node}`).boundingBox()));
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const [along, across] = [dx > 0 ? 'ArrowRight' : 'ArrowLeft', dy > 0 ? 'ArrowDown' : 'ArrowUp'];
      await key(Math.abs(dx) > Math.abs(dy) ? along : across);
      // On a busy machine the page follows late, and an arrow too many would lead past.
      for (let waits = 0; waits < 20 && (await here()) === at; waits += 1) await page.waitForTimeout(25);
    }
  };
  const focusedNode = () => page.evaluate(() => document.activeElement?.dataset.node);
  const proposedNode = () => page.locator('.card.proposed').getAttribute('data-node');

  const goTo = async (id) => {
    await tabTo('[data-node]');
    await walk(id, focusedNode);
  };
  const connect = async (from, to) => {
    await goTo(from);
    await key('c');
    await walk(to, proposedNode);
    await key('Enter');
  };
  const select = async (id) => {
    if (id) await goTo(id);
    else await tabTo('[data-node]');
    await key(id ? 'Enter' : 'Escape');
  };
  const type = async (testid, text) => {
    await tabTo(by(testid));
    await key('ControlOrMeta+a');
    await page.keyboard.type(text);
    await key('Enter');
  };
  return {
    press,
    menu: async (testid) => {
      await press('menu');
      await press(testid);
    },
    add: (kind) => press(`palette-${kind}`),
    connect,
    select,
    type,
    // A closed list takes the entry whose name is typed.
    choose: async (testid, words) => {
      await tabTo(by(testid));
      await page.keyboard.type(words);
    },
    load: (times) => type('load-value', String(times)),
    insert: async (kind, from, to) => {
      await select(from);
      await press(`goto-${from}-${to}`);
      await press(`palette-${kind}`);
    },
    leave: async () => {},
  };
}

export async function finger(page) {
  const devtools = await page.context().newCDPSession(page);
  const touch = (type, ...points) =>
    devtools.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });

  const tap = (testid) => page.locator(by(testid)).tap();
  const drag = async ([x0, y0], [x1, y1]) => {
    await touch('touchStart', [x0, y0]);
    for (let i = 1; i <= 8; i += 1) await touch('touchMove', [x0 + ((x1 - x0) * i) / 8, y0 + ((y1 - y0) * i) / 8]);
    await touch('touchEnd');
  };

  /** Closes the sheet that covers the canvas. */
  const leave = async () => {
    for (const sheet of ['palette', 'inspector']) {
      if ((await page.locator(`.app[data-${sheet}="open"]`).count()) === 0) continue;
      await page.locator(`.${sheet} .shut`).tap();
      await page.locator(`.${sheet}`).waitFor({ state: 'hidden' });
    }
  };
  const select = async (id) => {
    await leave();
    await tap('fit');
    if (id) return tap(`node-${id}`);
    await page.touchscreen.tap(...(await onCanvas(page, [0.5, 0.1])));
    return tap('settings');
  };
  const add = async (kind) => {
    await leave();
    await tap('add');
    await tap(`palette-${kind}`);
  };
  const connect = async (from, to) => {
    await leave();
    await tap('fit');
    await tap(`port-out-${from}`);
    await tap(`node-${to}`);
  };
  return {
    press: tap,
    menu: async (testid) => {
      await tap('menu');
      await tap(testid);
    },
    add,
    connect,
    select,
    type: async (testid, text) => {
      await tap(testid);
      await page.locator(by(testid)).fill(text);
      await page.keyboard.press('Enter');
    },
    choose: async (testid, words) => void (await page.locator(by(testid)).selectOption({ label: words })),
    load: async (times) => drag(...(await onSlider(page, times))),
    insert: async (kind, from, to) => {
      await select(from);
      await tap(`goto-${from}-${to}`);
      await add(kind);
    },
    leave,
  };
}
