import { setTimeout as sleep } from 'node:timers/promises';
import { credentialsOf, everyAccount } from './accounts.ts';
import type { Customer } from './channels/channel.ts';
import { postForgedMail } from './load/forged-mail.ts';
import { postForgeries } from './load/forgeries.ts';
import { postNotices } from './load/notices.ts';
import { postOptOuts } from './load/opt-outs.ts';
import { pacedLoad } from './load/paced.ts';
import { postPoison } from './load/poison.ts';
import { strayCommands } from './load/refusable.ts';
import { seededRandom } from './random.ts';
import type { Stage } from './stage.ts';

export interface Incident {
  readonly at: number;
  readonly happen: () => Promise<void>;
  done: boolean;
}

/** What happens once in a run, and when. */
export function plannedIncidents(stage: Stage, customers: readonly Customer[]): Incident[] {
  const { options, emulators, faults, secrets, conditions, ledger } = stage;
  const random = seededRandom(options.seed, 'incidents');
  const incident = (at: number, happen: () => Promise<void>): Incident => ({
    at,
    happen,
    done: false,
  });
  const restart = (which: 'dynoxide' | 'fauxqs') => async () => {
    faults.add(`restart: ${which}`);
    await emulators.restart(which);
  };
  return [
    incident(0.1, () => postPoison(stage, customers, random)),
    incident(0.15, () => postNotices(stage, random)),
    incident(0.2, () => strayCommands(stage, random)),
    incident(0.12, () => pacedLoad(stage, random)),
    incident(0.22, () => postOptOuts(stage, random)),
    incident(0.6, () => postNotices(stage, random)),
    incident(0.8, () => strayCommands(stage, random)),
    incident(options.messages < 1000 ? 2 : 0.25, async () => {
      faults.add('rotation of every secret');
      conditions.storedGeneration = 2;
      for (const account of everyAccount) secrets.put(account.secretId, credentialsOf(account, 2));
      for (const secret of secrets.values()) if (secret.length > 12) ledger.secrets.add(secret);
      // Providers begin to sign with the new secret; doors that have read the old one less than half a minute ago
      // would not look again yet (shared/aws/secrets/account-secrets.ts).
      await sleep(31_000);
      conditions.generation = 2;
    }),
    incident(0.35, restart('dynoxide')),
    incident(0.5, restart('fauxqs')),
    ...[0.3, 0.5, 0.7, 0.9].map((at) =>
      incident(at, async () => {
        await postForgeries(stage, customers, random);
        await postForgedMail(stage, customers, random);
      }),
    ),
  ];
}
