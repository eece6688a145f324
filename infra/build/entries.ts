import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** A function that is bundled once for each connector that has a face, with that connector and no other inside. */
interface ConnectorFunction {
  /** The file in a connector's folder, and what it exports. */
  readonly face: string;
  readonly exported: string;
  /** The file in a connector's folder, and the name of its export. */
  readonly handlerOf: string;
  /** The first word of its bundles' names. */
  readonly prefix: string;
}

const connectorFunctions: Readonly<Record<string, ConnectorFunction>> = {
  receive: { face: 'webhook', exported: 'webhook', handlerOf: 'webhookHandler', prefix: 'receive' },
  'receive-sns': {
    ...{ face: 'sns', exported: 'readNotification', handlerOf: 'snsHandler' },
    prefix: 'receive',
  },
  unsubscribe: {
    ...{ face: 'unsubscribe-link', exported: 'unsubscribeLink', handlerOf: 'unsubscribeHandler' },
    prefix: 'unsubscribe',
  },
};

/**
 * The bundles that a folder of functions asks for, each with what esbuild starts from: `send` for `send/handler.ts`,
 * `normalize-mail` for `normalize/mail-handler.ts`, and `receive-twilio` for `receive/handler.ts` with the connector in
 * `connectors/twilio/`.
 */
export function bundleEntries(functionsFolder: string): Readonly<Record<string, string>> {
  const functions = readdirSync(functionsFolder).filter((name) =>
    existsSync(join(functionsFolder, name, 'handler.ts')),
  );
  const entries = functions.flatMap((name): readonly (readonly [string, string])[] => {
    const { face, prefix } = connectorFunctions[name] ?? {};
    if (face === undefined) return handlersIn(join(functionsFolder, name), name);
    return connectorsWith(face).map((id) => [`${prefix}-${id}`, `${scheme}${name}/${id}`]);
  });
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** A further handler of a function has another bundle, with other parts of the function's code. */
function handlersIn(folder: string, name: string): readonly (readonly [string, string])[] {
  return readdirSync(folder).flatMap((file): readonly (readonly [string, string])[] => {
    const found = /^(?:(.+)-)?handler\.ts$/.exec(file);
    if (!found) return [];
    const [, word] = found;
    return [[word === undefined ? name : `${name}-${word}`, join(folder, file)]];
  });
}

function connectorsWith(face: string): readonly string[] {
  const folder = join(projectRoot, 'connectors');
  return readdirSync(folder).filter((id) => existsSync(join(folder, id, `${face}.ts`)));
}

const scheme = 'connector-function:';

/** Gives esbuild the few lines that put one connector into a function; they are written nowhere. */
export const entriesPlugin: Plugin = {
  name: 'entries',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^${scheme}`) }, ({ path }) => ({
      path: path.slice(scheme.length),
      namespace: 'connector-function',
    }));
    build.onLoad({ filter: /.*/, namespace: 'connector-function' }, ({ path }) => {
      const [name = '', id = ''] = path.split('/');
      return { contents: entryText(name, id), loader: 'ts', resolveDir: projectRoot };
    });
  },
};

function entryText(name: string, id: string): string {
  const wanted = connectorFunctions[name];
  if (!wanted) throw new Error(`${name} is not bundled for a connector`);
  const { face, exported, handlerOf } = wanted;
  return `import { ${exported} } from '#connectors/${id}/${face}';
import { ${handlerOf} } from '#functions/${name}/handler';
export const handler = ${handlerOf}('${id}', ${exported});
`;
}
