import type { Retention } from '#shared/retention';
import { dynamodb } from './dynamodb.ts';
import type { Table } from './store/table.ts';

/** The part of a function's environment that names the conversations table. */
interface TableEnv {
  readonly TABLE_NAME: string;
  readonly RETENTION: Retention;
  readonly GENERATION: number;
}

/** The conversations table, as a function reaches it. */
export function conversationsTable({ TABLE_NAME, RETENTION, GENERATION }: TableEnv): Table {
  return { client: dynamodb, name: TABLE_NAME, retention: RETENTION, generation: GENERATION };
}
