/** The references that a template may contain. Each look-up throws for a name that is not there, naming it. */
export interface Scope {
  /** `Ref`: a parameter, a pseudo parameter or a resource; undefined is `AWS::NoValue`. */
  readonly ref: (name: string) => unknown;
  readonly attribute: (logicalId: string, name: string) => string;
  readonly exported: (name: string) => unknown;
  readonly stackOutput: (stackName: string, outputName: string) => unknown;
  /** Gives the local value of a string that was put together from parts. */
  readonly composed: (text: string) => string;
}

type Intrinsic = (argument: unknown, scope: Scope) => unknown;

const intrinsics: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope) => scope.ref(String(argument)),
  'Fn::GetAtt': (argument, scope) => {
    const [logicalId = '', ...name] = Array.isArray(argument)
      ? argument.map(String)
      : String(argument).split('.');
    return scope.attribute(logicalId, name.join('.'));
  },
  'Fn::Join': (argument, scope) => {
    const [separator, parts] = pair(argument, 'Fn::Join');
    const strings = list(resolve(parts, scope), 'Fn::Join').map(String);
    return scope.composed(strings.join(String(separator)));
  },
  'Fn::Select': (argument, scope) => {
    const [index, values] = pair(argument, 'Fn::Select');
    return list(resolve(values, scope), 'Fn::Select')[Number(resolve(index, scope))];
  },
  'Fn::Split': (argument, scope) => {
    const [separator, text] = pair(argument, 'Fn::Split');
    return String(resolve(text, scope)).split(String(separator));
  },
  'Fn::Sub': (argument, scope) => {
    const [text, values] = Array.isArray(argument) ? argument : [argument, {}];
    const given = (values ?? {}) as Record<string, unknown>;
    return scope.composed(substitute(String(text), given, scope));
  },
  'Fn::ImportValue': (argument, scope) => scope.exported(String(resolve(argument, scope))),
  // How the CDK writes a weak reference from one stack to another.
  'Fn::GetStackOutput': (argument, scope) => {
    const { StackName, OutputName } = argument as Record<string, unknown>;
    return scope.stackOutput(String(resolve(StackName, scope)), String(OutputName));
  },
};

/**
 * Replaces every intrinsic inside a value by what it means here. A property that becomes `AWS::NoValue` is left
 * out, as CloudFormation does. Throws for an intrinsic it does not know, rather than pass it on as data.
 */
export function resolve(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => resolve(each, scope)).filter((each) => each !== undefined);
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only && /^(Ref|Fn::\w+)$/.test(only[0])) {
    const intrinsic = intrinsics[only[0]];
    if (!intrinsic) throw new Error(`template: ${only[0]} is not understood by the local stack`);
    return intrinsic(only[1], scope);
  }
  const resolved = entries.map(([name, each]) => [name, resolve(each, scope)] as const);
  return Object.fromEntries(resolved.filter(([, each]) => each !== undefined));
}

function substitute(text: string, values: Record<string, unknown>, scope: Scope): string {
  return text.replaceAll(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (Object.hasOwn(values, name)) return String(resolve(values[name], scope));
    const [logicalId = '', ...attribute] = name.split('.');
    return attribute.length > 0
      ? scope.attribute(logicalId, attribute.join('.'))
      : String(scope.ref(name));
  });
}

function pair(argument: unknown, name: string): readonly [unknown, unknown] {
  if (Array.isArray(argument) && argument.length === 2) return [argument[0], argument[1]];
  throw new Error(`template: ${name} takes a list of two, given ${JSON.stringify(argument)}`);
}

function list(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Error(`template: ${name} takes a list, given ${JSON.stringify(value)}`);
}
