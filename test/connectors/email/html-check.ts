/** A tag as the sanitizer writes it, and nothing else: no parser is needed to read it, so none can read it otherwise. */
const tag = /<(\/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"<>]*")*)(?: \/)?>/g;
const attribute = / ([a-z]+)="([^"<>]*)"/g;

const elements = new Set(
  'a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var'.split(
    ' ',
  ),
);
const attributes = new Set(
  'dir lang title href rel src alt width height align valign bgcolor border cellpadding cellspacing colspan rowspan span start type value'.split(
    ' ',
  ),
);
const addresses: Readonly<Record<string, RegExp>> = {
  href: /^(?:https?:|mailto:|tel:)/i,
  src: /^cid:/i,
};

/** Everything in a piece of HTML that could run, load something or change the page around it. */
export function dangersIn(html: string): string[] {
  const dangers = [...html.matchAll(tag)].flatMap(([, _slash, name = '', given = '']) => [
    ...(elements.has(name) ? [] : [`the element ${name}`]),
    ...[...given.matchAll(attribute)].flatMap(([, each = '', value = '']) => dangerOf(each, value)),
  ]);
  const rest = html.replace(tag, ' ');
  return rest.includes('<') ? [...dangers, `no plain tag: ${rest}`] : dangers;
}

function dangerOf(name: string, value: string): string[] {
  if (!attributes.has(name)) return [`the attribute ${name}`];
  const allowed = addresses[name];
  return allowed && !allowed.test(value) ? [`the address ${value}`] : [];
}
