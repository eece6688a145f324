import { isDeepStrictEqual } from 'node:util';
import type { AccountSetting } from '#shared/accounts';
import type { Held } from '#shared/aws/queues/held-reading';
import type { IngressItem } from '#shared/aws/queues/lanes';
import {
  type CatchUpState,
  type ListState,
  saveCatchUp,
} from '#shared/aws/store/catch-up/catch-up-state';
import type { Table } from '#shared/aws/store/table';
import type {
  CallRefusal,
  CatchUp,
  CatchUpAlert,
  CatchUpContext,
  ReadPage,
} from '#shared/connector/catch-up';
import { logger } from '#shared/logger';
import type { PriceTable } from '#shared/model/price';

export interface RunDependencies {
  readonly table: Table;
  /** Puts items on the ingress queue. Resolves when SQS has accepted each. */
  readonly enqueue: (items: readonly IngressItem[]) => Promise<void>;
  readonly held: Held;
  readonly now: () => Date;
  /** The age at which a message is read from a list. */
  readonly afterSeconds: number;
  /** True while a further call fits into the time of this invocation. */
  readonly hasTime: () => boolean;
}

/** One run for one account: its state, which each step changes and saves, and what the steps need. */
export class AccountRun {
  readonly dependencies: RunDependencies;
  readonly setting: AccountSetting;
  readonly catchUp: CatchUp;
  context: CatchUpContext<unknown, unknown>;
  /** Reads the credentials again. */
  readonly renew: () => Promise<unknown>;
  readonly prices: PriceTable;
  state: CatchUpState;
  /** Messages of this run that no webhook had brought, by the list that brought them. */
  readonly missed: Record<string, number> = {};
  /** The lists that this run has read to their end. */
  readonly readLists = new Set<string>();

  constructor(
    given: Pick<
      AccountRun,
      'dependencies' | 'setting' | 'catchUp' | 'context' | 'renew' | 'prices' | 'state'
    >,
  ) {
    this.dependencies = given.dependencies;
    this.setting = given.setting;
    this.catchUp = given.catchUp;
    this.context = given.context;
    this.renew = given.renew;
    this.prices = given.prices;
    this.state = given.state;
  }

  get settings() {
    return this.catchUp.settings(this.context.account);
  }

  /** Reads from the provider, once more where it refuses credentials of which the secret holds newer ones. */
  async read(call: (context: AccountRun['context']) => Promise<ReadPage>): Promise<ReadPage> {
    const page = await call(this.context);
    if (page.kind !== 'refused' || page.error.code !== 'credentials_rejected') return page;
    const credentials = await this.renew().catch(() => this.context.credentials);
    if (isDeepStrictEqual(credentials, this.context.credentials)) return page;
    this.context = { ...this.context, credentials };
    return call(this.context);
  }

  nowIso(): string {
    return this.dependencies.now().toISOString();
  }

  /** Changes the state and writes it. */
  async save(change: Partial<CatchUpState>): Promise<void> {
    this.state = { ...this.state, ...change };
    await saveCatchUp(this.dependencies.table, this.setting, this.state);
  }

  list(name: string): ListState {
    return this.state.lists[name] ?? {};
  }

  async saveList(name: string, change: Partial<ListState>): Promise<void> {
    const lists = { ...this.state.lists, [name]: { ...this.list(name), ...change } };
    await this.save({ lists });
  }

  /** Queues an alert. Its id names it: raised twice it is told once. */
  async alert(alert: CatchUpAlert): Promise<void> {
    const { connector, account } = this.setting;
    const receivedAt = this.nowIso();
    const occurred = { occurredAt: receivedAt, ...alert };
    const item = this.catchUp.alertItem(occurred, this.context.account);
    await this.dependencies.enqueue([{ ...item, connector, account, receivedAt }]);
    logger.warn('catch-up alert', { connector, account, code: alert.code });
  }

  /** Heeds a refusal: a wait is kept, a fault of the account is told once an hour. */
  async heed(refusal: CallRefusal): Promise<void> {
    const { connector, account } = this.setting;
    if (refusal.kind === 'unavailable' || refusal.kind === 'rejected') {
      logger.warn('catch-up refused', { connector, account, title: refusal.title });
      return;
    }
    const seconds = refusal.kind === 'wait' ? refusal.seconds : refusal.waitSeconds;
    const now = this.dependencies.now();
    if (refusal.kind === 'refused') {
      const { code, title, providerCode } = refusal.error;
      const id = `catch_up:${code}:${now.toISOString().slice(0, 13)}`;
      await this.alert({ id, code, title, details: { providerCode } });
    }
    await this.save({ waitUntil: new Date(now.getTime() + seconds * 1000).toISOString() });
  }
}
