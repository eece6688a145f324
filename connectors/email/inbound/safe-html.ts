import sanitize, { type IOptions } from 'sanitize-html';
import { htmlOf } from '#connectors/email/html-twin';
import { readTags } from './html-tags.ts';
import { htmlToText } from './html-text.ts';

/** The limit of HTML that is sanitised; the original is kept whole. */
const maxLetters = 2_000_000;
/** Deeper elements are left out, and their text is kept. */
const maxDepth = 100;
/**
 * The limit of open elements, added up over all tags: the sanitizer's parser searches its list of open elements at each
 * tag. A million `<div>` would cost minutes; ten thousand paragraphs that are never closed stay below.
 */
const maxSteps = 100_000_000;
/** Attributes of one tag. */
const maxAttributes = 500;

const box = ['align', 'valign', 'width', 'height', 'bgcolor'];
const cell = [...box, 'colspan', 'rowspan'];
const table = [...box, 'border', 'cellpadding', 'cellspacing'];

/** Structure and emphasis. No styles, classes, ids, forms, frames, scripts, media or foreign markup. */
const allowedTags =
  'a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var'.split(
    ' ',
  );

/** Elements that go with everything inside them: it is code, or nothing that a reader sees. */
const nonTextTags =
  'script style title template textarea option xmp noscript noembed noframes iframe'.split(' ');

const options: IOptions = {
  allowedTags,
  nonTextTags,
  allowedAttributes: {
    ...{
      '*': ['dir', 'lang', 'title'],
      a: ['href', 'rel'],
      img: ['src', 'alt', 'width', 'height'],
    },
    ...{ table, tr: box, td: cell, th: cell, col: [...box, 'span'], colgroup: [...box, 'span'] },
    ...{ ol: ['start', 'type'], li: ['value'], div: ['align'], p: ['align'], hr: ['width'] },
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  allowedSchemesByTag: { img: ['cid'] },
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  nestingLimit: maxDepth,
  transformTags: {
    a: (tagName, { href, ...others }) => ({
      tagName,
      // A link without a scheme would lead into the page around it.
      attribs: /^\s*(?:https?|mailto|tel):/i.test(href ?? '')
        ? { ...others, href: href ?? '', rel: 'noopener noreferrer' }
        : others,
    }),
    // Only a picture that came with the mail is shown; of another one its description stays.
    img: (tagName, attribs) =>
      /^\s*cid:/i.test(attribs['src'] ?? '')
        ? { tagName, attribs }
        : { tagName: 'span', attribs: {}, text: attribs['alt'] ?? '' },
  },
};

/**
 * A copy of an HTML body that can be shown: nothing in it runs, is loaded from the web or lies over the page around it.
 * A body that is made to be expensive comes out as its plain text.
 */
export function sanitizeMailHtml(source: string): string {
  const html = source.slice(0, maxLetters);
  return isExpensive(html) ? htmlOf(htmlToText(html)) : sanitize(html, options);
}

/** Elements without content, which are never open. */
const voids = new Set(
  'area base basefont br col embed frame hr img input link meta param source track wbr'.split(' '),
);

/** Adds up the open elements at each tag: never fewer than the parser has, which closes some by itself. */
function isExpensive(html: string): boolean {
  const open = new Map<string, number>();
  let depth = 0;
  let steps = 0;
  const count = (name: string, change: number) => {
    open.set(name, (open.get(name) ?? 0) + change);
    depth += change;
  };
  readTags(html, {
    open: (name, attributes) => {
      if (attributes.size > maxAttributes) steps = Number.POSITIVE_INFINITY;
      if (!voids.has(name)) count(name, 1);
      steps += depth;
    },
    close: (name) => {
      if ((open.get(name) ?? 0) > 0) count(name, -1);
      steps += depth;
    },
    text: () => undefined,
  });
  return steps > maxSteps;
}
