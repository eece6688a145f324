import { it } from 'vitest';
import { trace } from './fifo-queue.ts';
import { flood } from './flood.ts';
import { awsRules } from './stage.ts';
it('traces', async () => {
  const rules = { ...awsRules, table: { ...awsRules.table, writesPerSecondAndKey: 100 }, lambda: { ...awsRules.lambda, concurrency: 100 } };
  const f = await flood({ replies: 2000, pacing: { perSecond: 8, burst: 8 }, others: { count: 40, everySeconds: 0.5 }, rules });
  console.log(f);
  const by = Map.groupBy(trace, (line) => line.split(' ').slice(0, 2).join(' '));
  const hist: Record<number, number> = {};
  for (const lines of by.values()) hist[lines.length] = (hist[lines.length] ?? 0) + 1;
  console.log(hist);
  const bad = [...by.entries()].filter(([, l]) => l.length > 3).slice(0, 3);
  for (const [key] of bad) { const c = key.split(' ')[0]; console.log(trace.filter((l) => l.startsWith(c + ' ')).join('\n')); }
}, 300000);
