import { finger } from './lib/hands.mjs';
import { story } from './lib/story.mjs';

export const name = 'with a finger on a phone: the same journey';

export async function run({ newPage, until, expect }) {
  const page = await newPage({ viewport: 'phone', touch: true });
  await story({ page, hands: await finger(page), newPage, until, expect });
}
