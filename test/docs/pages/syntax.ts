import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vitest/node';
import { root } from './page.ts';

/** A node of ESTree, of which only the type is sure. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly [member: string]: unknown;
}

export function parseSource(text: string): Node {
  return parseAst(text, { lang: 'ts' }) as unknown as Node;
}

/** A node and everything below it. */
function* nodesOf(node: Node): Generator<Node> {
  yield node;
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? member : [member]) {
      if (isNode(child)) yield* nodesOf(child);
    }
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** Every text written in a source, quoted or as a template without placeholders. */
export function textsIn(tree: Node): Set<string> {
  return new Set(
    [...nodesOf(tree)].flatMap(({ type, value }) =>
      type === 'Literal' && typeof value === 'string' ? [value] : [],
    ),
  );
}

/** Where texts stand in a source, quoted or between the placeholders of a template; not the paths of imports. */
export function quotedParts(tree: Node): { readonly start: number; readonly end: number }[] {
  const paths = new Set([...nodesOf(tree)].map(({ source }) => source).filter(isNode));
  return [...nodesOf(tree)].flatMap((node) => {
    const isText =
      node.type === 'TemplateElement' ||
      (node.type === 'Literal' && typeof node['value'] === 'string' && !paths.has(node));
    return isText ? [{ start: node.start, end: Number(node['end']) }] : [];
  });
}

/** The texts that are the value of a property of this name. */
export function propertyTexts(tree: Node, property: string): string[] {
  return [...nodesOf(tree)]
    .filter((node) => node.type === 'Property' && nameOf(node['key']) === property)
    .map((node) => literalOf(node['value']))
    .filter((value) => typeof value === 'string');
}

function nameOf(node: unknown): unknown {
  return isNode(node) && node.type === 'Identifier' ? node['name'] : undefined;
}

/**
 * The number that a constant of a source stands for: `maxBytes`, or `maxBytes.text` of an object. Reckons with what
 * the source itself reckons with: numbers, other constants of the file, and the four kinds of arithmetic. Of a choice
 * between two it is the second.
 */
export function constantIn(path: string, name: string): number {
  const constants = constantsOf(path);
  const value = numberOf(constants, memberOf(constants, name));
  if (value === undefined) throw new Error(`${path} has no number that is called ${name}`);
  return value;
}

/** The numbers of a list that is a constant of a source. */
export function listIn(path: string, name: string): number[] {
  const constants = constantsOf(path);
  const list = bare(constants.get(name));
  const elements: unknown = isNode(list) ? list['elements'] : undefined;
  if (!Array.isArray(elements)) throw new Error(`${path} has no list that is called ${name}`);
  return elements.map((element) => numberOf(constants, element) ?? Number.NaN);
}

type Constants = ReadonlyMap<unknown, unknown>;

/** By name: constants, and the defaults of what is given to a function. */
function constantsOf(path: string): Constants {
  const nodes = [...nodesOf(parseSource(readFileSync(join(root, path), 'utf8')))];
  return new Map([
    ...nodes
      .filter(({ type }) => type === 'AssignmentPattern')
      .map((node) => [nameOf(node['left']), node['right']] as const),
    ...nodes
      .filter(({ type }) => type === 'VariableDeclarator')
      .map((node) => [nameOf(node['id']), node['init']] as const),
  ]);
}

function memberOf(constants: Constants, name: string): unknown {
  const [first = '', ...members] = name.split('.');
  return members.reduce((node, member) => propertyOf(node, member), constants.get(first));
}

function propertyOf(node: unknown, name: string): unknown {
  const object = bare(node);
  if (!isNode(object) || !Array.isArray(object['properties'])) return undefined;
  const found: unknown = object['properties'].find(
    (each) => isNode(each) && (nameOf(each['key']) ?? literalOf(each['key'])) === name,
  );
  return isNode(found) ? found['value'] : undefined;
}

/** Without `as const`, `satisfies` and parentheses. */
function bare(node: unknown): unknown {
  const wrapped = ['TSAsExpression', 'TSSatisfiesExpression', 'ParenthesizedExpression'];
  return isNode(node) && wrapped.includes(node.type) ? bare(node['expression']) : node;
}

function literalOf(node: unknown): unknown {
  return isNode(node) && node.type === 'Literal' ? node['value'] : undefined;
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

function numberOf(constants: Constants, given: unknown): number | undefined {
  const node = bare(given);
  const value = literalOf(node);
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
  if (!isNode(node)) return undefined;
  if (node.type === 'Identifier') return numberOf(constants, constants.get(node['name']));
  if (node.type === 'MemberExpression') {
    const name = `${nameOf(node['object'])}.${nameOf(node['property'])}`;
    return numberOf(constants, memberOf(constants, name));
  }
  if (node.type === 'ConditionalExpression') return numberOf(constants, node['alternate']);
  const left = numberOf(constants, node['left']);
  const right = numberOf(constants, node['right']);
  if (left === undefined || right === undefined) return undefined;
  return arithmetic[String(node['operator'])]?.(left, right);
}
