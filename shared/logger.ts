import { Logger } from '@aws-lambda-powertools/logger';

/**
 * Structured logs of the functions behind the queues. Only ids, counts, codes and hashes go in; never a body, an
 * address or a secret (docs/architecture.md, "Guarantees").
 */
export const logger = new Logger();
