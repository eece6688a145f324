import type { StatusName } from '#test/faults/channels/channel';
import type { Random } from '#test/faults/random';

/** What the provider tells later of a message it took, and when. */
export interface LaterStatus {
  readonly status: StatusName;
  readonly afterMilliseconds: number;
}

const at = (status: StatusName, afterMilliseconds: number) => ({ status, afterMilliseconds });

/** In order, out of order, twice, before the answer, late, failed in the end, failed after all. */
export function drawStatuses(random: Random): readonly LaterStatus[] {
  const draw = random.integer(0, 99);
  if (draw < 4) return [at('sent', 60), at('failed', 200)];
  if (draw < 8) return [at('sent', 60), at('delivered', 150), at('failed', 900)];
  if (draw < 10) return [at('read', 100), at('failed', 700)];
  if (draw < 12) return [at('failed', 100), at('delivered', 300)];
  if (draw < 20) return [at('read', 50), at('delivered', 90), at('sent', 130)];
  if (draw < 32) return [at('sent', 40), at('sent', 80), at('delivered', 90), at('delivered', 400)];
  if (draw < 42) return [at('sent', 0), at('delivered', 1)];
  if (draw < 50) return [at('delivered', 5500), at('read', 6000)];
  return [at('sent', 80), at('delivered', 250), ...(draw < 80 ? [at('read', 600)] : [])];
}

/** Of one part of several more fail, early and late: the parts of one reply end differently, and in every order. */
export function drawPartStatuses(random: Random): readonly LaterStatus[] {
  if (!random.chance(0.4)) return drawStatuses(random);
  const early = random.integer(0, 400);
  const late = random.integer(500, 900);
  return random.pick([
    [at('failed', random.integer(0, 900))],
    [at('sent', 60), at('delivered', early), at('failed', late)],
    [at('failed', early), at('delivered', late)],
  ]);
}
