import { replaceFiles } from './replace-files.ts';

/**
 * Leaves out the parts of other libraries that our functions do not use: 19 kB of zod, 46 kB of postal-mime, 340 kB of
 * iconv-lite, 90 kB below sanitize-html, 24 kB below twitter-text.
 */
export const leanLibrariesPlugin = replaceFiles('lean-libraries', [
  {
    // Each schema of zod can print itself as JSON Schema. Contracts are printed by infra/build/contracts.ts, not here.
    file: /\/zod\/v4\/core\/(json-schema-processors|to-json-schema)\.js$/,
    contents: refusing,
  },
  {
    // The table of named character references (WHATWG), a second time: `entities` has it packed, for htmlparser2.
    file: /\/postal-mime\/dist\/esm\/html-entities\.js$/,
    contents: `import { decodeHTML, decodeHTMLStrict } from 'entities/decode';
      const decoded = (reference) => {
        if (reference.startsWith('&#')) return undefined;
        const closed = reference.endsWith(';') ? reference : reference + ';';
        const text = decodeHTMLStrict(closed);
        return text === closed || decodeHTML(reference) !== text ? undefined : text;
      };
      export const htmlEntities = new Proxy({}, { get: (_, reference) => decoded(reference) });`,
  },
  {
    // Charsets that Node itself reads rightly are never asked of iconv-lite (connectors/email/inbound/mime/charset.ts).
    file: /\/iconv-lite\/encodings\/tables\/(?:cp936|gbk-added|gb18030-ranges|eucjp|shiftjis)\.json$/,
    contents: '[]',
  },
  {
    // Polyfills of what Node has itself. On an older engine they would replace parts of every RegExp of the process.
    file: /\/core-js\/modules\/[\w.-]+\.js$/,
    contents: '',
  },
  {
    // Style attributes are taken away whole (connectors/email/inbound/html/safe-html.ts); sanitize-html parses the rest.
    file: /\/postcss\/lib\/postcss\.m?js$/,
    contents: `const refuse = () => { throw new Error('styles are left out: infra/build/lean-libraries.ts'); };
      module.exports = { parse: refuse };`,
  },
]);

/** Keeps the names a module exports, and has each of them refuse. */
function refusing(source: string): string {
  const named = source.matchAll(/^export (?:const|function) (\w+)/gm);
  const renamed = source.matchAll(/^export \{ (?:\w+ as )?(\w+) \};$/gm);
  const names = [...named, ...renamed].map(([, name]) => name);
  return `const refuse = () => () => { throw new Error('JSON Schema is left out: infra/build/lean-libraries.ts'); };
    export { ${names.map((name) => `refuse as ${name}`).join(', ')} };`;
}
