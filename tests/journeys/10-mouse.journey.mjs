import { mouse } from './lib/hands.mjs';
import { story } from './lib/story.mjs';

export const name = 'by mouse: draw the chain, find what breaks, mend it, keep it, share it';

export async function run({ newPage, until, expect }) {
  const page = await newPage();
  await story({ page, hands: mouse(page), newPage, until, expect });
}
