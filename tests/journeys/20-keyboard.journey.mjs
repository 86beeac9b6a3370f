import { keyboard } from './lib/hands.mjs';
import { story } from './lib/story.mjs';

export const name = 'by keyboard alone: the same journey';

export async function run({ newPage, until, expect }) {
  const page = await newPage();
  await story({ page, hands: keyboard(page), newPage, until, expect });
}
