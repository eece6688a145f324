import { env } from 'node:process';

// Imported before the product: its logger and its metrics read these when they are made.
env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
env['POWERTOOLS_METRICS_DISABLED'] = 'true';
